import type { Node } from "libpg-query";
import { raise } from "../catalog/raise.ts";
import { extentOf } from "../expression_extent.ts";
import { decimalText } from "../../../worker/api/decimal.ts";
import { lastPart } from "../constant.ts";
import { type Value, valueOfFields } from "../numbers/evaluate.ts";
import type { Fields } from "../walk.ts";
import { scalarsInFrom } from "../set_returning.ts";
import { inFrom } from "./set_returning.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * What is worked out of number literals alone (`5.0 / 2`, `sqrt(2.0)`, `coalesce(1, 2.5)`) is put in the statement as
 * PostgreSQL has it: exact, and with its digits. DuckDB divides numerics in double precision and knows roots, powers and
 * logarithms in nothing else, and all values of which one is chosen have one scale there.
 *
 * @see https://www.postgresql.org/docs/18/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL
 */
export const constantNumbers: Transform = {
  visit: Object.fromEntries(
    ["A_Expr", "FuncCall", "TypeCast", "CoalesceExpr", "MinMaxExpr", "CaseExpr"].map((type) => [
      type,
      (fields: Fields, input: TransformInput) => expression(type, fields, input),
    ]),
  ),
};

/** Digits a DECIMAL holds. */
const maxDigits = 38;

/** Nobody else is to look at what is replaced. */
function expression(type: string, fields: Fields, { source, edits }: TransformInput): "skip" | void {
  if (inFrom.has(fields) && !isWrapped(fields)) return;
  const value = valueOfFields(type, fields);
  const text = value && textOf(value);
  const extent = text ? extentOf({ [type]: fields } as unknown as Node, source) : null;
  if (!text || !extent) return;
  edits.replace(extent.start, extent.end, text);
  return "skip";
}

/** Whether a call in FROM becomes a sub-select, in which it is an expression. */
function isWrapped({ funcname }: Fields): boolean {
  return scalarsInFrom.has(lastPart(funcname as Node[] | undefined) ?? "");
}

/** `null` where the engine's own answer is as good, or the only one that fits. */
function textOf(value: Value): string | null {
  if (value.type === "double precision") {
    return value.outOfRange
      ? `CAST(${raise("22003", `value out of range: ${value.outOfRange}`)} AS DOUBLE)`
      : null;
  }
  if (!value.better || value.type !== "numeric") return null;
  const text = decimalText(value.decimal);
  const digits = text.replace(/[-.]/g, "").replace(/^0+/, "");
  if (Math.max(digits.length, value.decimal.scale) > maxDigits) return null;
  // The point keeps it a numeric.
  return value.decimal.scale === 0 ? `(${text}.)` : `(${text})`;
}
