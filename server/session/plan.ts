import { PgError } from "../../worker/api/error.ts";
import type { Column, Prepared } from "../../worker/api/executor.ts";
import { duckdbTypeName, oids, typeByName } from "../../worker/api/types.ts";
import { probeParameters } from "../sql/parameter_probe.ts";
import {
  analyzeWith,
  describeColumns,
  editParameters,
  nullParameters,
  type Statement,
  vet,
} from "../sql/mod.ts";
import { characterOf, offsetOfCharacter } from "../sql/source.ts";
import { declaredBy } from "./declared_columns.ts";
import { sessionPlan } from "./commands.ts";
import type { EnginePlan, Plan, PreparedStatement, SessionContext } from "./context.ts";
import { constantLimits } from "./constant_limits.ts";
import { declarePlan } from "./cursors.ts";
import { keepIdentities } from "./dml/identity.ts";
import { programPlan } from "./dml/program.ts";
import { updatesReferenced } from "./dml/referenced.ts";
import { compileRepaired } from "./dml/repair.ts";
import { settleLiterals } from "./doubtful.ts";
import { returningKeys } from "./keys/returned.ts";
import { keyedWrite } from "./keys/writes.ts";
import { explainPlan } from "./explain/plan.ts";
import { sequencePlan } from "./sequence_functions.ts";
import { callHints, callingPlan } from "./state/calls.ts";
import { withTypes } from "./relation_types.ts";
import { sqlContext } from "./sql_context.ts";
import { statementPlan } from "./sql_statements.ts";
import { withWholeRows } from "./whole_rows.ts";
import { quoteName, quoteText } from "../../worker/api/quote.ts";

/**
 * Makes a statement ready to run: by the session itself (transactions, settings), or compiled by the engine.
 *
 * @param given parameter OIDs as Parse gave them, 0 or missing where the client leaves it to the server
 * @throws PgError when the statement is refused or does not compile; the position is in the client's text
 */
export async function planStatement(
  session: SessionContext,
  untyped: Statement,
  given: readonly number[] = [],
): Promise<PreparedStatement> {
  const hints = callHints(untyped, given);
  if (session.transaction.failed) await requireSyntax(session, untyped);
  requireLiveTransaction(session, untyped);
  for (const notice of untyped.notices) session.notice(notice);
  if (untyped.refusal ?? untyped.mistake) throw untyped.refusal ?? untyped.mistake;
  const statement = await withTypes(session, untyped);
  vet(statement, { superuser: session.superuser, locationsAllowed: session.locationsAllowed });
  const cursor = await declarePlan(session, statement, hints, planStatement);
  if (cursor) return cursor;
  const explained = await explainPlan(session, statement, hints, planStatement);
  if (explained) return explained;
  const setting = await sequencePlan(session, statement, hints, planStatement);
  if (setting) return setting;
  const own = sessionPlan(session, statement) ?? statementPlan(session, statement, planStatement);
  if (own) return { plan: own, parameterTypes: hints };
  const kept = await keepIdentities(session, statement);
  const inSteps = await stepsPlan(session, kept, hints);
  if (inSteps) return inSteps;
  const declared = await declaredBy(session, kept);
  const types = declared?.types;
  const edited = declared?.edits
    ? analyzeWith(kept, declared.edits, sqlContext(session.settings.render()))
    : kept;
  if (edited.mistake) throw edited.mistake;
  const known = withDeclared(hints, declared?.parameters ?? new Map());
  const prepared = await compileRepaired(session, engineShow(edited), async (ready) => {
    try {
      const settled = await returningKeys(session, await settleLiterals(session, ready, known));
      const typed = types ? { ...settled, columnTypes: types } : settled;
      return await withWholeRows(session, typed, (one) => enginePlan(session, one, known));
    } catch (error) {
      throw inClientText(error, ready);
    }
  }).catch(async (error) => {
    const late = await constantLimits(session, statement, hints, error, planStatement);
    if (late) return late;
    throw error;
  });
  return statement.sessionCalls.length > 0 ? callingPlan(session, statement, prepared) : prepared;
}

/** Parameters that go into columns of a declared type are of that, where the client does not say otherwise. */
function withDeclared(
  hints: readonly number[],
  parameters: ReadonlyMap<number, number>,
): readonly number[] {
  if (parameters.size === 0) return hints;
  const length = Math.max(hints.length, ...parameters.keys());
  const known = Array.from({ length }, (_, i) => hints[i] ?? 0);
  for (const [number, oid] of parameters) known[number - 1] ||= oid;
  return known;
}

/** The plan of a statement that takes several of the engine's; `null` for all others. */
async function stepsPlan(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
): Promise<PreparedStatement | null> {
  const { inSteps } = statement;
  if (!inSteps && !await updatesReferenced(session, statement) && !await changesKeys(session, statement)) {
    return null;
  }
  try {
    const ready = await settleLiterals(session, statement, hints);
    const types = inSteps ? hints : await typesAtOnce(session, ready, hints);
    return await programPlan(session, ready, (sql) => enginePlan(session, { ...ready, sql }, types));
  } catch (error) {
    // DuckDB may do at once what cannot be taken apart, and tells better what is wrong.
    if (!inSteps && error instanceof PgError) return null;
    throw error;
  }
}

/** Whether rows are to be known before they are changed, as foreign keys are about them. */
async function changesKeys(session: SessionContext, statement: Statement): Promise<boolean> {
  return !statement.explained && (await keyedWrite(session, statement))?.rows.by === "steps";
}

/** The types of a statement's parameters, as they are where DuckDB does it at once. */
async function typesAtOnce(
  session: SessionContext,
  statement: Statement,
  hints: readonly number[],
): Promise<readonly number[]> {
  try {
    const { plan, parameterTypes } = await enginePlan(session, statement, hints);
    if (plan.kind === "engine") plan.prepared.close();
    return parameterTypes;
  } catch {
    return hints; // the statement itself will tell what is wrong
  }
}

/** DuckDB does not know the setting of a SHOW either; some it only misses when it runs. */
function unknownSetting({ command }: Statement, error: PgError): PgError | null {
  if (command.kind !== "show" || shownByEngine.has(command.name)) return null;
  if (error.sqlstate !== "42704" && error.sqlstate !== "22023") return null;
  return new PgError("42704", `unrecognized configuration parameter "${command.name}"`);
}

/**
 * A mistake of syntax is told before anything else, as PostgreSQL does. What its parser refuses may be DuckDB's own SQL, so
 * that DuckDB is asked; whatever else DuckDB has against the statement may be right by the time it runs.
 *
 * @throws PgError 42601
 */
export async function requireSyntax(session: SessionContext, statement: Statement): Promise<void> {
  if (statement.refusal) throw statement.refusal;
  if (statement.syntaxError === null) return;
  try {
    (await session.executor.prepare(statement.sql)).close();
  } catch (error) {
    if (inClientText(error, statement) === statement.syntaxError) throw statement.syntaxError;
  }
}

/** Moves the position of an engine error to the client's text, and prefers PostgreSQL's own syntax errors. */
export function inClientText(error: unknown, statement: Statement): unknown {
  if (!(error instanceof PgError)) return error;
  const { syntaxError } = statement;
  if (syntaxError && (isSyntaxError(error) || error.message === syntaxError.message)) return syntaxError;
  if (isAssignment(error, statement)) return error.with({ sqlstate: "42804" });
  const unknown = unknownSetting(statement, error);
  if (unknown) return unknown;
  if (error.position === undefined) return error;
  return error.with({ position: statement.mapPosition(error.position) });
}

const assigning: ReadonlySet<string> = new Set(["insert", "update", "merge"]);

/** DuckDB casts to a column's type by itself; where nobody wrote that cast, PostgreSQL says that the types differ. */
function isAssignment({ sqlstate, message }: PgError, { command, source }: Statement): boolean {
  if (sqlstate !== "42846" || !assigning.has(command.kind)) return false;
  const to = / to (.+)$/.exec(message)?.[1] ?? "";
  // A type of the database's own: DuckDB tells what it is made of.
  if (/^(enum|struct)\(/.test(to)) return !/::|\bcast\b/i.test(source);
  const { sqlName, name } = typeByName(to) ?? {};
  return sqlName !== undefined && !new RegExp(`(::|\\bas)\\s*(${sqlName}|${name})\\b`, "i").test(source);
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
  const prepared = await session.executor.prepare(statement.sql, hints);
  const types = parameterTypes(prepared.parameters, hints);
  const settled = prepared.columns !== null &&
    !prepared.parameters.some((inferred, i) => needsCast(inferred, types[i]));
  if (settled) return { plan: enginePlanOf(statement, prepared), parameterTypes: types };
  prepared.close();
  const probed = await probedTypes(session, statement, prepared, hints);
  return await castPlan(session, statement, parameterTypes(prepared.parameters, hints, probed));
}

/** Compiles the statement with its parameters' types written in it; positions are moved back to the statement as it was. */
async function castPlan(
  session: SessionContext,
  statement: Statement,
  types: readonly number[],
): Promise<PreparedStatement> {
  const { text, toOriginal } = editParameters(statement.sql, castsFor(types));
  const back = (position: number) =>
    characterOf(statement.sql, toOriginal(offsetOfCharacter(text, position)));
  try {
    const prepared = await session.executor.prepare(text, types);
    const moved = { ...statement, mapPosition: (position: number) => statement.mapPosition(back(position)) };
    const columns = prepared.columns ?? await columnsWithNulls(session, statement, types);
    return { plan: enginePlanOf(moved, prepared, columns), parameterTypes: types };
  } catch (error) {
    if (!(error instanceof PgError) || error.position === undefined) throw error;
    throw error.with({ position: back(error.position) });
  }
}

/**
 * DuckDB knows a table function's columns only once it has the arguments (`generate_series(1, $1)`): here they are NULLs.
 *
 * @throws PgError 42P18 where the columns depend on the values (`read_csv($1)`): they cannot be told before Bind
 */
async function columnsWithNulls(
  session: SessionContext,
  statement: Statement,
  types: readonly number[],
): Promise<readonly Column[]> {
  const prepared = await session.executor.prepare(nullParameters(statement.sql, castsFor(types))).catch(() =>
    null
  );
  prepared?.close();
  if (prepared?.columns) return prepared.columns;
  throw new PgError("42P18", "could not determine the result columns before the parameters are known");
}

function enginePlanOf(
  statement: Statement,
  prepared: Prepared,
  columns: readonly Column[] = prepared.columns ?? [],
): EnginePlan {
  const named = statement.returned ? [] : describeColumns(statement, columns);
  return { kind: "engine", statement, prepared, columns: named, holders: 0 };
}

/** DuckDB's `SHOW TABLES` and `SHOW DATABASES`, without the catalogue that stands beside the user's database. */
const shownByEngine = new Map([
  [
    "tables",
    `SELECT name FROM (
       SELECT table_name AS name, schema_name, database_name FROM duckdb_tables() WHERE NOT internal
       UNION ALL SELECT view_name, schema_name, database_name FROM duckdb_views() WHERE NOT internal)
     WHERE database_name <> '__duckgres' AND list_contains(duckgres_path(), schema_name) ORDER BY name`,
  ],
  [
    "databases",
    `SELECT database_name FROM duckdb_databases()
     WHERE NOT internal AND database_name <> '__duckgres' ORDER BY database_name`,
  ],
]);

/** `SHOW x` for a setting of DuckDB's own: DuckDB's SHOW would look for a table of that name. */
function engineShow(statement: Statement): Statement {
  const { command } = statement;
  if (command.kind !== "show") return statement;
  const name = command.name;
  const sql = shownByEngine.get(name) ??
    `SELECT current_setting(${quoteText(name)}) AS ${quoteName(name)}`;
  return { ...statement, sql, columnNames: null, columnTypes: null };
}

/** What each parameter is: the client's word, else DuckDB's, else text, as PostgreSQL has it for unknown literals. */
function parameterTypes(
  inferred: readonly number[],
  hints: readonly number[],
  probed: readonly number[] = [],
): number[] {
  return inferred.map((oid, i) => hints[i] || oid || probed[i] || oids.text);
}

/** What operators make of parameters that DuckDB could not tell by itself; empty where that does not help either. */
async function probedTypes(
  session: SessionContext,
  statement: Statement,
  { parameters }: Prepared,
  hints: readonly number[],
): Promise<readonly number[]> {
  if (!parameters.includes(0)) return [];
  const sql = probeParameters(statement.sql);
  if (sql === null) return [];
  try {
    const probe = await session.executor.prepare(sql, hints);
    probe.close();
    return probe.parameters;
  } catch {
    return []; // the statement itself will tell what is wrong
  }
}

/**
 * Whether DuckDB must be told a parameter's type: it cannot tell itself, or the client said another. (A bigint compared
 * with an integer column must not be squeezed into an integer.) A text is left to what DuckDB makes of it.
 */
function needsCast(inferred: number, type: number): boolean {
  if (inferred === 0) return true;
  return inferred !== type && type !== oids.text && type !== oids.varchar && duckdbTypeName(type) !== null;
}

/** A type that DuckDB has no equal of is text to it. */
function castsFor(types: readonly number[]): Map<number, string> {
  return new Map(types.map((oid, i) => [i + 1, duckdbTypeName(oid) ?? "VARCHAR"]));
}
