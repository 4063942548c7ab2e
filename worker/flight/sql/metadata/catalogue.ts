/**
 * Flight SQL's questions about the catalogue, put to DuckDB's own: databases are catalogs. What the server keeps for
 * itself (`__duckgres`, a lake's metadata) and DuckDB's `system` are not shown.
 *
 * @see https://arrow.apache.org/docs/format/FlightSql.html#sql-metadata
 */
import { Binary, Field, Int32, Schema, Uint8, Utf8 } from "apache-arrow";
import type { Executor } from "../../../api/executor.ts";
import type { SqlMessage } from "../../../api/flight/sql_messages.ts";
import { type Text, textRows } from "../text_rows.ts";

/** A question's answer as rows of values, one for each field of its schema. */
export type Rows = unknown[][];

const text = (name: string, nullable = false) => new Field(name, new Utf8(), nullable);
const int32 = (name: string) => new Field(name, new Int32(), false);
const uint8 = (name: string) => new Field(name, new Uint8(), false);

export const catalogsSchema = new Schema([text("catalog_name")]);
export const dbSchemasSchema = new Schema([text("catalog_name", true), text("db_schema_name")]);
export const tableTypesSchema = new Schema([text("table_type")]);
export const tablesSchema = new Schema([
  text("catalog_name", true),
  text("db_schema_name", true),
  text("table_name"),
  text("table_type"),
]);
export const tablesWithSchemaSchema = new Schema([
  ...tablesSchema.fields,
  new Field("table_schema", new Binary(), false),
]);
export const primaryKeysSchema = new Schema([
  text("catalog_name", true),
  text("db_schema_name", true),
  text("table_name"),
  text("column_name"),
  int32("key_sequence"),
  text("key_name", true),
]);
export const foreignKeysSchema = new Schema([
  text("pk_catalog_name", true),
  text("pk_db_schema_name", true),
  text("pk_table_name"),
  text("pk_column_name"),
  text("fk_catalog_name", true),
  text("fk_db_schema_name", true),
  text("fk_table_name"),
  text("fk_column_name"),
  int32("key_sequence"),
  text("fk_key_name", true),
  text("pk_key_name", true),
  uint8("update_rule"),
  uint8("delete_rule"),
]);

/** `UpdateDeleteRules.NO_ACTION`, the only rule DuckDB has. */
const noAction = 3;

const shown = `database_name NOT IN ('system', '__duckgres')
  AND NOT starts_with(database_name, '__ducklake_metadata_')
  AND (database_name <> 'temp'
    OR EXISTS (FROM duckdb_tables() WHERE temporary) OR EXISTS (FROM duckdb_views() WHERE temporary AND NOT internal))`;

/** An exact name; '' are the things that have none, of which there are none. */
const named = (column: string, parameter: number) =>
  `($${parameter}::VARCHAR IS NULL OR ${column} = $${parameter})`;
const like = (column: string, parameter: number) =>
  `($${parameter}::VARCHAR IS NULL OR ${column} LIKE $${parameter} ESCAPE '\\')`;

/** DuckDB's table types, in the order they are listed. */
export const tableTypes = ["BASE TABLE", "LOCAL TEMPORARY", "VIEW"] as const;

export function getCatalogs(executor: Executor): Promise<Text[][]> {
  return textRows(executor, `SELECT database_name FROM duckdb_databases() WHERE ${shown} ORDER BY 1`);
}

export function getDbSchemas(
  executor: Executor,
  { catalog, dbSchemaFilterPattern }: SqlMessage<"CommandGetDbSchemas">,
): Promise<Text[][]> {
  const sql = `SELECT database_name, schema_name FROM duckdb_schemas()
    WHERE ${shown} AND ${named("database_name", 1)} AND ${like("schema_name", 2)} ORDER BY 1, 2`;
  return textRows(executor, sql, [catalog, dbSchemaFilterPattern]);
}

const allTables = `
  SELECT database_name, schema_name, table_name,
    CASE WHEN temporary THEN 'LOCAL TEMPORARY' ELSE 'BASE TABLE' END AS table_type
  FROM duckdb_tables() WHERE NOT internal
  UNION ALL
  SELECT database_name, schema_name, view_name, 'VIEW' FROM duckdb_views() WHERE NOT internal`;

/** Without the tables' schemas. */
export async function getTables(
  executor: Executor,
  command: SqlMessage<"CommandGetTables">,
): Promise<Text[][]> {
  const { catalog, dbSchemaFilterPattern, tableNameFilterPattern } = command;
  const wanted = command.tableTypes.map(tableTypeOf);
  const sql = `SELECT * FROM (${allTables})
    WHERE ${shown} AND ${named("database_name", 1)} AND ${like("schema_name", 2)} AND ${like("table_name", 3)}
    ORDER BY 1, 2, 3, 4`;
  const rows = await textRows(executor, sql, [catalog, dbSchemaFilterPattern, tableNameFilterPattern]);
  return wanted.length === 0 ? rows : rows.filter(([, , , type]) => wanted.includes(type!));
}

/** Many clients ask for JDBC's `TABLE`. */
function tableTypeOf(asked: string): string {
  const type = asked.toUpperCase();
  return type === "TABLE" ? "BASE TABLE" : type;
}

export async function getPrimaryKeys(
  executor: Executor,
  { catalog, dbSchema, table }: SqlMessage<"CommandGetPrimaryKeys">,
): Promise<Rows> {
  const sql = `SELECT database_name, schema_name, table_name, unnest(constraint_column_names),
      generate_subscripts(constraint_column_names, 1) AS key_sequence, constraint_name
    FROM duckdb_constraints()
    WHERE constraint_type = 'PRIMARY KEY' AND ${shown}
      AND ${named("database_name", 1)} AND ${named("schema_name", 2)} AND table_name = $3
    ORDER BY 1, 2, 3, 6, 5`;
  const rows = await textRows(executor, sql, [catalog, dbSchema, table]);
  return rows.map(([database, schema, name, column, sequence, key]) => [
    database,
    schema,
    name,
    column,
    Number(sequence),
    key,
  ]);
}

/** One side of a foreign key; `null` for any. */
interface KeySide {
  catalog: Text;
  dbSchema: Text;
  table: Text;
}

const anySide: KeySide = { catalog: null, dbSchema: null, table: null };

/** Foreign keys that refer to the table. */
export function getExportedKeys(
  executor: Executor,
  table: SqlMessage<"CommandGetExportedKeys">,
): Promise<Rows> {
  return foreignKeys(executor, table, anySide, "fk_table, fk_name");
}

/** Foreign keys that the table has. */
export function getImportedKeys(
  executor: Executor,
  table: SqlMessage<"CommandGetImportedKeys">,
): Promise<Rows> {
  return foreignKeys(executor, anySide, table, "pk_table, pk_name, fk_name");
}

/** Foreign keys of one table that refer to another. */
export function getCrossReference(
  executor: Executor,
  command: SqlMessage<"CommandGetCrossReference">,
): Promise<Rows> {
  const { pkCatalog, pkDbSchema, pkTable, fkCatalog, fkDbSchema, fkTable } = command;
  const pk = { catalog: pkCatalog, dbSchema: pkDbSchema, table: pkTable };
  const fk = { catalog: fkCatalog, dbSchema: fkDbSchema, table: fkTable };
  return foreignKeys(executor, pk, fk, "fk_table, fk_name");
}

/** A foreign key and what it refers to are always in one schema. */
async function foreignKeys(executor: Executor, pk: KeySide, fk: KeySide, order: string): Promise<Rows> {
  const sql = `WITH fks AS (
      SELECT f.database_name, f.schema_name, f.table_name AS fk_table, f.referenced_table AS pk_table,
        f.constraint_name AS fk_name, any_value(p.constraint_name) AS pk_name,
        f.constraint_column_names AS fk_columns, f.referenced_column_names AS pk_columns
      FROM duckdb_constraints() f LEFT JOIN duckdb_constraints() p
        ON p.database_name = f.database_name AND p.schema_name = f.schema_name
        AND p.table_name = f.referenced_table AND p.constraint_type IN ('PRIMARY KEY', 'UNIQUE')
        AND list_sort(p.constraint_column_names) = list_sort(f.referenced_column_names)
      WHERE f.constraint_type = 'FOREIGN KEY'
      GROUP BY ALL)
    SELECT database_name, schema_name, pk_table, unnest(pk_columns), fk_table, unnest(fk_columns),
      generate_subscripts(fk_columns, 1) AS key_sequence, fk_name, pk_name
    FROM fks
    WHERE ${shown} AND ${named("database_name", 1)} AND ${named("schema_name", 2)} AND ${named("pk_table", 3)}
      AND ${named("database_name", 4)} AND ${named("schema_name", 5)} AND ${named("fk_table", 6)}
    ORDER BY database_name, schema_name, ${order}, key_sequence`;
  const sides = [pk.catalog, pk.dbSchema, pk.table, fk.catalog, fk.dbSchema, fk.table];
  const rows = await textRows(executor, sql, sides);
  return rows.map(([database, schema, pkTable, pkColumn, fkTable, fkColumn, sequence, fkName, pkName]) => [
    ...[database, schema, pkTable, pkColumn],
    ...[database, schema, fkTable, fkColumn],
    Number(sequence),
    ...[fkName, pkName],
    ...[noAction, noAction],
  ]);
}
