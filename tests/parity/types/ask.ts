/** One statement with its parameters, put to a server by the extended protocol, and the answer as lines to compare. */
import { Buffer } from "node:buffer";
import * as send from "../../support/messages.ts";
import { fieldsOf, type RawClient, type RawMessage } from "../../support/raw_client.ts";

export interface Question {
  /** What the report calls it. */
  name: string;
  sql: string;
  /** OIDs as Parse has them; none leaves them to the server. */
  types: readonly number[];
  /** Text, bytes (sent in binary) or NULL. */
  values: readonly (string | Uint8Array | null)[];
  resultFormat: 0 | 1;
}

/** What a server made of a question; of several rows and columns all values, one behind the other. */
export interface Answer {
  /** OIDs of ParameterDescription. */
  parameters: number[];
  /** `oid/typlen/typmod/format` of each column. */
  columns: string[];
  values: (Buffer | null)[];
  /** SQLSTATE, message, detail and hint; empty where it went well. */
  error: string;
}

/** Questions on the way at a time: what a socket takes without waiting for its reader. */
const batch = 40;

/** Puts questions to a server, many in one write, and returns the answers in the same order. */
export async function askAll(client: RawClient, questions: readonly Question[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < questions.length; at += batch) {
    const some = questions.slice(at, at + batch);
    client.send(...some.flatMap(messagesOf));
    for (const { name } of some) {
      const messages = await client.until("Z");
      if (messages.at(-1)?.type !== "Z") throw new Error(`the connection ended at: ${name}`);
      answers.push(answerOf(messages));
    }
  }
  return answers;
}

function messagesOf({ sql, types, values, resultFormat }: Question): Uint8Array[] {
  const formats = values.map((value) => value instanceof Uint8Array ? 1 : 0);
  return [
    send.parse("", sql, types),
    send.describe("S"),
    send.bind({ values, formats, resultFormats: [resultFormat] }),
    send.describe("P"),
    send.execute(),
    send.sync(),
  ];
}

function answerOf(messages: readonly RawMessage[]): Answer {
  const answer: Answer = { parameters: [], columns: [], values: [], error: "" };
  for (const message of messages) {
    const body = Buffer.from(message.body);
    if (message.type === "t") answer.parameters = [...oidsOf(body)];
    if (message.type === "T") answer.columns = columnsOf(body); // the portal's comes last
    if (message.type === "D") answer.values.push(...valuesOf(body));
    if (message.type === "E") answer.error = errorText(fieldsOf(message));
  }
  return answer;
}

function errorText({ C, M, D, H }: Record<string, string>): string {
  return [C, M, D, H].filter(Boolean).join(" | ");
}

function* oidsOf(body: Buffer): Generator<number> {
  for (let i = 0; i < body.readInt16BE(0); i++) yield body.readUInt32BE(2 + 4 * i);
}

function columnsOf(body: Buffer): string[] {
  const found: string[] = [];
  for (let at = 2; found.length < body.readInt16BE(0); at += 18) {
    at = body.indexOf(0, at) + 1;
    const [oid, length] = [body.readUInt32BE(at + 6), body.readInt16BE(at + 10)];
    found.push(`${oid}/${length}/${body.readInt32BE(at + 12)}/${body.readInt16BE(at + 16)}`);
  }
  return found;
}

function valuesOf(body: Buffer): (Buffer | null)[] {
  const found: (Buffer | null)[] = [];
  let at = 2;
  while (found.length < body.readInt16BE(0)) {
    const length = body.readInt32BE(at);
    at += 4;
    found.push(length < 0 ? null : Buffer.from(body.subarray(at, at + length)));
    at += Math.max(length, 0);
  }
  return found;
}

/** An answer as lines: an error alone, or the types of parameters and columns and the values. */
export function linesOf(answer: Answer, resultFormat: 0 | 1): string[] {
  if (answer.error !== "") return [`error ${answer.error}`];
  return [
    `parameters ${answer.parameters.join(" ")}`,
    `columns ${answer.columns.join(" ")}`,
    ...answer.values.map((value) => `value ${shown(value, resultFormat)}`),
  ];
}

function shown(value: Buffer | null, format: 0 | 1): string {
  if (value === null) return "NULL";
  return format === 0 ? JSON.stringify(value.toString("utf8")) : value.toString("hex");
}
