/** A table as it stands in the database, and how it is made anew where DuckDB cannot alter it. */
import type { ColumnDefinition, ConstraintDefinition, ConstraintKind } from "../../sql/ddl/table.ts";
import { columnText, constraintText } from "../../sql/ddl/table.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import { isLengthCheck, lengthCheck } from "../../sql/ddl/declared_type.ts";
import { noColumn } from "../../sql/no_column.ts";
import type { SessionContext } from "../context.ts";
import { declarationsChanged } from "../declared_columns.ts";
import { noteRenewed } from "./changed_tables.ts";
import type { ForeignKeyNotes, Notes } from "./notes.ts";
import { readComment, writeComment } from "./notes.ts";
import { type DatabaseObject, findRelation, pathOf, type Place } from "./objects.ts";
import { drawnSequence } from "./sequences.ts";
import { comment, engine, rowsOf } from "./steps.ts";

export interface StoredColumn extends ColumnDefinition {
  comment: string | null;
  identity: "always" | "by default" | null;
}

export interface StoredConstraint extends ConstraintDefinition {
  name: string;
}

/** An index made by CREATE INDEX. */
export interface StoredIndex {
  name: string;
  unique: boolean;
  /** Columns and expressions, in DuckDB's SQL. */
  items: string;
  comment: string | null;
  notes: Notes;
}

export interface StoredTable {
  object: DatabaseObject;
  columns: StoredColumn[];
  constraints: StoredConstraint[];
  indexes: StoredIndex[];
}

/** Reads all there is to a table. */
export async function readTable(session: SessionContext, object: DatabaseObject): Promise<StoredTable> {
  return {
    object,
    columns: await readColumns(session, object),
    constraints: await readConstraints(session, object),
    indexes: await readIndexes(session, object),
  };
}

/** One table function a query: DuckDB makes all rows of each, those of the catalogue's views too, whatever is asked for. */
async function readColumns(session: SessionContext, object: DatabaseObject): Promise<StoredColumn[]> {
  const rows = await rowsOf(
    session,
    `SELECT column_name, data_type, NOT is_nullable, column_default, comment FROM duckdb_columns()
     WHERE table_oid = ${object.oid} AND data_type <> ${quoteText(noColumn.type)} ORDER BY column_index`,
  );
  const drawn = rows.some(([, , , initial]) => drawnSequence(initial) !== null);
  const identities = drawn ? await identitySequences(session, object) : null;
  const sql = rows.some(([, , , initial]) => initial !== null) ? await tableText(session, object) : "";
  return rows.map(([name, type, notNull, initial, written]) => {
    const { text, notes } = readComment(written);
    const generated = isGenerated(sql, name!, type!);
    return {
      name: name!,
      type: type!,
      notNull: notNull === "t",
      default: generated ? null : initial,
      generated: generated ? initial : null,
      sequence: null,
      comment: text,
      declared: notes.declared ?? null,
      identity: identities?.get(drawnSequence(initial) ?? "") ?? null,
    };
  });
}

/** The table in DuckDB's words: they alone tell a generated column from one with a default. */
async function tableText(session: SessionContext, { oid }: DatabaseObject): Promise<string> {
  const [[sql]] = await rowsOf(session, `SELECT sql FROM duckdb_tables() WHERE table_oid = ${oid}`);
  return sql!;
}

function isGenerated(sql: string, name: string, type: string): boolean {
  const behind = ` ${type} GENERATED ALWAYS AS(`;
  return sql.includes(name + behind) || sql.includes(`"${name.replaceAll('"', '""')}"${behind}`);
}

/** The sequences of identity columns in the table's schema, by name. */
async function identitySequences(
  session: SessionContext,
  { database, schema }: DatabaseObject,
): Promise<Map<string, StoredColumn["identity"]>> {
  const rows = await rowsOf(
    session,
    `SELECT sequence_name, comment FROM duckdb_sequences() WHERE contains(comment, '"identity"')
       AND database_name = ${quoteText(database)} AND schema_name = ${quoteText(schema)}`,
  );
  return new Map(rows.map(([name, text]) => [name!, readComment(text).notes.identity ?? null]));
}

const kinds: Record<string, ConstraintKind> = {
  "PRIMARY KEY": "primary",
  "UNIQUE": "unique",
  "CHECK": "check",
  "FOREIGN KEY": "foreign",
};

/** Named as the catalogue's `duckgres_named_constraint` names them, in less than a tenth of the time. */
async function readConstraints(
  session: SessionContext,
  { oid, name: table, schema, notes }: DatabaseObject,
): Promise<StoredConstraint[]> {
  const rows = await rowsOf(
    session,
    `SELECT constraint_type, to_json(constraint_column_names), expression, referenced_table,
       to_json(referenced_column_names) FROM duckdb_constraints()
     WHERE table_oid = ${oid} AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'CHECK', 'FOREIGN KEY')
       AND NOT ${isLengthCheck}
     ORDER BY constraint_index`,
  );
  const taken = new Map<string, number>();
  const found = rows.map(([type, columns, expression, referred, referredColumns], i) => {
    const kind = kinds[type!];
    const constraint: ConstraintDefinition = {
      name: null,
      kind,
      columns: JSON.parse(columns ?? "[]"),
      expression: kind === "check" ? expression : null,
      references: kind === "foreign"
        ? {
          table: { schema, name: referred! },
          columns: JSON.parse(referredColumns ?? "[]"),
          onUpdate: "a",
          onDelete: "a",
          byEngine: true,
        }
        : null,
    };
    const base = defaultName(table, constraint);
    const before = taken.get(base) ?? 0;
    taken.set(base, before + 1);
    return { ...constraint, name: notes.constraints?.[i] ?? `${base}${before || ""}` };
  });
  return [...found, ...(notes.foreignKeys ?? []).map(notedKey)];
}

/** A foreign key as it is kept, as a constraint of its table. */
function notedKey({ name, columns, schema, table, references, ...rest }: ForeignKeyNotes): StoredConstraint {
  return {
    kind: "foreign",
    name,
    columns,
    expression: null,
    references: { table: { schema, name: table }, columns: references, ...rest },
  };
}

/** The foreign keys of a table as they are kept; their tables are named with DuckDB's schemas. */
export function keyNotes(constraints: readonly StoredConstraint[]): ForeignKeyNotes[] {
  return constraints.flatMap(({ name, columns, references }) => {
    if (!references || references.byEngine) return [];
    const { table, columns: referenced, byEngine: _, ...rest } = references;
    return [{
      name,
      columns,
      schema: table.schema ?? "main",
      table: table.name,
      references: referenced,
      ...rest,
    }];
  });
}

/** What PostgreSQL would have called it: see `duckgres_named_constraint`. */
function defaultName(table: string, { kind, columns }: ConstraintDefinition): string {
  if (kind === "primary") return `${table}_pkey`;
  if (kind === "check") return columns.length === 1 ? `${table}_${columns[0]}_check` : `${table}_check`;
  return `${table}_${columns.join("_")}_${kind === "unique" ? "key" : "fkey"}`;
}

async function readIndexes(session: SessionContext, { oid }: DatabaseObject): Promise<StoredIndex[]> {
  const rows = await rowsOf(
    session,
    `SELECT index_name, is_unique, sql, comment FROM duckdb_indexes() WHERE table_oid = ${oid} ORDER BY index_oid`,
  );
  return rows.map(([name, unique, sql, text]) => {
    const read = readComment(text);
    const items = indexItems.exec(sql!)?.[1] ?? "";
    return { name: name!, unique: unique === "t", items, comment: read.text, notes: read.notes };
  });
}

/** What DuckDB's text of an index has in its brackets. */
const indexItems = new RegExp(
  String.raw`^CREATE (?:UNIQUE )?INDEX NAME ON NAME(?:\.NAME)*\s*\((.*)\);?$`.replaceAll(
    "NAME",
    String.raw`(?:"(?:[^"]|"")*"|[^\s".(]+)`,
  ),
  "s",
);

/** A column for a table that has none. */
export const onlyColumn = `${noColumn.name} ${noColumn.type}`;

/** DuckDB's CREATE TABLE for a definition, without its foreign keys. */
export function createText(
  object: Place,
  columns: readonly ColumnDefinition[],
  constraints: readonly ConstraintDefinition[],
): string {
  const lengths = columns.flatMap(({ name, declared }) => lengthCheck(name, declared) ?? []);
  const parts = [
    ...columns.length === 0 ? [onlyColumn] : columns.map(columnText),
    ...constraints.flatMap((constraint) => constraintText(constraint) ?? []),
    ...lengths.map((expression) => `CHECK (${expression})`),
  ];
  const kind = object.database === "temp" ? "TEMP TABLE" : "TABLE";
  return `CREATE ${kind} ${pathOf(object)} (${parts.join(", ")})`;
}

/** A table that is to be made anew. */
export interface Rebuild {
  before: StoredTable;
  after: StoredTable;
  /** What the columns that stay get, by their new name: an expression over the old columns. */
  values: ReadonlyMap<string, string>;
  /** Tables whose rows are not put back. */
  emptied?: readonly string[];
  /** What becomes of the tables that refer to it. */
  adapt?: (other: StoredTable) => StoredTable;
}

/**
 * Makes a table anew with another definition: its rows are put aside, and with them those of all tables that refer to it,
 * as DuckDB drops no table that others refer to. All of it happens in the open transaction.
 *
 * @throws PgError as the rows do not fit the new definition
 */
export async function rebuildTable(session: SessionContext, rebuild: Rebuild): Promise<void> {
  const { before, after, values, emptied = [], adapt = (other) => other } = rebuild;
  const others: StoredTable[] = [];
  for (const object of await referrers(session, before.object)) others.push(await readTable(session, object));
  const asideOf = (i: number) => `temp.main.duckgres_aside_${i}`;
  const all = [before, ...others];
  for (const [i, table] of all.entries()) {
    await engine(session, `CREATE OR REPLACE TEMP TABLE duckgres_aside_${i} AS FROM ${pathOf(table.object)}`);
  }
  for (const table of all.toReversed()) await engine(session, `DROP TABLE ${pathOf(table.object)}`);
  for (const [i, table] of [after, ...others.map(adapt)].map(withoutEngineKeys).entries()) {
    await makeAgain(session, table);
    const kept = i === 0 ? values : new Map(table.columns.map(({ name }) => [name, quoteName(name)]));
    if (!emptied.includes(table.object.name)) await fill(session, table, kept, asideOf(i));
    await makeIndexes(session, table.object, table.indexes);
    await engine(session, `DROP TABLE ${asideOf(i)}`);
    noteRenewed(session, table.object.name);
  }
}

/** The tables with a foreign key to a table, be it the table itself. */
export async function referringTables(
  session: SessionContext,
  { database, schema, name }: DatabaseObject,
): Promise<StoredTable[]> {
  const rows = await rowsOf(
    session,
    `SELECT table_oid, any_value(table_name), any_value(schema_name) FROM duckdb_constraints()
     WHERE constraint_type = 'FOREIGN KEY' AND referenced_table = ${quoteText(name)}
       AND schema_name = ${quoteText(schema)} AND database_name = ${quoteText(database)}
     GROUP BY table_oid
     UNION SELECT table_oid, table_name, schema_name FROM duckdb_tables()
     WHERE database_name = ${quoteText(database)} AND contains(comment, '"foreignKeys":')
       AND contains(comment, ${quoteText(`"table":${JSON.stringify(name)}`)}) ORDER BY table_oid`,
  );
  const found: StoredTable[] = [];
  for (const [, child, own] of rows) {
    const place = database === "temp" ? "pg_temp" : own;
    const object = await findRelation(session, { schema: place, name: child! });
    if (!object) continue;
    const table = await readTable(session, object);
    if (referencesTo(table, { schema, name }).length > 0) found.push(table);
  }
  return found;
}

/** The foreign keys of a table to another. */
export function referencesTo(
  { constraints }: StoredTable,
  { schema, name }: Pick<Place, "schema" | "name">,
): StoredConstraint[] {
  return constraints.filter(({ references }) =>
    references?.table.name === name && references.table.schema === schema
  );
}

/** Takes foreign keys from a table. */
export async function dropKeys(
  session: SessionContext,
  table: StoredTable,
  keys: readonly StoredConstraint[],
): Promise<void> {
  const after = { ...table, constraints: table.constraints.filter((one) => !keys.includes(one)) };
  if (!keys.some(({ references }) => references!.byEngine)) return await writeNames(session, after);
  const values = new Map(table.columns.map(({ name }) => [name, quoteName(name)]));
  await rebuildTable(session, { before: table, after, values });
}

/** Tables that refer to a table by DuckDB's own keys, each before those that refer to it, itself left out. */
export async function referrers(session: SessionContext, table: DatabaseObject): Promise<DatabaseObject[]> {
  const rows = await rowsOf(
    session,
    `SELECT DISTINCT c.table_oid, c.table_name, c.referenced_table, c.schema_name, t.comment
     FROM duckdb_constraints() c JOIN duckdb_tables() t ON t.table_oid = c.table_oid
     WHERE c.constraint_type = 'FOREIGN KEY' AND c.database_name = ${quoteText(table.database)}
       AND c.schema_name = ${quoteText(table.schema)}`,
  );
  const found: DatabaseObject[] = [];
  const visited = new Set([table.name]);
  const visit = (name: string) => {
    for (const [oid, from, to, schema, text] of rows) {
      if (to !== name || visited.has(from!)) continue;
      visited.add(from!);
      visit(from!);
      const { text: written, notes } = readComment(text);
      found.unshift({
        kind: "table",
        database: table.database,
        schema: schema!,
        name: from!,
        oid: oid!,
        comment: written,
        notes,
      });
    }
  };
  visit(table.name);
  return found;
}

/** DuckDB's own foreign keys become ours where a table is made anew. */
function withoutEngineKeys(table: StoredTable): StoredTable {
  const constraints = table.constraints.map(({ references, ...rest }) => ({
    ...rest,
    references: references && { ...references, byEngine: undefined },
  }));
  return { ...table, constraints };
}

async function makeAgain(session: SessionContext, table: StoredTable): Promise<void> {
  await engine(session, createText(table.object, table.columns, table.constraints));
  await writeNames(session, table);
  for (const column of table.columns) await columnComment(session, table.object, column);
}

/** Fills a table from rows put aside. */
async function fill(
  session: SessionContext,
  table: StoredTable,
  values: ReadonlyMap<string, string>,
  aside: string,
): Promise<void> {
  const written = table.columns.filter(({ name, generated }) => generated === null && values.has(name));
  const isBare = table.columns.length === 0;
  if (written.length === 0 && !isBare) return;
  const targets = isBare ? noColumn.name : written.map(({ name }) => quoteName(name)).join(", ");
  const sources = isBare ? noColumn.value : written.map(({ name }) => values.get(name)!).join(", ");
  await engine(session, `INSERT INTO ${pathOf(table.object)} (${targets}) SELECT ${sources} FROM ${aside}`);
}

/** Makes a table's indexes, with their comments. */
export async function makeIndexes(
  session: SessionContext,
  object: Place,
  indexes: readonly StoredIndex[],
): Promise<void> {
  for (const { name, unique, items, comment: text, notes } of indexes) {
    const kind = unique ? "UNIQUE INDEX" : "INDEX";
    await engine(session, `CREATE ${kind} ${quoteName(name)} ON ${pathOf(object)} (${items})`);
    if (text === null && Object.keys(notes).length === 0) continue;
    await comment(session, "INDEX", { ...object, name }, text, notes);
  }
}

/** Keeps the names of a table's constraints, its foreign keys, and whatever else is noted of it. */
export async function writeNames(session: SessionContext, table: StoredTable): Promise<void> {
  const { object, constraints } = table;
  const notes: Notes = { ...object.notes };
  const listed = constraints.filter(({ references }) => !references || references.byEngine);
  const keys = keyNotes(constraints);
  const had = notes.foreignKeys !== undefined || notes.constraints !== undefined;
  if (listed.length > 0) notes.constraints = listed.map(({ name }) => name);
  else delete notes.constraints;
  if (keys.length > 0) notes.foreignKeys = keys;
  else delete notes.foreignKeys;
  if (!had && object.comment === null && Object.keys(notes).length === 0) return;
  await comment(session, "TABLE", object, object.comment, notes);
}

/** Keeps a column's comment, and what is noted of it, if there is anything. */
export async function columnComment(
  session: SessionContext,
  object: Place,
  { name, comment: text, declared }: Pick<StoredColumn, "name" | "comment" | "declared">,
): Promise<void> {
  if (text !== null || declared !== null) await writeColumnComment(session, object, name, text, declared);
}

/** COMMENT ON COLUMN. */
export async function writeColumnComment(
  session: SessionContext,
  object: Place,
  column: string,
  text: string | null,
  declared: string | null,
): Promise<void> {
  const written = writeComment(text, { declared: declared ?? undefined });
  declarationsChanged(session.executor, object.database === "temp");
  const what = `${pathOf(object)}.${quoteName(column)}`;
  await engine(session, `COMMENT ON COLUMN ${what} IS ${written === null ? "NULL" : quoteText(written)}`);
}
