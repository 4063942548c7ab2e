/** DuckDB's types as DuckDB itself writes them, e.g. in `typeof`. */
import duckdb from "@duckdb/node-bindings";
import { enumLabels } from "../types/own_types.ts";
import { keywords } from "./keywords.ts";
import { quoteName, quoteText } from "../api/quote.ts";

const { Type } = duckdb;

/** The types whose name is not that of the bindings' constant. */
const names: Readonly<Record<number, string>> = {
  [Type.TIME_TZ]: "TIME WITH TIME ZONE",
  [Type.TIMESTAMP_TZ]: "TIMESTAMP WITH TIME ZONE",
  [Type.SQLNULL]: '"NULL"',
};

/**
 * The text from which DuckDB reads the same type again.
 *
 * @example
 * ```ts
 * typeName(duckdb.create_list_type(duckdb.create_decimal_type(18, 3))); // "DECIMAL(18,3)[]"
 * ```
 */
export function typeName(type: duckdb.LogicalType): string {
  const alias = duckdb.logical_type_get_alias(type);
  if (alias) return alias;
  const id = duckdb.get_type_id(type);
  switch (id) {
    case Type.DECIMAL:
      return `DECIMAL(${duckdb.decimal_width(type)},${duckdb.decimal_scale(type)})`;
    case Type.ENUM:
      return `ENUM(${enumLabels(type).map(quoteText).join(", ")})`;
    case Type.LIST:
      return `${typeName(duckdb.list_type_child_type(type))}[]`;
    case Type.ARRAY:
      return `${typeName(duckdb.array_type_child_type(type))}[${duckdb.array_type_array_size(type)}]`;
    case Type.MAP: {
      const [key, value] = [duckdb.map_type_key_type(type), duckdb.map_type_value_type(type)];
      return `MAP(${typeName(key)}, ${typeName(value)})`;
    }
    case Type.STRUCT:
      return `STRUCT(${structFields(type).map(member).join(", ")})`;
    case Type.UNION:
      return `UNION(${unionMembers(type).map(member).join(", ")})`;
    default:
      return names[id] ?? Type[id];
  }
}

/** A field of a STRUCT or a member of a UNION. */
export interface Member {
  /** Empty in a STRUCT without names (`row(1, 2)`). */
  name: string;
  type: duckdb.LogicalType;
}

export function structFields(type: duckdb.LogicalType): Member[] {
  return Array.from({ length: duckdb.struct_type_child_count(type) }, (_, i) => ({
    name: duckdb.struct_type_child_name(type, i),
    type: duckdb.struct_type_child_type(type, i),
  }));
}

export function unionMembers(type: duckdb.LogicalType): Member[] {
  return Array.from({ length: duckdb.union_type_member_count(type) }, (_, i) => ({
    name: duckdb.union_type_member_name(type, i),
    type: duckdb.union_type_member_type(type, i),
  }));
}

function member({ name, type }: Member): string {
  return name === "" ? typeName(type) : `${quotedName(name)} ${typeName(type)}`;
}

function quotedName(name: string): string {
  const plain = /^[a-z_][a-z0-9_]*$/i.test(name) && !keywords.has(name.toLowerCase());
  return plain ? name : quoteName(name);
}
