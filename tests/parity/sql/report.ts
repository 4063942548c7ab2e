/**
 * `deno run -A tests/parity/sql/report.ts [--differences FILE] [--only TEXT]`: runs the table and rewrites the generated
 * section of docs/compatibility.md. `--differences` also writes every difference that is not judged yet; `--only` runs
 * chapters and sections that contain a text, and rewrites nothing.
 */
import { parseArgs } from "node:util";
import { shown } from "./answer.ts";
import { compatibility, withSection } from "./document.ts";
import { type Outcome, runTable } from "./run.ts";
import { table } from "./table.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { differences: { type: "string" }, only: { type: "string" } },
});

const { only } = values;
const chosen = only === undefined ? table : table.map(({ name, sections }) => ({
  name,
  sections: name.includes(only) ? sections : sections.filter((section) => section.name.includes(only)),
}));
const outcomes = await runTable(chosen);
const text = [summary(outcomes), ...differences(outcomes)].join("\n");
if (values.differences !== undefined) await Deno.writeTextFile(values.differences, text + "\n");
else console.log(text);
if (only === undefined) {
  await Deno.writeTextFile(compatibility, withSection(await Deno.readTextFile(compatibility), outcomes));
}

function summary(outcomes: readonly Outcome[]): string {
  const equal = outcomes.filter((outcome) => outcome.equal).length;
  const share = (100 * equal / outcomes.length).toFixed(1);
  return `${equal} of ${outcomes.length} statements are answered as PostgreSQL does (${share} %)\n`;
}

function* differences(outcomes: readonly Outcome[]): Generator<string> {
  let session: unknown = null;
  for (const [chapter, ofChapter] of Map.groupBy(outcomes, (outcome) => outcome.chapter)) {
    const equal = ofChapter.filter((outcome) => outcome.equal).length;
    yield `# ${chapter}: ${equal} of ${ofChapter.length}`;
    for (const outcome of ofChapter) {
      if (outcome.equal || outcome.case.differs !== null) continue;
      const { statements } = outcome.case;
      if (statements.length > 1 && outcome.case !== session) {
        yield `\n[${outcome.section}] session: ${statements.join("; ")}`;
      }
      session = outcome.case;
      yield `\n[${outcome.section}] ${outcome.sql}`;
      yield `   ours:       ${shown(outcome.ours)}`;
      yield `   PostgreSQL: ${shown(outcome.theirs)}`;
    }
    yield "";
  }
}
