/**
 * What columns were declared as where DuckDB does not keep it (`varchar(5)`), for the types of results. It is read from the
 * catalogue when a statement is the first to need it, and again after definitions of any session.
 */
import { oids } from "../../worker/api/types.ts";
import type { Node } from "libpg-query";
import type { Column, Executor } from "../../worker/api/executor.ts";
import {
  applyColumnTypes,
  type ColumnTypes,
  columnTypes,
  type DeclaredColumn,
  type DeclaredRelations,
} from "../sql/column_types.ts";
import { blankEdits, isPadded } from "../sql/blanks.ts";
import { declaredPgType, notedType } from "../sql/ddl/declared_type.ts";
import { type MoreEdits, type Statement, treeOf } from "../sql/mod.ts";
import { type Recent, recentlyUsed } from "../sql/recent.ts";
import { isTold, storedTold } from "../sql/stored_told.ts";
import { storedJson } from "../sql/stored_json.ts";
import type { SessionContext } from "./context.ts";
import { readComment } from "./ddl/notes.ts";
import { enginePath } from "./engine_path.ts";
import { engineRows } from "./engine_rows.ts";

/** What was read, and how old it is. */
interface Reading {
  version: number;
  /** By `schema.table`, in DuckDB's names. */
  relations: DeclaredRelations;
}

/** Grows with every definition that may have declared something, in whatever database of this process. */
let version = 0;

interface State {
  /** There are temporary tables, which no other session sees. */
  temporary: boolean;
  /** What the open transaction declared is the others' to see when it ends. */
  open: boolean;
  own: Reading | null;
  /** The relations by the names they have in the search path, and what statements have asked of them. */
  known: {
    read: Reading;
    schemas: readonly string[];
    relations: DeclaredRelations;
    statements: Recent<{ found: Declared | null }>;
  } | null;
}

const states = new WeakMap<Executor, State>();

/** Readings that sessions share, by what tells a database. */
const shared = new WeakMap<object, Map<string, Reading>>();

function stateOf(executor: Executor): State {
  let state = states.get(executor);
  if (!state) states.set(executor, state = { temporary: false, open: false, own: null, known: null });
  return state;
}

/** To be called when a column was declared, or a relation that has such columns got another name. */
export function declarationsChanged(executor: Executor, temporary: boolean): void {
  const state = stateOf(executor);
  state.own = null;
  if (temporary) {
    state.temporary = true;
    return;
  }
  version++;
  state.open = true;
}

/** To be called when relations were dropped. */
export function relationsDropped(executor: Executor, names: readonly string[]): void {
  const paths = [...stateOf(executor).own?.relations.keys() ?? []];
  const gone = paths.filter((path) => names.some((name) => path.endsWith(`.${name}`)));
  if (gone.length > 0) declarationsChanged(executor, gone.every((path) => path.startsWith("pg_temp.")));
}

/** To be called when a transaction has ended. */
export function declarationsSettled(executor: Executor): void {
  const state = states.get(executor);
  if (!state?.open) return;
  state.open = false;
  version++;
}

/** What a statement takes from what its columns were declared as. */
export interface Declared {
  /** The types of its columns. */
  types: ColumnTypes | null;
  /** The blanks that its texts get or lose, and texts that are kept as json. */
  edits: MoreEdits | null;
  /** The types of parameters that are stored in such columns, by their numbers. */
  parameters: ReadonlyMap<number, number>;
}

/** What columns were declared as, by the names that statements have for the relations. */
export async function declaredRelations(session: SessionContext): Promise<DeclaredRelations> {
  return (await knownTo(session))?.relations ?? new Map();
}

/** See {@linkcode Declared}; `null` where the statement's text tells all there is to tell. */
export async function declaredBy(session: SessionContext, statement: Statement): Promise<Declared | null> {
  if (!mayName(statement)) return null;
  const { relations, statements } = await knownTo(session) ?? {};
  if (!relations || !statements) return null;
  let known = statements.get(statement.source);
  if (!known) statements.set(statement.source, known = { found: lookedUp(statement, relations) });
  return known.found;
}

/**
 * What a query's columns are declared as, by the tables they are of and the casts in it, for a view of it.
 *
 * @param columns the engine's
 * @param renamed how many of the first have other names than the query gives them
 * @returns for each what the catalogue is to note; `null` where the engine's type is right
 */
export async function declaredOfQuery(
  session: SessionContext,
  query: Node,
  columns: readonly Column[],
  renamed = 0,
): Promise<(string | null)[]> {
  const { relations } = await knownTo(session) ?? {};
  // What a star stands for is found by its name.
  const named = columns.map((column, i) => i < renamed ? { ...column, name: "" } : column);
  const told = applyColumnTypes(columnTypes(query, relations), [...named]);
  return told.map((column, i) => column === named[i] ? null : notedType(column.type));
}

async function knownTo(session: SessionContext): Promise<State["known"]> {
  const read = await reading(session);
  if (read.relations.size === 0) return null;
  const { schemas } = await enginePath(session.executor);
  const state = stateOf(session.executor);
  if (state.known?.read !== read || state.known.schemas !== schemas) {
    const statements = recentlyUsed<{ found: Declared | null }>(keptStatements, keptCharacters);
    state.known = { read, schemas, relations: namedRelations(read.relations, schemas), statements };
  }
  return state.known;
}

const keptStatements = 512;
const keptCharacters = 256 * 1024;

/** Whether it may show such a column, or store a text with blanks at its end or json in one. Quick. */
function mayName({ command, source }: Statement): boolean {
  const shows = "returning" in command ? command.returning : command.kind === "query";
  if (shows && /\b(?:from|returning|table)\b/i.test(source)) return true;
  return "returning" in command && /\$\d| '|'\s*[{["\d\-:$a-f tn]|\bselect\b/i.test(source);
}

function lookedUp(statement: Statement, relations: DeclaredRelations): Declared | null {
  const { command, source } = statement;
  const named = [...relations].filter(([name]) => source.includes(name)).map(([, columns]) => columns);
  const writes = "returning" in command && !command.returning && !/ '/.test(source);
  // What is only stored is of interest to a char and to json.
  const concerns = named.filter((columns) =>
    !writes || [...columns.values()].some((type) => type.oid === oids.json || isPadded(type) || isTold(type))
  );
  if (concerns.length === 0) return null;
  const tree = treeOf(statement);
  if (!tree) return null;
  const { edits, parameters } = storedJson(tree, relations);
  const told = storedTold(tree, new Map([...relations].filter(([name]) => source.includes(name))));
  const all = [blankEdits(tree, relations), edits, told.edits].filter((one) => one !== null);
  return {
    types: columnTypes(tree, relations),
    edits: all.length > 0 ? (input) => all.forEach((edit) => edit(input)) : null,
    parameters: new Map([...parameters.map((number) => [number, oids.json] as const), ...told.parameters]),
  };
}

/** Relations by the names that a statement has for them. */
function namedRelations(relations: DeclaredRelations, schemas: readonly string[]): DeclaredRelations {
  const named = new Map<string, ReadonlyMap<string, DeclaredColumn>>();
  const split = [...relations].map(([path, columns]) => {
    const dot = path.indexOf(".");
    return { schema: path.slice(0, dot), name: path.slice(dot + 1), columns };
  });
  for (const { schema, name, columns } of split) {
    named.set(`${schema === "main" ? "public" : schema}.${name}`, columns);
  }
  for (const searched of ["pg_temp", ...schemas].toReversed()) {
    for (const { schema, name, columns } of split) if (schema === searched) named.set(name, columns);
  }
  return named;
}

async function reading(session: SessionContext): Promise<Reading> {
  const { executor, peers, user, database } = session;
  const state = stateOf(executor);
  if (state.own?.version === version) return state.own;
  const isShared = peers !== undefined && !state.temporary && !state.open;
  const key = `${user} ${database}`;
  const others = isShared ? shared.get(peers) : undefined;
  const known = others?.get(key);
  if (known?.version === version) return state.own = known;
  const now = version;
  const fresh = { version: now, relations: await readRelations(executor) };
  if (isShared) {
    if (others) others.set(key, fresh);
    else shared.set(peers, new Map([[key, fresh]]));
  }
  return state.own = fresh;
}

async function readRelations(executor: Executor): Promise<Reading["relations"]> {
  const rows = await engineRows(
    executor,
    `SELECT CASE database_name WHEN 'temp' THEN 'pg_temp' ELSE schema_name END || '.' || table_name, column_name,
       CAST(column_index AS VARCHAR), comment FROM system.main.duckdb_columns()
     WHERE contains(comment, '"declared":"')
       AND database_name IN (__duckgres.main.duckgres_engine_database(), 'temp')`,
  );
  const relations = new Map<string, Map<string, DeclaredColumn>>();
  for (const [path, column, number, comment] of rows) {
    const type = declaredPgType(readComment(comment).notes.declared ?? null);
    if (!type) continue;
    const columns = relations.get(path!) ?? new Map();
    relations.set(path!, columns.set(column!, { ...type, number: Number(number) }));
  }
  return relations;
}
