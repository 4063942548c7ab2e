/** DuckDB's errors as {@linkcode PgError}s. */
import { PgError } from "../api/error.ts";
import { parseEngineError } from "./engine_error.ts";
import type { EngineError } from "./engine_error.ts";
import { errorRules } from "./error_rules/mod.ts";
import type { Rule, Subject, Wording } from "./error_rules/rule.ts";

/**
 * What went wrong in DuckDB, said as PostgreSQL says it: SQLSTATE, message, detail, hint and position in characters.
 *
 * @param thrown What the bindings threw; a `PgError` is handed back as it is.
 * @param sql The statement DuckDB was given, which positions are offsets in; empty for none.
 */
export function pgErrorOf(thrown: unknown, sql = ""): PgError {
  if (thrown instanceof PgError) return thrown;
  const error = parseEngineError(thrown instanceof Error ? thrown.message : String(thrown));
  const offset = offsetOf(error, sql);
  const subject = { ...error, sql, position: offset, rest: offset === null ? "" : sql.slice(offset) };
  const { sqlstate, message, detail, hint, fields } = wordingOf(subject);
  const own = split(error.message);
  return new PgError(sqlstate, message ?? own.sentence, {
    detail,
    hint: hint ?? own.hint,
    fields,
    position: positionOf(subject),
    cause: thrown,
  });
}

/** The statement was ended by {@linkcode Executor.interrupt}. */
export function canceled(): PgError {
  return new PgError("57014", "canceling statement due to user request");
}

function wordingOf(subject: Omit<Subject, "found">): Wording & { sqlstate: string } {
  for (const rule of errorRules) {
    const found = fits(rule, subject);
    if (found) return { sqlstate: rule.sqlstate, ...rule.say?.({ ...subject, found }) };
  }
  return { sqlstate: "XX000" };
}

function fits(rule: Rule, error: EngineError & { sql: string }): RegExpExecArray | null {
  if (rule.sql !== undefined && !rule.sql.test(error.sql)) return null;
  if (rule.type !== undefined && rule.type !== error.type) return null;
  if (rule.subtype !== undefined && rule.subtype !== error.subtype) return null;
  if (rule.entry !== undefined && !rule.entry.test(error.entry)) return null;
  return (rule.match ?? anything).exec(error.message);
}

const anything = /(?:)/;

/** DuckDB puts advice on the lines behind its sentence. */
function split(message: string): { sentence: string; hint?: string } {
  const [sentence, ...advice] = message.split(
    /\n+(?=LINE \d|Candidate |Did you mean|Please |Use |Either |\t)/,
  );
  const kept = advice.filter((line) => !line.startsWith("LINE "));
  const similar = /^(?:Did you mean:?|Candidate bindings: ?:?) (.*)$/s.exec(kept[0] ?? "")?.[1].replace(
    /\?$/,
    "",
  );
  const hint = similar === undefined ? kept.join(" ").replace(/\s+/g, " ").trim() : suggestion(similar);
  return { sentence: sentence.trim(), hint: hint || undefined };
}

/** Names of the catalogue are no help to somebody who mistyped a name of their own. */
function suggestion(similar: string): string {
  const own = similar.split(", ").filter((name) =>
    !/^"?(?:pg_|duckdb_|sqlite_|pragma_|information_schema|__duckgres)/.test(name)
  );
  return own.length > 0 ? `Perhaps you meant ${own.join(", ")}.` : "";
}

/** Where PostgreSQL would point: 1-based, in characters; on the literal of a cast rather than on its `::`. */
function positionOf({ sql, position, rest, type }: Omit<Subject, "found">): number | undefined {
  if (position === null) return undefined;
  const literal = type === "Conversion" && rest.startsWith("::")
    ? /'(?:[^']|'')*'\s*$/.exec(sql.slice(0, position))
    : null;
  return [...sql.slice(0, literal?.index ?? position)].length + 1;
}

const encoder = new TextEncoder();

/**
 * Where in the string the error is; `null` when it is not in it (an error inside a view has the view's position). The
 * parser counts characters, all others bytes of UTF-8.
 */
function offsetOf({ position, subtype }: EngineError, sql: string): number | null {
  if (position === null || sql === "") return null;
  if (subtype === "SYNTAX_ERROR") {
    const before = [...sql].slice(0, position);
    return before.length === position ? before.join("").length : null;
  }
  const { read, written } = encoder.encodeInto(sql, new Uint8Array(position));
  return written === position ? read : null;
}
