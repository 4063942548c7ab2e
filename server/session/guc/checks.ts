import { PgError } from "../../../worker/api/error.ts";
import { parseClientEncoding } from "./client_encoding.ts";
import { parseDateStyle } from "./date_style.ts";
import { splitIdentifiers } from "./lists.ts";
import { parseTimeZone } from "./time_zone.ts";

/** What a check may need to know. */
export interface CheckContext {
  /** The value in force. */
  current: string;
  /** The value RESET gives. */
  initial: string;
  user: string;
}

type Check = (value: string, context: CheckContext) => string;

/**
 * What single settings demand of their value beyond its kind: each answers the value to keep, or throws PostgreSQL's
 * error. By lower-case name.
 */
export const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["application_name", applicationName],
  ["client_encoding", parseClientEncoding],
  ["datestyle", (value, { current, initial }) => parseDateStyle(value, current, initial)],
  ["default_table_access_method", onlyKnown("default_table_access_method", "Table access method", ["heap"])],
  ["default_tablespace", onlyKnown("default_tablespace", "Tablespace", ["", "pg_default"])],
  ["role", (value, { user }) => value === "none" ? value : ownRole(value, user)],
  ["search_path", listOfNames],
  ["session_authorization", (value, { user }) => ownRole(value, user)],
  ["standard_conforming_strings", alwaysOn],
  ["timezone", parseTimeZone],
]);

/** Printable ASCII only, at most 63 characters: it is shown in logs. */
function applicationName(value: string): string {
  const bytes = new TextEncoder().encode(value);
  const ascii = Array.from(bytes, (byte) => {
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
  return ascii.join("").slice(0, 63);
}

function onlyKnown(name: string, what: string, known: readonly string[]): Check {
  return (value) => {
    if (known.includes(value)) return value;
    throw new PgError("22023", `invalid value for parameter "${name}": "${value}"`, {
      detail: `${what} "${value}" does not exist.`,
    });
  };
}

/** A session can be nobody but the user that logged in. */
function ownRole(value: string, user: string): string {
  if (value === user) return value;
  throw new PgError("22023", `role "${value}" does not exist`);
}

function listOfNames(value: string): string {
  if (splitIdentifiers(value)) return value;
  throw new PgError("22023", `invalid value for parameter "search_path": "${value}"`, {
    detail: "List syntax is invalid.",
  });
}

/** DuckDB never reads backslashes in '…'; to say yes here would change what statements mean. */
function alwaysOn(value: string): string {
  if (value === "on") return value;
  throw new PgError("0A000", "standard_conforming_strings cannot be turned off", {
    hint: "Write strings with backslash escapes as E'...'.",
  });
}
