/** A table as it stands in the database, and how it is made anew where DuckDB cannot alter it. */
import type { ColumnDefinition, ConstraintDefinition, ConstraintKind } from "../../sql/ddl/table.ts";
import { columnText, constraintText } from "../../sql/ddl/table.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import type { Notes } from "./notes.ts";
import { readComment, writeComment } from "./notes.ts";
import { type DatabaseObject, pathOf, type Place } from "./objects.ts";
import { comment, engine, rowsOf } from "./steps.ts";

export interface StoredColumn extends ColumnDefinition {
  comment: string | null;
  /** The user's own type that it was declared with, as `schema.name` in DuckDB's SQL; DuckDB keeps only what that stands for. */
  declared: string | null;
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

async function readColumns(session: SessionContext, { oid }: DatabaseObject): Promise<StoredColumn[]> {
  const rows = await rowsOf(
    session,
    `SELECT c.column_name, c.data_type, NOT c.is_nullable, c.column_default, c.comment,
       s.comment, contains(t.sql, c.column_name || ' ' || c.data_type || ' GENERATED ALWAYS AS(')
         OR contains(t.sql, '"' || replace(c.column_name, '"', '""') || '" ' || c.data_type || ' GENERATED ALWAYS AS(')
     FROM duckdb_columns() c JOIN duckdb_tables() t ON t.table_oid = c.table_oid
       LEFT JOIN duckdb_sequences() s ON contains(s.comment, '"identity"') AND s.schema_oid = c.schema_oid
         AND regexp_full_match(c.column_default, 'nextval\\(''"?' || regexp_escape(s.sequence_name) || '"?''\\)')
     WHERE c.table_oid = ${oid} ORDER BY c.column_index`,
  );
  return rows.map(([name, type, notNull, initial, written, sequence, generated]) => {
    const { text, notes } = readComment(written);
    return {
      name: name!,
      type: type!,
      notNull: notNull === "t",
      default: generated === "t" ? null : initial,
      generated: generated === "t" ? initial : null,
      sequence: null,
      comment: text,
      declared: notes.declared ?? null,
      identity: readComment(sequence).notes.identity ?? null,
    };
  });
}

const kinds: Record<string, ConstraintKind> = { p: "primary", u: "unique", c: "check", f: "foreign" };

async function readConstraints(
  session: SessionContext,
  { oid }: DatabaseObject,
): Promise<StoredConstraint[]> {
  const rows = await rowsOf(
    session,
    `SELECT name, kind, to_json(columns), expression, referenced_table, to_json(referenced_columns)
     FROM __duckgres.main.duckgres_named_constraint WHERE table_oid = ${oid} AND NOT from_index ORDER BY oid`,
  );
  return rows.map(([name, kind, columns, expression, table, referenced]) => ({
    name: name!,
    kind: kinds[kind!],
    columns: JSON.parse(columns ?? "[]"),
    expression: kind === "c" ? expression : null,
    references: kind === "f"
      ? { table: { schema: null, name: table! }, columns: JSON.parse(referenced ?? "[]"), actions: [] }
      : null,
  }));
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

/** DuckDB's CREATE TABLE for a definition; references are looked up in the table's own schema. */
export function createText(
  object: Place,
  columns: readonly ColumnDefinition[],
  constraints: readonly ConstraintDefinition[],
): string {
  const inSchema = constraints.map((constraint) => {
    const { references } = constraint;
    if (!references) return constraint;
    const table = { schema: references.table.schema ?? object.schema, name: references.table.name };
    return { ...constraint, references: { ...references, table } };
  });
  const parts = [...columns.map(columnText), ...inSchema.map(constraintText)];
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
  for (const [i, table] of [after, ...others.map(adapt)].entries()) {
    await makeAgain(session, table);
    const kept = i === 0 ? values : new Map(table.columns.map(({ name }) => [name, quoteName(name)]));
    if (!emptied.includes(table.object.name)) await fill(session, table, kept, asideOf(i));
    await makeIndexes(session, table.object, table.indexes);
    await engine(session, `DROP TABLE ${asideOf(i)}`);
  }
}

/** Tables that refer to a table, each before those that refer to it, itself left out. */
async function referrers(session: SessionContext, table: DatabaseObject): Promise<DatabaseObject[]> {
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

async function makeAgain(session: SessionContext, table: StoredTable): Promise<void> {
  await engine(session, createText(table.object, table.columns, table.constraints));
  await writeNames(session, table);
  for (const column of table.columns) await columnComment(session, table.object, column);
}

/** Fills a table from rows put aside; what refers to the table itself goes in level by level. */
async function fill(
  session: SessionContext,
  table: StoredTable,
  values: ReadonlyMap<string, string>,
  aside: string,
): Promise<void> {
  const written = table.columns.filter(({ name, generated }) => generated === null && values.has(name));
  if (written.length === 0) return;
  const targets = written.map(({ name }) => quoteName(name)).join(", ");
  const sources = written.map(({ name }) => values.get(name)!).join(", ");
  const insert = `INSERT INTO ${pathOf(table.object)} (${targets}) SELECT ${sources} FROM ${aside}`;
  const own = table.constraints.find(({ references }) => references?.table.name === table.object.name);
  const parent = own && values.get(own.columns[0]);
  const key = own && values.get(own.references!.columns[0]);
  if (!parent || !key) return await engine(session, insert);
  const path = pathOf(table.object);
  const keyName = quoteName(own.references!.columns[0]);
  await engine(session, `${insert} WHERE ${parent} IS NULL`);
  for (;;) {
    const rest =
      `${key} NOT IN (SELECT ${keyName} FROM ${path}) AND (${parent} = ${key} OR ${parent} IN (SELECT ${keyName} FROM ${path}))`;
    const [[count]] = await rowsOf(session, `SELECT count(*) FROM ${aside} WHERE ${rest}`);
    if (count === "0") return;
    await engine(session, `${insert} WHERE ${rest}`);
  }
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

/** Keeps the names of a table's constraints, and whatever else is noted of it. */
export async function writeNames(session: SessionContext, table: StoredTable): Promise<void> {
  const { object, constraints } = table;
  const notes: Notes = { ...object.notes };
  if (constraints.length > 0) notes.constraints = constraints.map(({ name }) => name);
  else delete notes.constraints;
  if (object.comment === null && Object.keys(notes).length === 0) return;
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
  const what = `${pathOf(object)}.${quoteName(column)}`;
  await engine(session, `COMMENT ON COLUMN ${what} IS ${written === null ? "NULL" : quoteText(written)}`);
}
