/** What this server should answer, given PostgreSQL's answer: the same, but for what the table says. */
import { Buffer } from "node:buffer";
import type { Answer } from "./ask.ts";
import type { Comparison } from "./case.ts";
import { arrayWays } from "./ways.ts";

/** PostgreSQL's answer with the differences that the table names. */
export function expectedHere(theirs: Answer, comparison: Comparison): Answer {
  const { differs, question } = comparison;
  const answer: Answer = {
    error: asIn16(theirs.error),
    parameters: parametersHere(theirs.parameters, comparison),
    columns: theirs.columns.map((column) => {
      const [oid, ...rest] = column.split("/");
      return [numberedHere(Number(oid), comparison), ...rest].join("/");
    }),
    values: theirs.values.map((value) =>
      value === null || question.resultFormat === 0 ? value : elementsNumberedHere(value, comparison)
    ),
  };
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
function parametersHere(parameters: number[], comparison: Comparison): number[] {
  const { question, oids, testCase: { announced } } = comparison;
  return parameters.map((oid) =>
    announced !== null && question.types.length === 0 && oid === oids.oid
      ? announced.oid
      : numberedHere(oid, comparison)
  );
}

/** A type's OID in this server. */
export function numberedHere(oid: number, { oids, here }: Comparison): number {
  if (oid === oids.oid) return here.oid;
  return oid === oids.array ? here.array : oid;
}

/** An array in binary, which tells its elements' type. */
export function elementsNumberedHere(value: Uint8Array, { way, oids, here }: Comparison): Buffer {
  const bytes = Buffer.from(value);
  const [element, elementHere] = arrayWays.has(way) ? [oids.oid, here.oid] : [oids.element, here.element];
  if (bytes.length >= 12 && bytes.readUInt32BE(8) === element) bytes.writeUInt32BE(elementHere, 8);
  return bytes;
}
