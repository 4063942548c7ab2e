/** How a value gets into a statement and comes out again: every combination is a question. */
import type { Question } from "./ask.ts";
import type { TypeCase, Way } from "./case.ts";

/** A type as PostgreSQL's catalogue has it. */
export interface TypeOids {
  oid: number;
  array: number;
}

/** A value ready to be asked for: its text, and the bytes PostgreSQL sends for it; both `null` for NULL. */
export interface Sample {
  text: string | null;
  binary: Uint8Array | null;
  arrayBinary: Uint8Array | null;
}

interface WayRule {
  /** Whether it is tried with what an input function refuses. */
  refuses: boolean;
  /** Null where the way does not exist for a sample. */
  ask(type: string, oids: TypeOids, sample: Sample): Omit<Question, "name" | "resultFormat">;
}

/** Whatever a way is called in the table, this is what it does. */
export const ways: Readonly<Record<Way, WayRule>> = {
  /** Written in the SQL. */
  literal: {
    refuses: true,
    ask: (type, _oids, { text }) => ({ sql: `select ${literal(type, text)}`, types: [], values: [] }),
  },
  /** A parameter whose type the client names, in text. */
  parameter: {
    refuses: true,
    ask: (type, { oid }, { text }) => ({ sql: `select $1::${type}`, types: [oid], values: [text] }),
  },
  /** The same in binary, the bytes being PostgreSQL's own. */
  binary: {
    refuses: false,
    ask: (type, { oid }, { binary }) => ({ sql: `select $1::${type}`, types: [oid], values: [binary] }),
  },
  /** A parameter whose type the server finds out. */
  inferred: {
    refuses: true,
    ask: (type, _oids, { text }) => ({ sql: `select $1::${type}`, types: [], values: [text] }),
  },
  /** Into a table's column and back. */
  insert: {
    refuses: true,
    ask: (_type, _oids, { text }) => ({
      sql: "insert into samples values ($1) returning value",
      types: [],
      values: [text],
    }),
  },
  /** In an array beside a NULL, in text. */
  array: {
    refuses: true,
    ask: (type, { array }, { text }) => ({
      sql: `select $1::${type}[]`,
      types: [array],
      values: [arrayText(text)],
    }),
  },
  /** The same in binary. */
  "binary array": {
    refuses: false,
    ask: (type, { array }, { arrayBinary }) => ({
      sql: `select $1::${type}[]`,
      types: [array],
      values: [arrayBinary],
    }),
  },
  /** In an array that the SQL makes. */
  constructor: {
    refuses: false,
    ask: (type, _oids, { text }) => ({
      sql: `select array[${literal(type, text)}, null, ${literal(type, text)}]`,
      types: [],
      values: [],
    }),
  },
};

function literal(type: string, text: string | null): string {
  return `cast(${text === null ? "null" : `'${text.replaceAll("'", "''")}'`} as ${type})`;
}

/** `{"…",NULL}` */
function arrayText(text: string | null): string {
  return text === null ? "{NULL,NULL}" : `{"${text.replaceAll(/["\\]/g, "\\$&")}",NULL}`;
}

/** The question for a sample on a way. */
export function question(
  testCase: TypeCase,
  way: Way,
  oids: TypeOids,
  sample: Sample,
  resultFormat: 0 | 1,
): Question {
  const shown = sample.text === null ? "NULL" : `'${sample.text}'`;
  return {
    name: `${testCase.type} ${shown} as ${way}, ${resultFormat === 0 ? "text" : "binary"}`,
    resultFormat,
    ...ways[way].ask(testCase.type, oids, sample),
  };
}
