/**
 * The words the table is written in. A line is a type with its values; each value goes through every way there is
 * (`ways.ts`), in text and in binary.
 */
import type { Question } from "./ask.ts";

/** A type and the values it is tried with. */
export interface TypeCase {
  /** As SQL writes it, with modifiers: `numeric(10, 2)`. */
  type: string;
  /** `typname` of what parameters are announced as: `numeric`. */
  name: string;
  /** The type's name in SQL for this server, where PostgreSQL's is not known. */
  here: string;
  /** What an input function reads; NULL is always tried as well. */
  values: readonly Value[];
  /** What it refuses. */
  bad: readonly Value[];
  /** Statements before, which change settings. */
  setup: readonly string[];
  /** How this server announces the type instead. */
  announced: Announced | null;
  /** The ways that are tried. */
  ways: readonly Way[];
  /** The formats that results are asked for in: text is 0, binary 1. */
  formats: readonly (0 | 1)[];
}

/** How a value gets into a statement; see `ways.ts`. */
export type Way =
  | "literal"
  | "parameter"
  | "binary"
  | "inferred"
  | "insert"
  | "array"
  | "binary array"
  | "constructor";

export const allWays: readonly Way[] = [
  "literal",
  "parameter",
  "binary",
  "inferred",
  "insert",
  "array",
  "binary array",
  "constructor",
];

/** An input, by its text. */
export interface Value {
  text: string;
  /** Not as a literal in the SQL, which DuckDB reads (or refuses) in its own way. */
  parameterOnly: boolean;
  differs: Difference | null;
}

/** A true difference from PostgreSQL. */
export interface Difference {
  /** As in docs/compatibility.md, where it must be listed. */
  reason: string;
  /** This server's text for the value, or `error ` and SQLSTATE, message, detail and hint with ` | ` between. */
  ours: string;
}

/** A type that this server announces as another: PostgreSQL is then asked for a cast to that one. */
export interface Announced {
  reason: string;
  /** The other type in SQL, and its OID. */
  as: string;
  oid: number;
  /** Whether columns of tables are told as the type itself, and parameters for them alone as the other. */
  exceptColumns?: boolean;
}

/** A type as PostgreSQL's catalogue has it. */
export interface TypeOids {
  oid: number;
  /** Of the array of these, 0 where this is an array. */
  array: number;
  /** Of its elements, where this is an array. */
  element: number;
}

/** A question to both servers. */
export interface Comparison {
  testCase: TypeCase;
  way: Way;
  /** As PostgreSQL numbers the type, and as this server does: a type of the user's own has another OID there. */
  oids: TypeOids;
  here: TypeOids;
  question: Question;
  differs: Difference | null;
}

type Input = string | Value;

export interface TypeOptions {
  name?: string;
  here?: string;
  bad?: readonly Input[];
  setup?: readonly string[];
  announced?: Announced;
  ways?: readonly Way[];
  formats?: readonly (0 | 1)[];
}

/** One line of the table. */
export function type(sqlName: string, values: readonly Input[], options: TypeOptions = {}): TypeCase {
  const { bad = [], setup = [], announced = null, ways = allWays, formats = [0, 1] } = options;
  return {
    type: sqlName,
    name: options.name ?? sqlName,
    here: options.here ?? sqlName,
    values: values.map(valueOf),
    bad: bad.map(valueOf),
    setup,
    announced,
    ways,
    formats,
  };
}

function valueOf(input: Input): Value {
  return typeof input === "string" ? { text: input, parameterOnly: false, differs: null } : input;
}

/** Values whose literals DuckDB reads in its own way: they go in as parameters only. */
export function parameters(...texts: readonly string[]): Value[] {
  return texts.map((text) => ({ text, parameterOnly: true, differs: null }));
}

/** A value that is shown, or refused, otherwise. */
export function differs(text: string, reason: string, ours: string): Value {
  return { text, parameterOnly: true, differs: { reason, ours } };
}
