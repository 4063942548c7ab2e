/**
 * The words the table is written in. A line is a type with its values; each value goes through every way there is
 * (`ways.ts`), in text and in binary.
 */

/** A type and the values it is tried with. */
export interface TypeCase {
  /** As SQL writes it, with modifiers: `numeric(10, 2)`. */
  type: string;
  /** `typname` of what parameters are announced as: `numeric`. */
  name: string;
  /** What an input function reads; NULL is always tried as well. */
  values: readonly Value[];
  /** What it refuses. */
  bad: readonly Value[];
  /** Statements that settings are changed with before. */
  setup: readonly string[];
  /** How this server announces the type's columns instead (`oid/typlen/typmod`), and that of its arrays. */
  announced: Announced | null;
  /** Ways this type does not go, and why. */
  without: Without | null;
}

/** An input, by its text. */
export interface Value {
  text: string;
  /** Only as a parameter: DuckDB itself reads (or refuses) such a literal in its own way. */
  parameterOnly: boolean;
  differs: Difference | null;
}

/** A true difference from PostgreSQL. */
export interface Difference {
  /** As in docs/compatibility.md, where it must be listed. */
  reason: string;
  /** This server's text, or `error SQLSTATE`, wherever the value goes. */
  ours: string;
  /** The ways it concerns; default all. */
  ways?: readonly Way[];
}

export interface Announced {
  reason: string;
  scalar: string;
  array: string;
}

export interface Without {
  ways: readonly Way[];
  reason: string;
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

type Input = string | Value;

export interface TypeOptions {
  name?: string;
  bad?: readonly Input[];
  setup?: readonly string[];
  announced?: Announced;
  without?: Without;
}

/** One line of the table. */
export function type(sqlName: string, values: readonly Input[], options: TypeOptions = {}): TypeCase {
  const { name = sqlName, bad = [], setup = [], announced = null, without = null } = options;
  return {
    type: sqlName,
    name,
    values: values.map(valueOf),
    bad: bad.map(valueOf),
    setup,
    announced,
    without,
  };
}

function valueOf(input: Input): Value {
  return typeof input === "string" ? { text: input, parameterOnly: false, differs: null } : input;
}

/** Values whose literals DuckDB reads in its own way: they go in as parameters only. */
export function parameters(...texts: readonly string[]): Value[] {
  return texts.map((text) => ({ text, parameterOnly: true, differs: null }));
}

/** A value that is shown, or refused, differently. */
export function differs(text: string, difference: Difference): Value {
  return { text, parameterOnly: false, differs: difference };
}
