/**
 * What the sources of configuration (flags, environment, file) have in common: the settings found in each, and the
 * wording of problems. Every problem is one line: what, where it was given, what was wrong, what is allowed.
 */
import { nearest } from "./nearest.ts";
import { type OptionName } from "./options.ts";
import type { Unavailable } from "./unavailable.ts";

/** A value as it was written, not yet read. */
export interface Setting {
  option: OptionName;
  texts: readonly string[];
  /** `--port`, `DUCKGRES_PORT` or `duckgres.yaml:3`. */
  origin: string;
}

/** What one source holds. */
export interface Source {
  settings: Setting[];
  problems: string[];
}

/** @example `port (--port): "x" is not a whole number; allowed: a whole number from 0 to 65535` */
export function problem(name: string, origin: string | undefined, wrong: string, allowed?: string): string {
  const subject = origin === undefined || origin === name ? name : `${name} (${origin})`;
  return `${subject}: ${wrong}${allowed === undefined ? "" : `; allowed: ${allowed}`}`;
}

/** The line for a name of the Go system that does nothing here. */
export function notAvailable(names: Unavailable, origin: string): string {
  const subject = names.yaml === null ? origin : `${names.yaml} (${origin})`;
  return `${subject} is not available in this version`;
}

/** "unknown …", with the nearest name there is, or else where all of them are listed. */
export function unknown(what: string, name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates);
  return `unknown ${what}; ${near === undefined ? "see --help for all there are" : `did you mean ${near}?`}`;
}
