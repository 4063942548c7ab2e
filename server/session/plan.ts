import { PgError } from "../../worker/api/error.ts";
import type { Prepared } from "../../worker/api/executor.ts";
import { duckdbTypeName, oids } from "../../worker/api/types.ts";
import { applyColumnNames, castParameters, type Statement, vet } from "../sql/mod.ts";
import { sessionPlan } from "./commands.ts";
import type { Plan, PreparedStatement, SessionContext } from "./context.ts";

/**
 * Makes a statement ready to run: by the session itself (transactions, settings), or compiled by the engine.
 *
 * @param hints parameter OIDs as Parse gave them, 0 or missing where the client leaves it to the server
 * @throws PgError when the statement is refused or does not compile; the position is in the client's text
 */
export async function planStatement(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[] = [],
): Promise<PreparedStatement> {
  requireLiveTransaction(session, statement);
  vet(statement, { superuser: session.superuser, locationsAllowed: session.locationsAllowed });
  const own = sessionPlan(session, statement);
  if (own) return { plan: own, parameterTypes: hints };
  try {
    return await enginePlan(session, engineShow(statement), hints);
  } catch (error) {
    throw unknownSetting(statement, error) ?? inClientText(error, statement);
  }
}

/** DuckDB does not know the setting of a SHOW either. */
function unknownSetting({ command }: Statement, error: unknown): PgError | null {
  if (command.kind !== "show" || shownByEngine.has(command.name) || !(error instanceof PgError)) return null;
  return new PgError("42704", `unrecognized configuration parameter "${command.name}"`);
}

/** Moves the position of an engine error to the client's text, and prefers PostgreSQL's own syntax errors. */
export function inClientText(error: unknown, statement: Statement): unknown {
  if (!(error instanceof PgError)) return error;
  if (statement.syntaxError && isSyntaxError(error)) return statement.syntaxError;
  if (error.position === undefined) return error;
  return error.with({ position: statement.mapPosition(error.position) });
}

/** Both parsers refused the statement; what DuckDB understood and did not like is told in DuckDB's words. */
function isSyntaxError(error: PgError): boolean {
  return error.sqlstate === "42601" && error.message.startsWith("syntax error");
}

/** A plan for the whole life of an empty query string. */
export const emptyPlan: Plan = { kind: "empty" };

/** In a failed block only its end is accepted. */
export function requireLiveTransaction(session: SessionContext, statement: Statement | null): void {
  if (!session.transaction.failed) return;
  const kind = statement?.command.kind;
  if (kind === "commit" || kind === "rollback" || kind === "rollbackTo") return;
  throw new PgError(
    "25P02",
    "current transaction is aborted, commands ignored until end of transaction block",
  );
}

async function enginePlan(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
): Promise<PreparedStatement> {
  let prepared = await session.executor.prepare(statement.sql, hints);
  const types = parameterTypes(prepared, hints);
  if (prepared.columns === null || prepared.parameters.some((inferred, i) => needsCast(inferred, types[i]))) {
    prepared.close();
    prepared = await session.executor.prepare(castParameters(statement.sql, castsFor(types)), types);
  }
  const columns = applyColumnNames(statement.columnNames, prepared.columns ?? []);
  return { plan: { kind: "engine", statement, prepared, columns, holders: 0 }, parameterTypes: types };
}

/** DuckDB lists these itself: `SHOW TABLES`. */
const shownByEngine = new Set(["tables", "databases", "schemas"]);

/** `SHOW x` for a setting of DuckDB's own: DuckDB's SHOW would look for a table of that name. */
function engineShow(statement: Statement): Statement {
  const { command } = statement;
  if (command.kind !== "show" || shownByEngine.has(command.name)) return statement;
  const name = command.name;
  const sql = `SELECT current_setting('${name.replaceAll("'", "''")}') AS "${name.replaceAll('"', '""')}"`;
  return { ...statement, sql, columnNames: null };
}

/** What each parameter is: the client's word, else DuckDB's, else text, as PostgreSQL has it for unknown literals. */
function parameterTypes(prepared: Prepared, hints: readonly number[]): number[] {
  return prepared.parameters.map((inferred, i) => hints[i] || inferred || oids.text);
}

/**
 * Whether DuckDB must be told a parameter's type: it cannot tell itself, or the client said another. (A bigint compared
 * with an integer column must not be squeezed into an integer.) A text is left to what DuckDB makes of it.
 */
function needsCast(inferred: number, type: number): boolean {
  if (inferred === 0) return true;
  return inferred !== type && type !== oids.text && type !== oids.varchar && duckdbTypeName(type) !== null;
}

function castsFor(types: readonly number[]): Map<number, string> {
  const casts = new Map<number, string>();
  types.forEach((oid, i) => {
    const name = duckdbTypeName(oid);
    if (name) casts.set(i + 1, name);
  });
  return casts;
}
