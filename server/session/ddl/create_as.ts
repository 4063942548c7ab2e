/** CREATE TABLE AS, SELECT INTO, and materialized views. */
import type {
  CreateTableAsStmt,
  IntoClause,
  Node,
  RangeVar,
  RefreshMatViewStmt,
  SelectStmt,
} from "libpg-query";
import { defaultRenderSettings } from "../../../worker/api/executor.ts";
import { PgError } from "../../../worker/api/error.ts";
import { nameParts } from "../../sql/constant.ts";
import { lengthCheck } from "../../sql/ddl/declared_type.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { isKeyword } from "../../sql/lexer.ts";
import { analyze, type Statement } from "../../sql/mod.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { sourceOf } from "../../sql/source.ts";
import type { SessionContext } from "../context.ts";
import { declaredOfQuery } from "../declared_columns.ts";
import { compileRepaired } from "../dml/repair.ts";
import { settleLiterals } from "../doubtful.ts";
import { sqlContext } from "../sql_context.ts";
import { findStatement } from "../statements.ts";
import { currentSearchPath, setSearchPath } from "../engine_path.ts";
import type { Notes } from "./notes.ts";
import { creationSchema, pathOf, type Place, requireRelation } from "./objects.ts";
import { alreadyExists, exists } from "./sequences.ts";
import { comment, engine, rowsOf, skipNotice } from "./steps.ts";
import { columnComment, createText } from "./stored_table.ts";

/** Whether it is made in steps, which take no parameters: DuckDB's own keeps nothing of what the columns are declared as. */
export function needsSteps(
  { parameterCount }: Statement,
  { into, objtype, query }: CreateTableAsStmt,
): boolean {
  if (query && "ExecuteStmt" in query) return true;
  if (objtype === "OBJECT_MATVIEW") return true;
  return parameterCount === 0 && into !== undefined;
}

/** Whether there is more to it than a name and a query. */
function hasOptions({ into, objtype, if_not_exists, query }: CreateTableAsStmt): boolean {
  if (objtype === "OBJECT_MATVIEW" || !into || columnNames(query, []).length > 0) return true;
  return Boolean(if_not_exists || into.skipData || into.colNames || into.options || into.tableSpaceName) ||
    into.onCommit !== "ONCOMMIT_NOOP" || into.rel?.relpersistence === "u";
}

/** SELECT INTO. @returns the command tag */
export function selectInto(
  session: SessionContext,
  statement: Statement,
  tree: SelectStmt,
): Promise<string> {
  const query: Node = { SelectStmt: { ...tree, intoClause: undefined } };
  return createPlain(session, statement, tree.intoClause!, query);
}

/**
 * A table without options. DuckDB makes it, of the client's statement, so that errors have their places; where a column has
 * a length that is to be kept, it is made first and filled then.
 */
async function createPlain(
  session: SessionContext,
  statement: Statement,
  into: IntoClause,
  query: Node,
): Promise<string> {
  const place = await ownPlace(session, into.rel!);
  const text = await queryText(session, statement, false);
  const columns = place ? await declaredColumns(session, query, text, []) : [];
  if (place && columns.some(({ declared }) => lengthCheck("", declared) !== null)) {
    if (await exists(session, place)) throw alreadyExists(place.name);
    return `SELECT ${await filled(session, place, columns, text)}`;
  }
  const settled = await settleLiterals(session, statement, []);
  const rows = await compileRepaired(session, settled, ({ sql }) => changedBy(session, sql));
  if (place) {
    for (const column of columns) {
      await columnComment(session, place, { ...column, comment: null });
    }
  }
  return `SELECT ${rows}`;
}

/** Where a table is made; `null` for an attached database, and for what is not there: DuckDB says so in the right place. */
async function ownPlace(session: SessionContext, rel: RangeVar): Promise<Place | null> {
  if (rel.catalogname) return null;
  const name = relationName(rel);
  try {
    return { ...await creationSchema(session, name, rel.relpersistence === "t"), name: name.name };
  } catch (error) {
    if (rel.schemaname && error instanceof PgError && error.sqlstate === "3F000") return null;
    throw error;
  }
}

/** The names of the first columns where it is not the query that gives them; those of VALUES are `column1`, … */
function columnNames(query: Node | undefined, given: readonly string[]): readonly string[] {
  const [row] = query && "SelectStmt" in query ? query.SelectStmt.valuesLists ?? [] : [];
  if (!row || !("List" in row)) return given;
  const all = (row.List.items ?? []).map((_, i) => `column${i + 1}`);
  return [...given, ...all.slice(given.length)];
}

interface DeclaredColumn {
  name: string;
  /** DuckDB's. */
  type: string;
  declared: string | null;
}

/** The columns of a query of which one is declared as what DuckDB does not keep; none where no column is, or it is wrong. */
async function declaredColumns(
  session: SessionContext,
  tree: Node,
  query: string,
  names: readonly string[],
): Promise<DeclaredColumn[]> {
  const sql = named(query, names);
  const prepared = await session.executor.prepare(sql).catch(() => null);
  prepared?.close();
  const columns = prepared?.columns ?? [];
  const declared = await declaredOfQuery(session, tree, columns, names.length);
  if (declared.every((one) => one === null)) return [];
  const described = await rowsOf(session, `SELECT column_name, column_type FROM (DESCRIBE ${sql})`);
  return described.map(([name, type], i) => ({ name: name!, type: type!, declared: declared[i] }));
}

/** Makes a table whose columns have lengths, and puts a query's rows in it. @returns how many */
async function filled(
  session: SessionContext,
  place: Place,
  columns: readonly DeclaredColumn[],
  query: string | null,
): Promise<number> {
  const definitions = columns.map((column) => ({
    ...column,
    notNull: false,
    default: null,
    generated: null,
    sequence: null,
  }));
  await engine(session, createText(place, definitions, []));
  for (const column of columns) await columnComment(session, place, { ...column, comment: null });
  return query === null ? 0 : await changedBy(session, `INSERT INTO ${pathOf(place)} ${query}`);
}

/** CREATE TABLE AS and CREATE MATERIALIZED VIEW. @returns the command tag */
export async function createAs(
  session: SessionContext,
  statement: Statement,
  tree: CreateTableAsStmt,
): Promise<string> {
  refuseExecute(session, tree.query);
  const into = tree.into!;
  if (!hasOptions(tree)) return await createPlain(session, statement, into, tree.query!);
  const materialized = tree.objtype === "OBJECT_MATVIEW";
  const noData = materialized ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
  const name = relationName(into.rel!);
  const place = { ...await creationSchema(session, name, into.rel!.relpersistence === "t"), name: name.name };
  if (await exists(session, place)) {
    if (!tree.if_not_exists) throw alreadyExists(name.name);
    skipNotice(session, "42P07", `relation "${name.name}" already exists`);
    return noData;
  }
  const query = await queryText(session, statement, into.skipData ?? false);
  const columns = columnNames(tree.query, nameParts(into.colNames));
  const kind = place.database === "temp" ? "TEMP TABLE" : "TABLE";
  const declared = await declaredColumns(session, tree.query!, query, columns);
  const rows = declared.length > 0
    ? await filled(session, place, declared, into.skipData ? null : named(query, columns))
    : await changedBy(
      session,
      `CREATE ${kind} ${pathOf(place)} AS ${named(query, columns)}${into.skipData ? " WITH NO DATA" : ""}`,
    ).catch((error) => {
      throw tooManyNames(error, columns, noData);
    });
  const notes = materialized
    ? await viewNotes(session, query, columns, into.skipData ?? false)
    : into.rel!.relpersistence === "u"
    ? { unlogged: true }
    : null;
  if (notes) await comment(session, "TABLE", place, null, notes);
  if (into.onCommit === "ONCOMMIT_DROP") session.temporary.add(place, "drop");
  if (into.onCommit === "ONCOMMIT_DELETE_ROWS") session.temporary.add(place, "delete");
  return into.skipData ? noData : `SELECT ${rows}`;
}

/** CREATE TABLE AS EXECUTE. @throws PgError 26000, 42809, 0A000 */
function refuseExecute(session: SessionContext, query: Node | undefined): void {
  if (!query || !("ExecuteStmt" in query)) return;
  const { plan } = findStatement(session, query.ExecuteStmt.name ?? "");
  if (plan.kind === "empty" || plan.statement.command.kind !== "query") {
    throw new PgError("42809", "prepared statement is not a SELECT");
  }
  throw new PgError("0A000", "CREATE TABLE AS EXECUTE is not supported");
}

function tooManyNames(error: unknown, columns: readonly string[], what: string): unknown {
  if (columns.length === 0 || !(error instanceof PgError) || !/column|alias/i.test(error.message)) {
    return error;
  }
  if (error.sqlstate !== "42601" && error.sqlstate !== "42P10") return error;
  return new PgError("42601", `${what} specifies too many column names`);
}

/** The query behind AS, in DuckDB's SQL. */
async function queryText(session: SessionContext, statement: Statement, skipData: boolean): Promise<string> {
  const { text, tokens } = sourceOf(statement.source);
  if (statement.command.kind === "utility" && statement.command.tag === "SELECT INTO") {
    // In front of the first word stands what makes a table of it.
    return `${text.slice(tokens[0].start, tokens[0].end)} ${
      statement.engineText(tokens[1].start, tokens.at(-1)!.end)
    }`;
  }
  const as = tokens.findIndex((token, i) => i > 1 && isKeyword(text, token, "as"));
  let end = tokens.length;
  // WITH [NO] DATA
  if (isKeyword(text, tokens[end - 1], "data")) {
    end -= skipData ? 3 : isKeyword(text, tokens[end - 2], "with") ? 2 : 0;
  }
  const [from, to] = [tokens[as + 1].start, tokens[end - 1].end];
  if (statement.doubtful.length === 0) return statement.engineText(from, to);
  const query = analyze({ text: text.slice(from, to), start: 0 }, sqlContext(session.settings.render()));
  return (await settleLiterals(session, query, [])).sql;
}

/** The query with other names for its first columns. */
function named(query: string, columns: readonly string[]): string {
  return columns.length === 0
    ? query
    : `SELECT * FROM (${query}) AS dg_named(${columns.map(quoteName).join(", ")})`;
}

async function viewNotes(
  session: SessionContext,
  query: string,
  columns: readonly string[],
  unpopulated: boolean,
): Promise<Notes> {
  const notes: Notes = { query, path: await currentSearchPath(session.executor) };
  if (columns.length > 0) notes.columns = [...columns];
  if (unpopulated) notes.unpopulated = true;
  return notes;
}

/** Runs a statement. @returns how many rows it wrote */
async function changedBy(session: SessionContext, sql: string): Promise<number> {
  const prepared = await session.executor.prepare(sql);
  try {
    const { changed, rows } = await prepared.execute({
      parameters: [],
      parameterTypes: [],
      formats: [],
      render: defaultRenderSettings,
    });
    await rows?.close();
    return changed ?? 0;
  } finally {
    prepared.close();
  }
}

/**
 * REFRESH MATERIALIZED VIEW: the rows of its query as they are now, looked up where it was made.
 *
 * @throws PgError 42P01, 42809, 55000
 */
export async function refresh(session: SessionContext, tree: RefreshMatViewStmt): Promise<void> {
  const name = relationName(tree.relation!);
  const object = await requireRelation(session, name);
  const { query, path, columns = [] } = object.notes;
  if (object.kind !== "materialized view" || query === undefined) {
    throw new PgError("0A000", `"${object.name}" is not a materialized view`);
  }
  if (tree.concurrent) await requireUnique(session, object, object.oid);
  await engine(session, `DELETE FROM ${pathOf(object)}`);
  if (!tree.skipData) {
    await inPath(
      session,
      path,
      () => engine(session, `INSERT INTO ${pathOf(object)} ${named(query, columns)}`),
    );
  }
  const notes = { ...object.notes, unpopulated: tree.skipData ? true : undefined };
  await comment(session, "TABLE", object, object.comment, notes);
}

async function requireUnique(session: SessionContext, { name }: Place, oid: string): Promise<void> {
  const rows = await rowsOf(session, `FROM duckdb_indexes() WHERE table_oid = ${oid} AND is_unique LIMIT 1`);
  if (rows.length > 0) return;
  throw new PgError("55000", `cannot refresh materialized view "${name}" concurrently`, {
    hint: "Create a unique index with no WHERE clause on one or more columns of the materialized view.",
  });
}

/** Lets something find names as at another time. */
async function inPath(
  session: SessionContext,
  path: string | undefined,
  run: () => Promise<void>,
): Promise<void> {
  const now = await currentSearchPath(session.executor);
  if (path === undefined || path === now) return await run();
  await setSearchPath(session.executor, path);
  try {
    await run();
  } finally {
    await setSearchPath(session.executor, now);
  }
}
