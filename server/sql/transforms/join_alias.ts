import type { JoinExpr, Node } from "libpg-query";
import { nameParts } from "../constant.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { leftmostByte } from "../extent.ts";
import { closingIndex, identifierOf, isKeyword, isSymbol } from "../lexer.ts";
import { type Fields, walk } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `a JOIN b USING (id) AS j` names the joined columns: `j.id` is `id`, which DuckDB has without the name.
 *
 * @see https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN
 */
export const joinAlias: Transform = { visit: { JoinExpr: join } };

function join(fields: Fields, input: TransformInput): void {
  const { rarg, usingClause, join_using_alias } = fields as JoinExpr;
  const alias = join_using_alias?.aliasname;
  if (alias === undefined || !rarg) return;
  const { source: { text, tokens, tokenAt, offsetOfByte }, edits } = input;
  let using = tokenAt(offsetOfByte(leftmostByte(rarg)));
  while (!isUsing(using, input, alias)) if (++using >= tokens.length) return;
  const close = closingIndex(text, tokens, using + 1);
  edits.replace(tokens[close].end, tokens[close + 2].end, "");
  walk(input.tree, (type, node) => {
    if (type === "ColumnRef") withoutAlias(node, alias, nameParts(usingClause), input);
  });
}

/** USING (…) AS alias. */
function isUsing(at: number, { source: { text, tokens } }: TransformInput, alias: string): boolean {
  if (!isKeyword(text, tokens[at], "using") || !isSymbol(text, tokens[at + 1], "(")) return false;
  const close = closingIndex(text, tokens, at + 1);
  return isKeyword(text, tokens[close + 1], "as") && identifierOf(text, tokens[close + 2]) === alias;
}

function withoutAlias(
  { fields, location }: Fields,
  alias: string,
  columns: readonly string[],
  { source: { tokens, tokenAt, offsetOfByte }, edits }: TransformInput,
): void {
  const [table, column] = nameParts(fields as Node[]);
  if (table !== alias || column === undefined) return;
  const first = tokenAt(offsetOfByte(Number(location ?? 0)));
  if (column === "*") {
    return edits.replace(tokens[first].start, tokens[first + 2].end, columns.map(quoteName).join(", "));
  }
  edits.replace(tokens[first].start, tokens[first + 1].end, "");
}
