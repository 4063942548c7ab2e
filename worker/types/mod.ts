/** DuckDB's types as PostgreSQL names them. The table of PostgreSQL's own types is `worker/api/types.ts`. */
import duckdb from "@duckdb/node-bindings";
import type { PgType } from "../api/executor.ts";
import { arrayOidOf, hiddenType, oids, typeLength } from "../api/types.ts";
import { noOwnTypes, ownTypeOf, type OwnTypes } from "./own_types.ts";

export type LogicalType = duckdb.LogicalType;

const { Type } = duckdb;

/**
 * The one mapping. An unsigned integer becomes the next wider type that holds it; what has named fields (STRUCT, MAP,
 * UNION, VARIANT) is shown as json; DuckDB's JSON is jsonb; GEOMETRY is its WKB. Types that are not listed are text.
 */
const oidByType: Readonly<Record<number, number>> = {
  [Type.BOOLEAN]: oids.bool,
  [Type.TINYINT]: oids.int2,
  [Type.SMALLINT]: oids.int2,
  [Type.UTINYINT]: oids.int4,
  [Type.USMALLINT]: oids.int4,
  [Type.INTEGER]: oids.int4,
  [Type.UINTEGER]: oids.int8,
  [Type.BIGINT]: oids.int8,
  [Type.UBIGINT]: oids.numeric,
  [Type.HUGEINT]: oids.numeric,
  [Type.UHUGEINT]: oids.numeric,
  [Type.BIGNUM]: oids.numeric,
  [Type.DECIMAL]: oids.numeric,
  [Type.FLOAT]: oids.float4,
  [Type.DOUBLE]: oids.float8,
  [Type.VARCHAR]: oids.text,
  [Type.BLOB]: oids.bytea,
  [Type.GEOMETRY]: oids.bytea,
  [Type.DATE]: oids.date,
  [Type.TIME]: oids.time,
  [Type.TIME_NS]: oids.time,
  [Type.TIME_TZ]: oids.timetz,
  [Type.TIMESTAMP]: oids.timestamp,
  [Type.TIMESTAMP_S]: oids.timestamp,
  [Type.TIMESTAMP_MS]: oids.timestamp,
  [Type.TIMESTAMP_NS]: oids.timestamp,
  [Type.TIMESTAMP_TZ]: oids.timestamptz,
  [Type.INTERVAL]: oids.interval,
  [Type.UUID]: oids.uuid,
  [Type.BIT]: oids.varbit,
  [Type.STRUCT]: oids.json,
  [Type.MAP]: oids.json,
  [Type.UNION]: oids.json,
  [Type.VARIANT]: oids.json,
};

/** The type of a LIST's or ARRAY's elements; `null` for every other type. */
export function elementType(type: LogicalType): LogicalType | null {
  const id = duckdb.get_type_id(type);
  if (id === Type.LIST) return duckdb.list_type_child_type(type);
  if (id === Type.ARRAY) return duckdb.array_type_child_type(type);
  return null;
}

/** Whether it is DuckDB's JSON: a VARCHAR by another name. */
export function isJson(type: LogicalType): boolean {
  return duckdb.get_type_id(type) === Type.VARCHAR && duckdb.logical_type_get_alias(type) === "JSON";
}

/** Whether it is what a row constructor makes: a struct whose fields have no names. */
export function isRecord(type: LogicalType): boolean {
  return isStruct(type) && duckdb.struct_type_child_count(type) > 0 &&
    duckdb.struct_type_child_name(type, 0) === "";
}

/**
 * Whether it marks a column of a result as json, where DuckDB's JSON is jsonb: a UNION whose only member is the text,
 * called `json`.
 */
export function isMarkedJson(type: LogicalType): boolean {
  return isMark(type, "json");
}

/** Whether it marks a column that stands for none: the same, called `no_column`. */
export function isNoColumn(type: LogicalType): boolean {
  return isMark(type, "no_column");
}

function isMark(type: LogicalType, name: string): boolean {
  return duckdb.get_type_id(type) === Type.UNION && duckdb.union_type_member_count(type) === 1 &&
    duckdb.union_type_member_name(type, 0) === name;
}

/** What the first field of a struct is called that {@linkcode isShownNumeric}. */
const shownNumeric = "duckgres_numeric";

/** Whether it is a numeric of a result that is worked out where it is shown: see `worker/rows/shown_numeric.ts`. */
export function isShownNumeric(type: LogicalType): boolean {
  return duckdb.get_type_id(type) === Type.STRUCT && duckdb.struct_type_child_count(type) > 0 &&
    duckdb.struct_type_child_name(type, 0) === shownNumeric;
}

/**
 * How a DuckDB type is announced to a client: a LIST or ARRAY, however deep, is the array type of its innermost element,
 * as PostgreSQL's arrays have any number of dimensions. An enum that is not among `ownTypes` is text, a STRUCT json.
 */
export function pgTypeOf(type: LogicalType, ownTypes: OwnTypes = noOwnTypes): PgType {
  const element = elementType(type);
  if (element !== null) {
    const { oid, modifier } = pgTypeOf(element, ownTypes);
    return { oid: arrayOidOf(oid), length: -1, modifier };
  }
  if (isNoColumn(type)) return hiddenType;
  if (isShownNumeric(type)) return { oid: oids.numeric, length: -1, modifier: -1 };
  const known = ownTypeOf(type, ownTypes);
  if (known) return { oid: known.oid, length: isStruct(type) ? -1 : enumLength, modifier: -1 };
  if (isRecord(type)) return { oid: oids.record, length: -1, modifier: -1 };
  const oid = isJson(type) ? oids.jsonb : oidByType[duckdb.get_type_id(type)] ?? oids.text;
  return { oid, length: typeLength(oid), modifier: modifierOf(type) };
}

/** `typlen` of an enum: PostgreSQL stores the OID of its label. */
const enumLength = 4;

/** Whether it can be a type of the database's own, or a list of such. */
export function mayBeOwn(type: LogicalType): boolean {
  const element = elementType(type);
  return element === null ? duckdb.get_type_id(type) === Type.ENUM || isStruct(type) : mayBeOwn(element);
}

function isStruct(type: LogicalType): boolean {
  return duckdb.get_type_id(type) === Type.STRUCT;
}

/** `atttypmod`: for numeric, precision and scale, `((p << 16) | s) + 4`. */
function modifierOf(type: LogicalType): number {
  switch (duckdb.get_type_id(type)) {
    case Type.DECIMAL:
      return isPlainNumeric(type)
        ? -1
        : numericModifier(duckdb.decimal_width(type), duckdb.decimal_scale(type));
    case Type.UBIGINT:
      return numericModifier(20, 0);
    case Type.HUGEINT:
      return numericModifier(38, 0);
    default:
      return -1;
  }
}

/** DECIMAL(38, 11) stands for `numeric` without precision and scale. */
function isPlainNumeric(type: LogicalType): boolean {
  return duckdb.decimal_width(type) === 38 && duckdb.decimal_scale(type) === 11;
}

function numericModifier(precision: number, scale: number): number {
  return ((precision << 16) | scale) + 4;
}
