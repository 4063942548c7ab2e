/** What this server should answer, given PostgreSQL's answer: the same, but for what the table says. */
import { Buffer } from "node:buffer";
import type { Answer } from "./ask.ts";
import type { Comparison } from "./case.ts";

/** PostgreSQL's answer with the differences that the table names. */
export function expectedHere(theirs: Answer, comparison: Comparison): Answer {
  const { differs } = comparison;
  const answer = { ...theirs, error: asIn16(theirs.error), parameters: parametersHere(theirs, comparison) };
  if (differs === null) return answer;
  if (differs.ours.startsWith("error ")) return { ...answer, error: differs.ours.slice("error ".length) };
  return { ...answer, error: "", values: [Buffer.from(differs.ours)] };
}

/** PostgreSQL 16, which decides, words some details and hints otherwise than the releases after it. */
function asIn16(error: string): string {
  return error.replace('"DateStyle" setting', '"datestyle" setting')
    .replace("Incorrectly quoted array element.", "Unexpected array element.");
}

/** A parameter's type is the client's where he gave one; otherwise that of this server's type. */
function parametersHere(
  { parameters }: Answer,
  { question, oids, testCase: { announced } }: Comparison,
): number[] {
  if (announced === null || question.types.length > 0) return parameters;
  return parameters.map((oid) => oid === oids.oid ? announced.oid : oid);
}
