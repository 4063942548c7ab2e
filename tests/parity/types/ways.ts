/** How a value gets into a statement and comes out again: every combination is a question. */
import type { Question } from "./ask.ts";
import type { TypeOids, Way } from "./case.ts";

/** A value ready to be asked for: its text, and the bytes PostgreSQL sends for it and for an array of it; `null` for NULL. */
export interface Sample {
  text: string | null;
  binary: Uint8Array | null;
  arrayBinary: Uint8Array | null;
}

type Statement = Pick<Question, "sql" | "types" | "values">;

/** The statement for a value on a way; `type` is the type's name in SQL. */
export const statementOf: Readonly<Record<Way, (type: string, oids: TypeOids, sample: Sample) => Statement>> =
  {
    /** Written in the SQL. */
    literal: (type, _oids, { text }) => statement(`select ${literal(type, text)}`),
    /** A parameter whose type the client names, in text. */
    parameter: (type, { oid }, { text }) => statement(`select $1::${type}`, [oid], [text]),
    /** The same in binary, the bytes being PostgreSQL's own. */
    binary: (type, { oid }, { binary }) => statement(`select $1::${type}`, [oid], [binary]),
    /** A parameter whose type the server finds out. */
    inferred: (type, _oids, { text }) => statement(`select $1::${type}`, [], [text]),
    /** Into a table's column and back. */
    insert: (_type, _oids, { text }) =>
      statement("insert into samples values ($1) returning value", [], [text]),
    /** In an array beside a NULL, in text. */
    array: (type, { array }, { text }) => statement(`select $1::${type}[]`, [array], [arrayText(text)]),
    /** The same in binary. */
    "binary array": (type, { array }, { arrayBinary }) =>
      statement(`select $1::${type}[]`, [array], [arrayBinary]),
    /** In an array that the SQL makes. */
    constructor: (type, _oids, { text }) =>
      statement(`select array[${literal(type, text)}, ${literal(type, null)}, ${literal(type, text)}]`),
  };

function statement(sql: string, types: number[] = [], values: Statement["values"] = []): Statement {
  return { sql, types, values };
}

function literal(type: string, text: string | null): string {
  return `cast(${text === null ? "null" : `'${text.replaceAll("'", "''")}'`} as ${type})`;
}

/** `{"…",NULL}` */
function arrayText(text: string | null): string {
  return text === null ? "{NULL,NULL}" : `{"${text.replaceAll(/["\\]/g, "\\$&")}",NULL}`;
}

/** Ways that write the value as a literal. */
export const literalWays: ReadonlySet<Way> = new Set<Way>(["literal", "constructor"]);

/** Ways into an array. */
export const arrayWays: ReadonlySet<Way> = new Set<Way>(["array", "binary array", "constructor"]);

/** Ways whose input is PostgreSQL's own bytes, which exist only for what PostgreSQL accepts. */
export const binaryWays: ReadonlySet<Way> = new Set<Way>(["binary", "binary array"]);
