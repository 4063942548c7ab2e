/** What a server answered to a statement, made comparable. */
import { Buffer } from "node:buffer";
import { errorOf, fieldsOf, type RawMessage, rowsOf, tagsOf } from "../../support/raw_client.ts";

/** The names of PostgreSQL's own types by their OID. */
export type TypeNames = ReadonlyMap<number, string>;

/** An answer: all that is compared, and the error's message for whoever reads a difference. */
export interface Answer {
  /** `name type` of each column. */
  columns: readonly string[];
  /** Each as PostgreSQL writes a row: `(1,x,)`. */
  rows: readonly string[];
  tags: readonly string[];
  /** SQLSTATEs of notices and warnings. */
  notices: readonly string[];
  sqlstate: string;
  message: string;
}

/** Reads an answer to a simple query. Rows that a query does not order are sorted. */
export function answerOf(sql: string, messages: readonly RawMessage[], names: TypeNames): Answer {
  const { C: sqlstate = "", M: message = "" } = errorOf(messages);
  const notices = messages.filter(({ type }) => type === "N").map((notice) => fieldsOf(notice).C);
  // What came before an error depends on how many rows are worked on at once.
  if (sqlstate !== "") return { columns: [], rows: [], tags: [], notices, sqlstate, message };
  const rows = rowsOf(messages).map((row) => ownSchema(rowText(row)));
  return {
    columns: messages.filter(({ type }) => type === "T").flatMap(({ body }) => columnsOf(body, names)),
    rows: isOrdered(sql) ? rows : rows.sort(),
    tags: tagsOf(messages),
    notices,
    sqlstate,
    message,
  };
}

/** What must be the same on both servers. */
export function compared(answer: Answer, rowsDiffer: boolean): string {
  const { columns, rows, tags, notices, sqlstate } = answer;
  return JSON.stringify(
    rowsDiffer ? { columns, notices, sqlstate } : { columns, rows, tags, notices, sqlstate },
  );
}

/** An answer on one line. */
export function shown(answer: Answer): string {
  const { columns, rows, tags, notices, sqlstate, message } = answer;
  const noticed = notices.map((code) => `[${code}] `).join("");
  if (sqlstate !== "") return printable(`${noticed}${sqlstate} ${ownSchema(message)}`);
  const table = columns.length === 0 ? "" : `${columns.join(", ")}: ${rows.join(" ")}`;
  const text = tags.every((tag) => tag.startsWith("SELECT ")) ? table || tags.join() : `${tags} ${table}`;
  return printable(`${noticed}${text}`.trim());
}

/** On one line; other control characters as `\x01`. */
function printable(text: string): string {
  const code = (char: string) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  // deno-lint-ignore no-control-regex
  return text.replaceAll("\n", "⏎").replace(/[\x00-\x1f\x7f]/g, code);
}

function rowText(row: readonly (string | null)[]): string {
  return `(${row.map((field) => field === "" ? '""' : field ?? "").join(",")})`;
}

/** Each case has its own schema; what it is called says nothing. */
function ownSchema(text: string): string {
  return text.replace(/\bcase_\d{4}\b/g, "scratch");
}

function columnsOf(bytes: Uint8Array, names: TypeNames): string[] {
  const body = Buffer.from(bytes);
  const found: string[] = [];
  for (let at = 2; found.length < body.readInt16BE(0); at += 18) {
    const end = body.indexOf(0, at);
    const name = body.toString("utf8", at, end);
    at = end + 1;
    found.push(`${name} ${names.get(body.readUInt32BE(at + 6)) ?? "own type"}`);
  }
  return found;
}

/** Statements of which the rows have no order but the one that ORDER BY gives. */
const query = /^\s*[(]*\s*(select|with|values|table|insert|update|delete|merge|execute|from)\b/i;

function isOrdered(sql: string): boolean {
  if (!query.test(sql)) return true;
  let outside = sql.replace(/'(?:[^']|'')*'/g, "''");
  for (let before = ""; before !== outside;) {
    before = outside;
    outside = outside.replace(/\([^()]*\)/g, "");
  }
  return /\border\s+by\b/i.test(outside);
}
