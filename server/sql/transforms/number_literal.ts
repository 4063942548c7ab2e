import type { A_Const } from "libpg-query";
import { offsetOfConstant } from "../extent.ts";
import { endOfToken } from "../lexer.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Numbers that DuckDB reads as something else: `0x1F` (for DuckDB a 0 named `x1F`), `5e2` (a numeric, not a double
 * precision) and the least integer, `-2147483648`.
 *
 * @see https://www.postgresql.org/docs/16/sql-syntax-lexical.html#SQL-SYNTAX-CONSTANTS-NUMERIC
 */
export const numberLiteral: Transform = { visit: { A_Const: constant } };

function constant(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as A_Const;
  if (!node.ival && !node.fval) return;
  const { text } = source;
  // The parser puts a sign into the constant.
  const begin = source.offsetOfByte(node.location ?? 0);
  const start = offsetOfConstant(node, source);
  if (text.charCodeAt(start) === 48 /* 0 */ && /[xXoObB]/.test(text[start + 1] ?? "")) {
    const end = endOfToken(text, start, "number");
    edits.replace(start, end, String(BigInt(text.slice(start, end).replaceAll("_", ""))));
    return;
  }
  if (!node.fval) return;
  const end = endOfToken(text, start, "number");
  const written = text.slice(start, end).replaceAll("_", "");
  if (node.fval.fval === "-2147483648") {
    const brackets = text.slice(begin + 1, start).split("(").length - 1;
    const last = source.tokens[source.tokenAt(start) + brackets];
    edits.replace(begin, last.end, "CAST(-2147483648 AS INTEGER)");
    return;
  }
  const decimal = withoutExponent(written);
  if (decimal !== null) edits.replace(start, end, decimal);
}

/** Digits a DECIMAL holds. */
const maxDigits = 38;

/** `1.5e3` as `1500.`: the dot keeps it a numeric. `null` where it has no exponent, or too many digits. */
function withoutExponent(number: string): string | null {
  const found = /^(\d*)\.?(\d*)[eE]([+-]?\d+)$/.exec(number);
  if (!found) return null;
  const [, whole, fraction, exponent] = found;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (Math.max(digits.length, point) - Math.min(0, point) > maxDigits) return null;
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  const padded = digits.padEnd(point, "0");
  return `${padded.slice(0, point)}.${padded.slice(point)}`;
}
