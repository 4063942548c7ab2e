import type { A_Expr } from "libpg-query";
import { firstTokenOf } from "../extent.ts";
import { isKeyword } from "../lexer.ts";
import { endOfJoined } from "../operand.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `x BETWEEN SYMMETRIC a AND b` is about the two in either order; DuckDB's parser knows it and nothing behind that does.
 *
 * @see https://www.postgresql.org/docs/18/functions-comparison.html
 */
export const betweenSymmetric: Transform = { visit: { A_Expr: between } };

function between(fields: Fields, { source, edits }: TransformInput): void {
  const { kind, lexpr, location = 0 } = fields as A_Expr;
  const isNot = kind === "AEXPR_NOT_BETWEEN_SYM";
  if (!lexpr || !isNot && kind !== "AEXPR_BETWEEN_SYM") return;
  const { text, tokens } = source;
  let word = source.tokenAt(source.offsetOfByte(location));
  while (!isKeyword(text, tokens[word], "between")) word++;
  const and = endOfJoined(source, word + 2);
  const end = endOfJoined(source, and + 1);
  if (!isKeyword(text, tokens[and], "and")) return;
  const before = isNot ? word - 1 : word;
  const first = firstTokenOf(lexpr, source, before);
  const call = `${isNot ? "(NOT " : ""}__duckgres.main.duckgres_between(`;
  edits.wrap(tokens[first].start, tokens[end - 1].end, call, isNot ? "))" : ")");
  edits.replace(tokens[before].start, tokens[word + 1].end, ",");
  edits.replace(tokens[and].start, tokens[and].end, ",");
}
