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
  vet(statement, { superuser: session.superuser });
  const own = sessionPlan(session, statement);
  if (own) return { plan: own, parameterTypes: hints };
  refuseWriteWhenReadOnly(session, statement);
  try {
    return await enginePlan(session, engineShow(statement), hints);
  } catch (error) {
    throw inClientText(error, statement);
  }
}

/** Moves the position of an engine error to the client's text, and prefers PostgreSQL's own syntax errors. */
export function inClientText(error: unknown, statement: Statement): unknown {
  if (!(error instanceof PgError)) return error;
  if (error.sqlstate === "42601" && statement.syntaxError) return statement.syntaxError;
  if (error.position === undefined) return error;
  return error.with({ position: statement.mapPosition(error.position) });
}

/** A plan for the whole life of an empty query string. */
export const emptyPlan: Plan = { kind: "empty" };

/** In a failed block only its end is accepted. */
export function requireLiveTransaction(session: SessionContext, statement: Statement | null): void {
  if (!session.transaction.failed) return;
  const kind = statement?.command.kind;
  if (kind === "commit" || kind === "rollback" || kind === "rollbackTo") return;
  throw new PgError("25P02", "current transaction is aborted, commands ignored until end of transaction block");
}

async function enginePlan(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
): Promise<PreparedStatement> {
  let prepared = await prepareTyped(session, statement, hints);
  const types = parameterTypes(prepared, hints);
  if (prepared.columns === null || prepared.parameters.includes(0)) {
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

/**
 * Types the client gave decide, as in PostgreSQL; DuckDB only infers the others. A statement in which a given type has
 * to be told to DuckDB (`select $1`) is compiled again with casts by the caller.
 */
async function prepareTyped(session: SessionContext, statement: Statement, hints: readonly number[]) {
  return await session.executor.prepare(statement.sql, hints);
}

/** What each parameter is: the client's word, else DuckDB's, else text, as PostgreSQL has it for unknown literals. */
function parameterTypes(prepared: Prepared, hints: readonly number[]): number[] {
  return prepared.parameters.map((inferred, i) => hints[i] || inferred || oids.text);
}

function castsFor(types: readonly number[]): Map<number, string> {
  const casts = new Map<number, string>();
  types.forEach((oid, i) => {
    const name = duckdbTypeName(oid);
    if (name) casts.set(i + 1, name);
  });
  return casts;
}

const writeTags: Record<string, string> = { insert: "INSERT", update: "UPDATE", delete: "DELETE", merge: "MERGE" };
/** Utility commands a read-only transaction still accepts. */
const readOnlyUtilities = new Set(["EXPLAIN", "CHECKPOINT", "ANALYZE", "VACUUM"]);

/** @see https://www.postgresql.org/docs/16/sql-set-transaction.html */
function refuseWriteWhenReadOnly(session: SessionContext, statement: Statement): void {
  if (!session.transaction.readOnly) return;
  const { command } = statement;
  const tag = command.kind === "utility" ? command.tag : writeTags[command.kind];
  if (!tag || readOnlyUtilities.has(tag)) return;
  throw new PgError("25006", `cannot execute ${tag} in a read-only transaction`);
}
