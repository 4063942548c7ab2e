import { quoteText } from "../../../worker/api/quote.ts";
/**
 * How a macro says an error of PostgreSQL's: DuckDB's `error` with the SQLSTATE in front, which the worker's error rules
 * take off again.
 *
 * @example raise("22012", "division by zero") // "error('[22012] division by zero')"
 */
export function raise(sqlstate: string, message: string): string {
  return `error(${quoteText(`[${sqlstate}] ${message}`)})`;
}

/** The same with an SQL expression of type text for the message. */
export function raiseText(sqlstate: string, message: string): string {
  return `error('[${sqlstate}] ' || ${message})`;
}
