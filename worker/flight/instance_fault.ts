/** Tells a broken DuckDB instance from a statement that failed. */
import { PgError } from "../api/error.ts";
import { parseEngineError } from "../engine/engine_error.ts";

/**
 * What DuckDB says when an instance can serve no more: an internal or fatal error, or that an earlier one has
 * invalidated the database. Empty for any other error; memory, conflicts and the like pass with their statement.
 */
export function instanceFault(error: unknown): string {
  const thrown = error instanceof PgError ? error.cause : error;
  if (!(thrown instanceof Error)) return "";
  const { type, message } = parseEngineError(thrown.message);
  const broken = /^(internal|fatal)$/i.test(type) || message.includes("database has been invalidated");
  return broken ? message.split("\n")[0] : "";
}
