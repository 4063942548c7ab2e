/**
 * Types of a database's own: enums and composite types. DuckDB does not tell which of them a column is of, only its labels
 * or fields: the type is the one that has these, of several the first that was created.
 */
import duckdb from "@duckdb/node-bindings";

/** A type as the catalogue has it. */
export interface OwnType {
  oid: number;
  /** As SQL writes it, in quotes where it needs them. */
  name: string;
}

/** The types of a database by what they are made of, see {@linkcode typeKey}. */
export type OwnTypes = ReadonlyMap<string, OwnType>;

export const noOwnTypes: OwnTypes = new Map();

const { Type } = duckdb;

/** What a type is looked up by: all that makes it another type than others. */
export function typeKey(type: duckdb.LogicalType): string {
  const id = duckdb.get_type_id(type);
  switch (id) {
    case Type.ENUM:
      return JSON.stringify(enumLabels(type));
    case Type.STRUCT:
      return `{${
        structFields(type).map(({ name, type }) => `${JSON.stringify(name)}:${typeKey(type)}`).join()
      }}`;
    case Type.LIST:
      return `${typeKey(duckdb.list_type_child_type(type))}[]`;
    case Type.ARRAY:
      return `${typeKey(duckdb.array_type_child_type(type))}[${duckdb.array_type_array_size(type)}]`;
    case Type.MAP:
      return `map(${typeKey(duckdb.map_type_key_type(type))},${typeKey(duckdb.map_type_value_type(type))})`;
    case Type.DECIMAL:
      return `${id}(${duckdb.decimal_width(type)},${duckdb.decimal_scale(type)})`;
    default:
      return `${id}${duckdb.logical_type_get_alias(type) ?? ""}`;
  }
}

/** The type of the database's own that a DuckDB type is; `undefined` for one without a name, and for every other type. */
export function ownTypeOf(type: duckdb.LogicalType, ownTypes: OwnTypes): OwnType | undefined {
  if (ownTypes.size === 0) return undefined;
  const id = duckdb.get_type_id(type);
  return id === Type.ENUM || id === Type.STRUCT ? ownTypes.get(typeKey(type)) : undefined;
}

/** An enum's labels in order. */
export function enumLabels(type: duckdb.LogicalType): string[] {
  const size = duckdb.enum_dictionary_size(type);
  return Array.from({ length: size }, (_, i) => duckdb.enum_dictionary_value(type, i));
}

/** A field of a struct. */
export interface StructField {
  /** Empty where it has none. */
  name: string;
  type: duckdb.LogicalType;
}

/** A struct's fields in order. */
export function structFields(type: duckdb.LogicalType): StructField[] {
  return Array.from({ length: duckdb.struct_type_child_count(type) }, (_, i) => ({
    name: duckdb.struct_type_child_name(type, i),
    type: duckdb.struct_type_child_type(type, i),
  }));
}
