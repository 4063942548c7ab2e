/** The Arrow schemas of tables, as `GetTables` gives them: with what Flight SQL has columns say of themselves. */
import { type DataType, Decimal, Field, Int, Schema } from "apache-arrow";
import { Message } from "apache-arrow/ipc/metadata/message";
import { PgError } from "../../../api/error.ts";
import { typeNameKey } from "../../../arrow/schema.ts";
import type { LocalExecutor } from "../../../local_executor.ts";
import { textRows } from "../text_rows.ts";
import { quoteName } from "../../../api/quote.ts";

/** A table or view by its whole name. */
export interface TableName {
  catalog: string;
  schema: string;
  table: string;
}

/** What the catalogue says of a column beyond its type. */
interface ColumnFacts {
  nullable: boolean;
  comment: string | null;
}

/** Makes tables' schemas; reads what it needs of all columns at once. */
export async function tableSchemas(executor: LocalExecutor): Promise<(name: TableName) => Promise<Schema>> {
  const sql =
    `SELECT database_name, schema_name, table_name, column_name, is_nullable, comment FROM duckdb_columns()
    WHERE NOT is_nullable OR comment IS NOT NULL`;
  const facts = new Map<string, ColumnFacts>();
  for (const [catalog, schema, table, column, nullable, comment] of await textRows(executor, sql)) {
    facts.set(JSON.stringify([catalog, schema, table, column]), { nullable: nullable === "t", comment });
  }
  return async (name) => {
    const { catalog, schema, table } = name;
    const fields = await fieldsOf(executor, name);
    return new Schema(fields.map((field) => {
      const known = facts.get(JSON.stringify([catalog, schema, table, field.name]));
      return described(field, name, known ?? { nullable: true, comment: null });
    }));
  };
}

/** None of a view that does not hold any more, or with a type that has no form in Arrow. */
async function fieldsOf(executor: LocalExecutor, { catalog, schema, table }: TableName): Promise<Field[]> {
  const path = [catalog, schema, table].map(quoteName).join(".");
  try {
    const prepared = await executor.prepare(`SELECT * FROM ${path}`);
    try {
      const header = await prepared.arrowSchema();
      return header === null ? [] : (Message.decode(header).header() as Schema).fields;
    } finally {
      prepared.close();
    }
  } catch (error) {
    if (error instanceof PgError && !/^(57|XX)/.test(error.sqlstate)) return [];
    throw error;
  }
}

/** @see https://arrow.apache.org/docs/format/FlightSql.html: `ARROW:FLIGHT:SQL:…` */
function described(field: Field, name: TableName, { nullable, comment }: ColumnFacts): Field {
  const [precision, scale] = digitsOf(field.type);
  const facts = {
    CATALOG_NAME: name.catalog,
    SCHEMA_NAME: name.schema,
    TABLE_NAME: name.table,
    TYPE_NAME: field.metadata.get(typeNameKey),
    PRECISION: precision,
    SCALE: scale,
    IS_AUTO_INCREMENT: "0",
    IS_CASE_SENSITIVE: field.type.toString() === "Utf8" ? "1" : "0",
    IS_READ_ONLY: "0",
    IS_SEARCHABLE: "1",
    REMARKS: comment ?? undefined,
  };
  const metadata = new Map(field.metadata);
  for (const [key, value] of Object.entries(facts)) {
    if (value !== undefined) metadata.set(`ARROW:FLIGHT:SQL:${key}`, value);
  }
  return field.clone({ nullable, metadata });
}

/** Decimal digits of a whole or decimal number. */
function digitsOf(type: DataType): [precision?: string, scale?: string] {
  if (type instanceof Decimal) return [String(type.precision), String(type.scale)];
  if (!(type instanceof Int)) return [];
  const digits: Readonly<Record<number, number>> = { 8: 3, 16: 5, 32: 10, 64: type.isSigned ? 19 : 20 };
  return [String(digits[type.bitWidth]), "0"];
}
