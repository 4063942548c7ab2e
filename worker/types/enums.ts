/**
 * Enum types. DuckDB does not tell which of them a column is of, only its labels: the type is the one with these labels, of
 * several the first that was created.
 */
import duckdb from "@duckdb/node-bindings";

/** An enum type as the catalogue has it. */
export interface EnumType {
  oid: number;
  /** As SQL writes it, in quotes where it needs them. */
  name: string;
}

/** The enum types of a database by their labels, see {@linkcode enumKey}. */
export type EnumTypes = ReadonlyMap<string, EnumType>;

export const noEnums: EnumTypes = new Map();

/** What labels are looked up by. */
export function enumKey(labels: readonly string[]): string {
  return JSON.stringify(labels);
}

/** The enum type a DuckDB type is; `undefined` for one without a name, and for every other type. */
export function enumTypeOf(type: duckdb.LogicalType, enums: EnumTypes): EnumType | undefined {
  if (enums.size === 0 || duckdb.get_type_id(type) !== duckdb.Type.ENUM) return undefined;
  return enums.get(enumKey(enumLabels(type)));
}

/** An enum's labels in order. */
export function enumLabels(type: duckdb.LogicalType): string[] {
  const size = duckdb.enum_dictionary_size(type);
  return Array.from({ length: size }, (_, i) => duckdb.enum_dictionary_value(type, i));
}
