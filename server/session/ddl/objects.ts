/** What there is in the database, as DuckDB's catalogue tells it. */
import type { ObjectType } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { engineSchema, type ObjectName, writtenName } from "../../sql/ddl/relation.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { type EnginePath, enginePath } from "../engine_path.ts";
import { engineRows } from "../engine_rows.ts";
import { type Notes, readComment } from "./notes.ts";

export type ObjectKind = "table" | "view" | "materialized view" | "sequence" | "index" | "type";

/** What DuckDB's statements call them; a materialized view is a table there. */
export const kindWords = {
  "table": "TABLE",
  "materialized view": "TABLE",
  "view": "VIEW",
  "sequence": "SEQUENCE",
  "index": "INDEX",
  "type": "TYPE",
} as const satisfies Record<ObjectKind, string>;

/** The parser's names for relations. */
export const relationKinds: Partial<Record<ObjectType, ObjectKind>> = {
  OBJECT_TABLE: "table",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_INDEX: "index",
};

/** Where an object stands, or is to stand. */
export interface Place {
  /** DuckDB's database: the user's or `temp`. */
  database: string;
  /** DuckDB's name of the schema. */
  schema: string;
  name: string;
}

/** An object that has a name in a schema. */
export interface DatabaseObject extends Place {
  kind: ObjectKind;
  oid: string;
  /** The user's comment. */
  comment: string | null;
  notes: Notes;
}

const relations = `
  SELECT 'table' AS kind, database_name, schema_name, table_name AS name, table_oid AS oid, comment
    FROM duckdb_tables() WHERE NOT internal
  UNION ALL SELECT 'view', database_name, schema_name, view_name, view_oid, comment FROM duckdb_views() WHERE NOT internal
  UNION ALL SELECT 'sequence', database_name, schema_name, sequence_name, sequence_oid, comment FROM duckdb_sequences()
  UNION ALL SELECT 'index', database_name, schema_name, index_name, index_oid, comment FROM duckdb_indexes()`;

const types = `
  SELECT 'type' AS kind, database_name, schema_name, type_name AS name, type_oid AS oid, comment
    FROM duckdb_types() WHERE NOT internal`;

/** The relation (table, view, sequence, index) of a name, or `null`. */
export function findRelation(session: SessionContext, name: ObjectName): Promise<DatabaseObject | null> {
  return find(session, name, relations);
}

/** The type of a name, or `null`: only those that the database defines. */
export function findType(session: SessionContext, name: ObjectName): Promise<DatabaseObject | null> {
  return find(session, name, types);
}

/** @throws PgError 42P01 */
export async function requireRelation(session: SessionContext, name: ObjectName): Promise<DatabaseObject> {
  const found = await findRelation(session, name);
  if (found) return found;
  throw new PgError("42P01", missingRelation(name));
}

/** What PostgreSQL says of a relation that is not there. */
export function missingRelation(name: ObjectName): string {
  return `relation "${writtenName(name)}" does not exist`;
}

/** Temporary objects come first, then the search path decides. */
async function find(
  session: SessionContext,
  { schema, name }: ObjectName,
  objects: string,
): Promise<DatabaseObject | null> {
  const path = await enginePath(session.executor);
  const rows = await engineRows(
    session.executor,
    `SELECT kind, database_name, schema_name, name, oid, comment FROM (${objects})
     WHERE lower(name) = lower(${quoteText(name)}) AND ${placeOf(schema, path)}`,
  );
  const rank = ([, database, place]: typeof rows[number]) =>
    database === "temp" ? -1 : path.schemas.indexOf(place!);
  const [row] = rows.sort((a, b) => rank(a) - rank(b));
  if (!row) return null;
  const { text, notes } = readComment(row[5]);
  const kind = row[0] === "table" && notes.query !== undefined ? "materialized view" : row[0] as ObjectKind;
  return { kind, database: row[1]!, schema: row[2]!, name: row[3]!, oid: row[4]!, comment: text, notes };
}

/** With literals in place of the catalogue's macros DuckDB compiles it in half the time. */
function placeOf(schema: string | null, { database, schemas }: EnginePath): string {
  if (schema === "pg_temp") return "database_name = 'temp'";
  const own = `database_name = ${quoteText(database)}`;
  if (schema !== null) return `${own} AND schema_name = ${quoteText(engineSchema(schema))}`;
  return `(database_name = 'temp' OR ${own} AND schema_name IN (${
    ["", ...schemas].map(quoteText).join(", ")
  }))`;
}

/** The object's name in DuckDB's SQL, wherever it is. */
export function pathOf({ database, schema, name }: Place): string {
  const place = `${quoteName(schema)}.${quoteName(name)}`;
  return database === "temp" ? `temp.${place}` : place;
}

/** The schema in which a new object of this name is made: DuckDB's name. @throws PgError 3F000 */
export async function creationSchema(
  session: SessionContext,
  { schema }: ObjectName,
  temporary = false,
): Promise<{ database: string; schema: string }> {
  if (temporary || schema === "pg_temp") return { database: "temp", schema: "main" };
  const { database, schemas } = await enginePath(session.executor);
  if (schema === null) {
    if (schemas.length === 0) throw new PgError("3F000", "no schema has been selected to create in");
    return { database, schema: schemas[0] };
  }
  const [found] = await engineRows(
    session.executor,
    `SELECT 1 FROM duckdb_schemas() WHERE schema_name = ${quoteText(engineSchema(schema))}
       AND database_name = ${quoteText(database)}`,
  );
  if (!found) throw new PgError("3F000", `schema "${schema}" does not exist`);
  return { database, schema: engineSchema(schema) };
}
