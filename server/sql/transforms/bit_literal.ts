import type { A_Const, A_Expr, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { lastPart } from "../constant.ts";
import { firstTokenOf, offsetOfConstant } from "../extent.ts";
import { endOfOperand } from "../operand.ts";
import { namedType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Bit-string literals (`B'101'`, `X'1F'`): DuckDB takes the letter for part of the text.
 *
 * @see https://www.postgresql.org/docs/16/sql-syntax-lexical.html#SQL-SYNTAX-BIT-STRINGS
 */
export const bitLiteral: Transform = { visit: { A_Const: constant, A_Expr: concatenation } };

/** `||` of bit strings; DuckDB makes a text of them. */
function concatenation(fields: Fields, { source, edits }: TransformInput): void {
  const { name, lexpr, rexpr, location } = fields as A_Expr;
  if (!lexpr || !rexpr || !isBits(lexpr) || !isBits(rexpr) || lastPart(name) !== "||") return;
  const operator = source.tokenAt(source.offsetOfByte(location ?? 0));
  const first = firstTokenOf(lexpr, source, operator);
  const { end } = source.tokens[endOfOperand(source, operator + 1) - 1];
  edits.wrap(source.tokens[first].start, end, "CAST(", " AS BIT)");
}

function isBits(node: Node): boolean {
  if ("A_Const" in node) return node.A_Const.bsval !== undefined;
  const type = "TypeCast" in node ? namedType(node.TypeCast.typeName) : null;
  return type !== null && !type.isArray && (type.name === "bit" || type.name === "varbit");
}

function constant(fields: Fields, { source, edits, refuse }: TransformInput): void {
  const node = fields as A_Const;
  if (!node.bsval) return;
  const wrong = wrongDigit(node.bsval.bsval ?? "");
  if (wrong) return refuse(new PgError("22P02", wrong), source.offsetOfByte(node.location ?? 0));
  const bits = bitsOf(node.bsval.bsval ?? "");
  if (bits === null) return;
  const token = source.tokens[source.tokenAt(offsetOfConstant(node, source))];
  edits.replace(token.start, token.end, `CAST('${bits}' AS BIT)`);
}

function wrongDigit(literal: string): string | null {
  const isHexadecimal = literal[0] === "x";
  const digit = (isHexadecimal ? /[^0-9a-f]/iu : /[^01]/u).exec(literal.slice(1))?.[0];
  if (digit === undefined) return null;
  return `"${digit}" is not a valid ${isHexadecimal ? "hexadecimal" : "binary"} digit`;
}

/** The bits of the parser's `b101` or `x1F`; `null` for what is none, also without a digit: DuckDB has no empty ones. */
function bitsOf(literal: string): string | null {
  const digits = literal.slice(1);
  if (/^b[01]+$/.test(literal)) return digits;
  if (!/^x[0-9a-f]+$/i.test(literal)) return null;
  return Array.from(digits, (digit) => parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
}
