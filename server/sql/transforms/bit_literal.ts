import type { A_Const } from "libpg-query";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Bit-string literals (`B'101'`, `X'1F'`): DuckDB takes the letter for part of the text.
 *
 * @see https://www.postgresql.org/docs/16/sql-syntax-lexical.html#SQL-SYNTAX-BIT-STRINGS
 */
export const bitLiteral: Transform = { visit: { A_Const: constant } };

function constant(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as A_Const;
  const bits = bitsOf(node.bsval?.bsval ?? "");
  if (bits === null) return;
  const token = source.tokens[source.tokenAt(source.offsetOfByte(node.location ?? 0))];
  edits.replace(token.start, token.end, `CAST('${bits}' AS BIT)`);
}

/** The bits of the parser's `b101` or `x1F`; `null` for what is none, also without a digit: DuckDB has no empty ones. */
function bitsOf(literal: string): string | null {
  const digits = literal.slice(1);
  if (/^b[01]+$/.test(literal)) return digits;
  if (!/^x[0-9a-f]+$/i.test(literal)) return null;
  return Array.from(digits, (digit) => parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
}
