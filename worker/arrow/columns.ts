/** Which column gathers the values of each DuckDB type; the types in Arrow are in `schema.ts`. */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import { defaultRenderSettings } from "../api/executor.ts";
import { codecOf } from "../rows/codecs.ts";
import type { ArrowColumn } from "./column.ts";
import {
  booleanColumn,
  decimalColumn,
  hugeintColumn,
  intervalColumn,
  nullColumn,
  sameColumn,
} from "./fixed.ts";
import { fixedListColumn, listColumn, structColumn, unionColumn } from "./nested.ts";
import { stringColumn, textColumn } from "./strings.ts";
import { structFields, typeName, unionMembers } from "./type_names.ts";

const { Type } = duckdb;

type Make = (type: duckdb.LogicalType) => ArrowColumn;

const same = (width: number): Make => () => sameColumn(width);
const text: Make = (type) => textColumn(codecOf(type, 0, defaultRenderSettings));

const makers: Readonly<Record<number, Make>> = {
  [Type.SQLNULL]: nullColumn,
  [Type.BOOLEAN]: booleanColumn,
  [Type.TINYINT]: same(1),
  [Type.UTINYINT]: same(1),
  [Type.SMALLINT]: same(2),
  [Type.USMALLINT]: same(2),
  [Type.INTEGER]: same(4),
  [Type.UINTEGER]: same(4),
  [Type.BIGINT]: same(8),
  [Type.UBIGINT]: same(8),
  [Type.HUGEINT]: hugeintColumn,
  [Type.UHUGEINT]: hugeintColumn,
  [Type.DECIMAL]: decimalColumn,
  [Type.FLOAT]: same(4),
  [Type.DOUBLE]: same(8),
  [Type.VARCHAR]: stringColumn,
  [Type.BLOB]: stringColumn,
  [Type.BIT]: stringColumn,
  [Type.GEOMETRY]: stringColumn,
  [Type.ENUM]: text,
  [Type.UUID]: text,
  [Type.BIGNUM]: text,
  [Type.VARIANT]: text,
  [Type.TIME_TZ]: text,
  [Type.DATE]: same(4),
  [Type.TIME]: same(8),
  [Type.TIME_NS]: same(8),
  [Type.TIMESTAMP]: same(8),
  [Type.TIMESTAMP_S]: same(8),
  [Type.TIMESTAMP_MS]: same(8),
  [Type.TIMESTAMP_NS]: same(8),
  [Type.TIMESTAMP_TZ]: same(8),
  [Type.INTERVAL]: intervalColumn,
  [Type.LIST]: (type) => listColumn(columnOf(duckdb.list_type_child_type(type))),
  [Type.ARRAY]: (type) =>
    fixedListColumn(duckdb.array_type_array_size(type), columnOf(duckdb.array_type_child_type(type))),
  [Type.MAP]: (type) =>
    listColumn(
      structColumn([columnOf(duckdb.map_type_key_type(type)), columnOf(duckdb.map_type_value_type(type))]),
    ),
  [Type.STRUCT]: (type) => structColumn(structFields(type).map(({ type }) => columnOf(type))),
  [Type.UNION]: (type) => unionColumn(unionMembers(type).map(({ type }) => columnOf(type))),
};

/** @throws PgError 0A000 for a type that has no form in Arrow */
export function columnOf(type: duckdb.LogicalType): ArrowColumn {
  const make = makers[duckdb.get_type_id(type)];
  if (make) return make(type);
  throw new PgError("0A000", `columns of DuckDB type ${typeName(type)} cannot be sent`, {
    hint: "Cast the column to VARCHAR.",
  });
}
