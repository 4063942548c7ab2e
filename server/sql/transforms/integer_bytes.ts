import type { TypeCast } from "libpg-query";
import { lastPart } from "../constant.ts";
import { knownType } from "../known_type.ts";
import { castExtent } from "../types/cast_extent.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Integers cast to bytea are their bytes, the highest first, and back; DuckDB has no such cast. Only where the types are known.
 *
 * @see https://www.postgresql.org/docs/18/functions-binarystring.html
 */
export const integerBytes: Transform = { visit: { TypeCast: cast } };

/** How many bytes an integer has. */
const sizes = new Map([["smallint", 2], ["integer", 4], ["bigint", 8]]);
const sizesByName = new Map([["int2", 2], ["int4", 4], ["int8", 8]]);

function cast(fields: Fields, input: TransformInput): void {
  const { arg, typeName } = fields as TypeCast;
  const name = lastPart(typeName?.names) ?? "";
  if (typeName?.arrayBounds || name !== "bytea" && !sizesByName.has(name)) return;
  const type = knownType(arg);
  if (name === "bytea" && sizes.has(type ?? "")) {
    return wrap(fields, "duckgres_integer_bytes", sizes.get(type!)!, input);
  }
  if (type === "bytea") wrap(fields, "duckgres_bytes_integer", sizesByName.get(name)!, input);
}

function wrap(fields: Fields, macro: string, size: number, { source, edits }: TransformInput): void {
  const extent = castExtent(fields as TypeCast, source);
  if (!extent) return;
  const { start, end } = extent.argument;
  edits.wrap(start, end, `__duckgres.main.${macro}(`, `, ${size})`);
}
