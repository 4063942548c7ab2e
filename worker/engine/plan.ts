/** A statement compiled by DuckDB, and what is known of it without running it. */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import type { Column, EngineKind } from "../api/executor.ts";
import { noOwnTypes, type OwnTypes } from "../types/own_types.ts";
import { mayBeOwn, pgTypeOf } from "../types/mod.ts";
import { parseEngineError } from "./engine_error.ts";

/** See the module. */
export interface Plan {
  readonly sql: string;
  readonly statement: duckdb.PreparedStatement;
  readonly kind: EngineKind;
  /** DuckDB's type of each parameter; `null` where it cannot tell. */
  readonly parameters: readonly (duckdb.LogicalType | null)[];
  /** See {@linkcode Prepared.columns}. */
  readonly columns: readonly Column[] | null;
  /** The database's own types that its parameters and columns may be of. */
  readonly ownTypes: OwnTypes;
  /** DuckDB made several statements of it (`PIVOT`, `IMPORT DATABASE`): all must be run anew at each execution. */
  readonly several: boolean;
}

/** Kinds of statements that answer no rows, whatever DuckDB names as their column. */
const silentKinds: ReadonlySet<EngineKind> = new Set([
  "alter",
  "attach",
  "copy_database",
  "create",
  "create_func",
  "detach",
  "drop",
  "export",
  "load",
  "prepare",
  "set",
  "transaction",
  "update_extensions",
  "vacuum",
  "variable_set",
]);

/** Kinds of statements that answer either a count or, with RETURNING and the like, rows. */
const countingKinds: ReadonlySet<EngineKind> = new Set(["copy", "delete", "insert", "merge_into", "update"]);

/**
 * Compiles one statement; nothing runs, except that a `PIVOT` without a list of values has its (temporary) enum types
 * made, without which its columns are not known.
 *
 * @param readOwnTypes asked only for a statement that has such types
 * @throws PgError 42601 for several statements, 42P18 and 42P02 for parameters that are not `$1…$n` without a gap;
 *   whatever DuckDB throws otherwise, see {@linkcode pgErrorOf}
 */
export async function compile(
  native: duckdb.Connection,
  sql: string,
  readOwnTypes: () => Promise<OwnTypes> = () => Promise.resolve(noOwnTypes),
): Promise<Plan> {
  try {
    return await describe(sql, await duckdb.prepare(native, sql), false, readOwnTypes);
  } catch (error) {
    if (!isSeveral(error) || !expands(sql)) throw error;
    return await describe(sql, await prepareLast(native, sql), true, readOwnTypes);
  }
}

/** Compiles a {@linkcode Plan.several} again for an execution: runs all its statements but the last. */
export async function prepareLast(native: duckdb.Connection, sql: string): Promise<duckdb.PreparedStatement> {
  const { extracted_statements, statement_count } = await duckdb.extract_statements(native, sql);
  for (let i = 0; i < statement_count - 1; i++) {
    const statement = await duckdb.prepare_extracted_statement(native, extracted_statements, i);
    await duckdb.execute_prepared(statement);
    duckdb.destroy_prepare_sync(statement);
  }
  return await duckdb.prepare_extracted_statement(native, extracted_statements, statement_count - 1);
}

/** Frees what DuckDB holds for it. A result already started goes on. */
export function freePlan(plan: Plan): void {
  duckdb.destroy_prepare_sync(plan.statement);
}

/** The result's columns, as DuckDB names and types them. */
export function resultColumns(
  result: duckdb.Result,
  ownTypes: OwnTypes,
): { columns: Column[]; types: duckdb.LogicalType[] } {
  const columns: Column[] = [];
  const types: duckdb.LogicalType[] = [];
  const count = duckdb.column_count(result);
  for (let i = 0; i < count; i++) {
    const type = duckdb.column_logical_type(result, i);
    types.push(type);
    columns.push({ name: duckdb.column_name(result, i), type: pgTypeOf(type, ownTypes) });
  }
  return { columns, types };
}

/** `Success BOOLEAN` is DuckDB's way to say that a `CALL` or `PRAGMA` answers nothing. */
export function isSuccessOnly(kind: EngineKind, columns: readonly Column[]): boolean {
  return (kind === "call" || kind === "pragma") && columns.length === 1 && columns[0].name === "Success";
}

async function describe(
  sql: string,
  statement: duckdb.PreparedStatement,
  several: boolean,
  readOwnTypes: () => Promise<OwnTypes>,
): Promise<Plan> {
  try {
    const kind = duckdb.StatementType[duckdb.prepared_statement_type(statement)].toLowerCase();
    const parameters = parametersOf(statement);
    const types = silentKinds.has(kind) ? [] : columnTypesOf(statement);
    const ownTypes = [...parameters, ...types].some((type) => type !== null && mayBeOwn(type))
      ? await readOwnTypes()
      : noOwnTypes;
    const columns = columnsOf(statement, types, kind, sql, ownTypes);
    return { sql, statement, kind, several, parameters, columns, ownTypes };
  } catch (error) {
    duckdb.destroy_prepare_sync(statement);
    throw error;
  }
}

function parametersOf(statement: duckdb.PreparedStatement): (duckdb.LogicalType | null)[] {
  const count = duckdb.nparams(statement);
  return Array.from({ length: count }, (_, i) => {
    checkName(statement, i + 1);
    const known = duckdb.param_type(statement, i + 1) !== duckdb.Type.INVALID;
    return known ? duckdb.param_logical_type(statement, i + 1) : null;
  });
}

/** DuckDB also has `$name`, and numbers with gaps, which it then cannot bind by their number. */
function checkName(statement: duckdb.PreparedStatement, number: number): void {
  const name = attempt(() => duckdb.parameter_name(statement, number));
  if (name === String(number)) return;
  if (name === null || /^\d+$/.test(name)) {
    throw new PgError("42P18", `could not determine data type of parameter $${number}`);
  }
  throw new PgError("42P02", `there is no parameter $${name}`);
}

/** DuckDB's type of each column; `null` where it depends on a parameter's. */
function columnTypesOf(statement: duckdb.PreparedStatement): (duckdb.LogicalType | null)[] {
  const count = duckdb.prepared_statement_column_count(statement);
  return Array.from({ length: count }, (_, i) => {
    const known = duckdb.prepared_statement_column_type(statement, i) !== duckdb.Type.INVALID;
    return known ? duckdb.prepared_statement_column_logical_type(statement, i) : null;
  });
}

function columnsOf(
  statement: duckdb.PreparedStatement,
  types: readonly (duckdb.LogicalType | null)[],
  kind: EngineKind,
  sql: string,
  ownTypes: OwnTypes,
): Column[] | null {
  const columns: Column[] = [];
  for (const [i, type] of types.entries()) {
    if (type === null) return null;
    columns.push({
      name: duckdb.prepared_statement_column_name(statement, i),
      type: pgTypeOf(type, ownTypes),
    });
  }
  return isCountOnly(kind, columns, sql) || isSuccessOnly(kind, columns) ? [] : columns;
}

/** Without RETURNING the only column is `Count BIGINT`; a returned column of that name needs the word in the text. */
function isCountOnly(kind: EngineKind, columns: readonly Column[], sql: string): boolean {
  if (!countingKinds.has(kind) || columns.length !== 1 || columns[0].name !== "Count") return false;
  return kind === "copy" || !/\breturning\b/i.test(sql);
}

function isSeveral(error: unknown): boolean {
  return error instanceof Error &&
    parseEngineError(error.message).message.startsWith("Cannot prepare multiple statements");
}

/** Statements of which DuckDB makes several. */
function expands(sql: string): boolean {
  return /\bpivot(_wider)?\b|^\s*import\s+database\b/i.test(sql);
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
