/** What this server should answer, given PostgreSQL's answer: the same, but for what the table says. */
import { Buffer } from "node:buffer";
import type { Answer } from "./ask.ts";
import type { Announced, Comparison } from "./case.ts";

/** PostgreSQL's answer with the differences that the table names. */
export function expectedHere(theirs: Answer, comparison: Comparison): Answer {
  const { differs, testCase: { announced } } = comparison;
  const answer = { ...theirs, error: asIn16(theirs.error) };
  const typed = announced === null ? answer : announce(answer, announced, comparison);
  if (differs === null) return typed;
  if (differs.ours.startsWith("error ")) return { ...typed, error: differs.ours.slice("error ".length) };
  return { ...typed, error: "", values: [Buffer.from(differs.ours)] };
}

/** PostgreSQL 16, which decides, spells a setting in hints otherwise than the releases after it. */
function asIn16(error: string): string {
  return error.replace('"DateStyle" setting', '"datestyle" setting');
}

/** Columns and parameters as this server's types have them; a parameter's type is the client's where he gave one. */
function announce(answer: Answer, { scalar, array }: Announced, { oids, question }: Comparison): Answer {
  const names = new Map([[oids.oid, scalar], [oids.array, array]]);
  const columns = answer.columns.map((column) => {
    const [oid, , , format] = column.split("/");
    const name = names.get(Number(oid));
    return name === undefined ? column : `${name}/${format}`;
  });
  if (question.types.length > 0) return { ...answer, columns };
  const parameters = answer.parameters.map((oid) => Number(names.get(oid)?.split("/")[0] ?? oid));
  return { ...answer, columns, parameters };
}
