import type { Node, RangeFunction } from "libpg-query";
import { nameParts } from "../constant.ts";
import { endOfName } from "../extent.ts";
import { closingIndex, identifierOf, isKeyword, textOf } from "../lexer.ts";
import type { Source } from "../source.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * The alias of a function that returns single values names its column, too: `generate_series(1, 3) s` has the column
 * `s`, where DuckDB's is `generate_series`. So the alias becomes `s(s)`.
 *
 * @see https://www.postgresql.org/docs/16/queries-table-expressions.html#QUERIES-TABLEFUNCTIONS
 */
export const functionAlias: Transform = { visit: { RangeFunction: rangeFunction } };

const singleValued = new Set([
  "generate_series",
  "generate_subscripts",
  "regexp_split_to_table",
  "string_to_table",
  "unnest",
]);

function rangeFunction(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as RangeFunction;
  if (!node.alias || node.alias.colnames || node.coldeflist || node.is_rowsfrom) return;
  const call = onlyCall(node);
  if (!call || !singleValued.has(nameParts(call.funcname).at(-1) ?? "")) return;
  const alias = source.tokens[aliasOf(source, source.tokenAt(source.offsetOfByte(call.location ?? 0)))];
  if (identifierOf(source.text, alias) !== node.alias.aliasname) return;
  edits.wrap(alias.end, alias.end, "", `(${textOf(source.text, alias)})`);
}

function onlyCall(node: RangeFunction) {
  const first = node.functions?.[0];
  const call: Node | undefined = first && "List" in first ? first.List.items?.[0] : undefined;
  return call && "FuncCall" in call ? call.FuncCall : null;
}

/** Index of the alias of a call whose name begins at a token. */
function aliasOf(source: Source, name: number): number {
  let at = closingIndex(source.text, source.tokens, endOfName(source, name)) + 1;
  if (isKeyword(source.text, source.tokens[at], "with")) at += 2;
  return isKeyword(source.text, source.tokens[at], "as") ? at + 1 : at;
}
