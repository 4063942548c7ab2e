import type { A_ArrayExpr, FuncCall, Node, TypeCast } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { dimensionsOf } from "../array_dimensions.ts";
import { lastPart } from "../constant.ts";
import { knownType } from "../known_type.ts";
import { castExtent } from "../types/cast_extent.ts";
import { namedType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * What arrays are made of. A text that becomes an array, or is made of one, is written `{1,2}`, where DuckDB has `[1, 2]`; rows of an array
 * have the same length; a string without a type is no array.
 *
 * @see https://www.postgresql.org/docs/18/arrays.html#ARRAYS-INPUT
 */
export const arrayTexts: Transform = {
  visit: {
    TypeCast: cast,
    A_ArrayExpr: (fields, input) => equalLengths(fields as A_ArrayExpr, input),
    FuncCall: (fields, input) => polymorphic(fields as FuncCall, input),
  },
};

function cast(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as TypeCast;
  const type = namedType(node.typeName);
  if (!type) return;
  const isArray = type.isArray && knownType(node.arg) === "text";
  const isText = !type.isArray && (type.name === "text" || type.name === "varchar") &&
    dimensionsOf(node.arg) === 1;
  const extent = isArray || isText ? castExtent(node, source) : null;
  if (!extent) return;
  const { start, end } = extent.argument;
  edits.wrap(start, end, isArray ? "duckgres_array_items(" : "duckgres_array_text(", ")");
}

function equalLengths({ elements = [], location }: A_ArrayExpr, { source, refuse }: TransformInput): void {
  const lengths = elements.map((node) => "A_ArrayExpr" in node ? node.A_ArrayExpr.elements?.length ?? 0 : -1);
  if (lengths.every((length) => length === lengths[0] || lengths[0] < 0)) return;
  refuse(
    new PgError("2202E", "multidimensional arrays must have array expressions with matching dimensions"),
    source.offsetOfByte(location ?? 0),
  );
}

const ofAnyArray = new Set(
  "array_dims array_length array_lower array_ndims array_upper cardinality unnest".split(" "),
);

function polymorphic({ funcname, args, location }: FuncCall, { source, refuse }: TransformInput): void {
  const [first] = args ?? [];
  if (!first || !isUnknown(first) || !ofAnyArray.has(lastPart(funcname) ?? "")) return;
  refuse(
    new PgError("42804", "could not determine polymorphic type because input has type unknown"),
    source.offsetOfByte(location ?? 0),
  );
}

function isUnknown(node: Node): boolean {
  return "A_Const" in node && node.A_Const.sval !== undefined;
}
