/** What a rule of the table is, and what it looks at. */
import type { EngineError } from "../engine_error.ts";

/** What a rule says of an error, beside its SQLSTATE. */
export interface Wording {
  /** Replaces the SQLSTATE of the rule. */
  sqlstate?: string;
  message?: string;
  detail?: string;
  hint?: string;
  fields?: Readonly<Record<string, string>>;
}

/** The error a rule looks at. */
export interface Subject extends EngineError {
  /** The statement DuckDB was given. */
  sql: string;
  /** The statement from the error's position on, or empty. */
  rest: string;
  /** What `match` found in the message. */
  found: RegExpExecArray;
}

/** One line of the table. */
export interface Rule {
  type?: string;
  subtype?: string;
  entry?: RegExp;
  /** Must fit the message. */
  match?: RegExp;
  /** Must fit the statement. */
  sql?: RegExp;
  sqlstate: string;
  say?: (subject: Subject) => Wording;
}
