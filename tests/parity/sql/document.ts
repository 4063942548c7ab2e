/** The section of docs/compatibility.md that is made from the table's differences. */
import path from "node:path";
import { root } from "../../support/paths.ts";
import { shown } from "./answer.ts";
import type { Outcome } from "./run.ts";

export const compatibility: string = path.join(root, "docs/compatibility.md");

const begin = "<!-- made by tests/parity/sql/report.ts: begin -->\n<!-- deno-fmt-ignore-start -->";
const end = "<!-- deno-fmt-ignore-end -->\n<!-- made by tests/parity/sql/report.ts: end -->";

/** The document with its section made anew; appended where there is none. */
export function withSection(document: string, outcomes: readonly Outcome[]): string {
  const [before, after] = [document.indexOf(begin), document.indexOf(end)];
  const section = `${begin}\n\n${sectionOf(outcomes)}\n${end}`;
  if (before < 0) return `${document.trimEnd()}\n\n${section}\n`;
  return document.slice(0, before) + section + document.slice(after + end.length);
}

function sectionOf(outcomes: readonly Outcome[]): string {
  const judged = outcomes.filter((outcome) => !outcome.equal && outcome.case.differs !== null);
  const lines = [
    "## Statement by statement",
    "",
    "The differential suite asks this server and a real PostgreSQL the same statements, chapter by chapter of PostgreSQL's",
    `documentation: ${outcomes.length} of them. These ${judged.length} are answered differently:`,
    "",
  ];
  for (const [reason, ofReason] of Map.groupBy(judged, (outcome) => outcome.case.differs!)) {
    lines.push(`**${sentence(reason)}**`, "", "````text");
    for (const { sql, ours, theirs } of ofReason) {
      lines.push(`${cut(sql)}\n    here:       ${cut(shown(ours))}\n    PostgreSQL: ${cut(shown(theirs))}`);
    }
    lines.push("````", "");
  }
  return lines.join("\n");
}

function sentence(reason: string): string {
  return `${reason[0].toUpperCase()}${reason.slice(1).replace(/\.$/, "")}.`;
}

/** Longest text that is shown of a statement or an answer. */
const longest = 160;

function cut(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
