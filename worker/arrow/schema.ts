/**
 * DuckDB's types as Arrow's, as DuckDB itself exports them to Arrow but for two that would lose something: TIME WITH TIME
 * ZONE is its text (DuckDB drops the offset), and BIGNUM and VARIANT, which Arrow has no type for, are text (VARIANT as
 * JSON). Every field says its exact DuckDB type in its metadata.
 *
 * HUGEINT and UHUGEINT are Decimal128(38, 0), which most clients can read; a value of 39 digits is an error. UUID, JSON and
 * ENUM are Utf8, BIT is Binary with DuckDB's bytes (the number of unused bits, then the bits), GEOMETRY is Binary with WKB, UNION
 * a sparse union. Infinite dates and timestamps are the largest and smallest integers, as DuckDB has them.
 */
import duckdb from "@duckdb/node-bindings";
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  IntervalMonthDayNano,
  List,
  Map_,
  Null,
  Schema,
  SparseUnion,
  Struct,
  TimeMicrosecond,
  TimeNanosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from "apache-arrow";
import { Message } from "apache-arrow/ipc/metadata/message";
import { PgError } from "../api/error.ts";
import { type Member, structFields, typeName, unionMembers } from "./type_names.ts";

const { Type } = duckdb;

/** The key of a field's metadata that has its exact DuckDB type. */
export const typeNameKey = "duckgres.database_type_name";

/** The digits of Decimal128. */
const maxDigits = 38;

const types: Readonly<Record<number, (type: duckdb.LogicalType) => DataType>> = {
  [Type.SQLNULL]: () => new Null(),
  [Type.BOOLEAN]: () => new Bool(),
  [Type.TINYINT]: () => new Int8(),
  [Type.SMALLINT]: () => new Int16(),
  [Type.INTEGER]: () => new Int32(),
  [Type.BIGINT]: () => new Int64(),
  [Type.UTINYINT]: () => new Uint8(),
  [Type.USMALLINT]: () => new Uint16(),
  [Type.UINTEGER]: () => new Uint32(),
  [Type.UBIGINT]: () => new Uint64(),
  [Type.HUGEINT]: () => new Decimal(0, maxDigits),
  [Type.UHUGEINT]: () => new Decimal(0, maxDigits),
  [Type.DECIMAL]: (type) => new Decimal(duckdb.decimal_scale(type), duckdb.decimal_width(type)),
  [Type.FLOAT]: () => new Float32(),
  [Type.DOUBLE]: () => new Float64(),
  [Type.VARCHAR]: () => new Utf8(),
  [Type.ENUM]: () => new Utf8(),
  [Type.UUID]: () => new Utf8(),
  [Type.BIGNUM]: () => new Utf8(),
  [Type.VARIANT]: () => new Utf8(),
  [Type.BLOB]: () => new Binary(),
  [Type.BIT]: () => new Binary(),
  [Type.GEOMETRY]: () => new Binary(),
  [Type.DATE]: () => new DateDay(),
  [Type.TIME]: () => new TimeMicrosecond(),
  [Type.TIME_NS]: () => new TimeNanosecond(),
  [Type.TIME_TZ]: () => new Utf8(),
  [Type.TIMESTAMP_S]: () => new TimestampSecond(),
  [Type.TIMESTAMP_MS]: () => new TimestampMillisecond(),
  [Type.TIMESTAMP]: () => new TimestampMicrosecond(),
  [Type.TIMESTAMP_NS]: () => new TimestampNanosecond(),
  [Type.TIMESTAMP_TZ]: () => new TimestampMicrosecond("UTC"),
  [Type.INTERVAL]: () => new IntervalMonthDayNano(),
  [Type.LIST]: (type) => new List(arrowField("item", duckdb.list_type_child_type(type))),
  [Type.ARRAY]: (type) =>
    new FixedSizeList(
      duckdb.array_type_array_size(type),
      arrowField("item", duckdb.array_type_child_type(type)),
    ),
  [Type.STRUCT]: (type) => new Struct(structFields(type).map(fieldOf)),
  [Type.MAP]: (type) => new Map_(mapEntries(type)),
  [Type.UNION]: (type) => {
    const members = unionMembers(type);
    return new SparseUnion(members.map((_, i) => i), members.map(fieldOf));
  },
};

function fieldOf({ name, type }: Member): Field {
  return arrowField(name, type);
}

function mapEntries(type: duckdb.LogicalType): Field<Struct> {
  const key = arrowField("key", duckdb.map_type_key_type(type));
  const value = arrowField("value", duckdb.map_type_value_type(type));
  return new Field("entries", new Struct([key.clone({ nullable: false }), value]), false);
}

/**
 * A column, or a part of one.
 *
 * @throws PgError 0A000 for a type that has no form in Arrow
 */
export function arrowField(name: string, type: duckdb.LogicalType): Field {
  const make = types[duckdb.get_type_id(type)];
  if (!make) {
    throw new PgError("0A000", `columns of DuckDB type ${typeName(type)} cannot be sent`, {
      hint: "Cast the column to VARCHAR.",
    });
  }
  return new Field(name, make(type), true, new Map([[typeNameKey, typeName(type)]]));
}

/** The schema of a result's columns; see {@linkcode arrowField}. */
export function arrowSchema(columns: readonly Member[]): Schema {
  return new Schema(columns.map(fieldOf));
}

/** A schema as an IPC message's metadata, which is what FlightData carries as its header. */
export function schemaHeader(schema: Schema): Uint8Array {
  return Message.encode(Message.from(schema));
}
