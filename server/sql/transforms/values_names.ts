import type { CommonTableExpr, JoinExpr, Node, RangeSubselect, SelectStmt } from "libpg-query";
import { leftmostByte } from "../extent.ts";
import { closingIndex, identifierOf, isKeyword, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * The columns of VALUES are `column1`, `column2`, …; DuckDB's are `col0`, `col1`. They are named where other SQL sees
 * them: in FROM and in WITH. A join in brackets may have an alias as well, which DuckDB gives to sub-selects only.
 *
 * @see https://www.postgresql.org/docs/current/sql-values.html
 */
export const valuesNames: Transform = {
  visit: {
    RangeSubselect: (fields, input) => {
      const { subquery, alias } = fields as RangeSubselect;
      const names = namesOf(subquery);
      if (!names || alias?.colnames) return;
      const end = endOfBrackets(subquery!, alias?.aliasname, input.source);
      if (end !== null) nameColumns(end, alias?.aliasname, names, input);
    },
    CommonTableExpr: (fields, { source, edits }) => {
      const { ctequery, aliascolnames, location } = fields as CommonTableExpr;
      const names = aliascolnames ? null : namesOf(ctequery);
      if (!names) return;
      const name = source.tokens[source.tokenAt(source.offsetOfByte(location ?? 0))];
      edits.wrap(name.end, name.end, "", names);
    },
    JoinExpr: (fields, { source, edits }) => {
      const join = fields as JoinExpr;
      if (!join.alias) return;
      const end = endOfBrackets(join, join.alias.aliasname, source);
      if (end === null) return;
      const open = openingOf(source, end);
      edits.wrap(source.tokens[open].end, source.tokens[open].end, "", "SELECT * FROM ");
    },
  },
};

/** `(column1, column2)` for a query that begins with VALUES; `null` for any other. */
function namesOf(query: Node | undefined): string | null {
  if (!query || !("SelectStmt" in query) || query.SelectStmt.withClause) return null;
  let select: SelectStmt = query.SelectStmt;
  while (select.larg) select = select.larg;
  const row = select.valuesLists?.[0];
  if (!row || !("List" in row)) return null;
  return `(${(row.List.items ?? []).map((_, i) => `column${i + 1}`).join(", ")})`;
}

/** Index of the bracket that closes what stands in FROM: the alias, or no further bracket, follows it. */
function endOfBrackets(node: object, alias: string | undefined, source: Source): number | null {
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(leftmostByte(node)));
  for (let open = first - 1; open >= 0; open--) {
    if (!isSymbol(text, tokens[open], "(")) {
      if (isKeyword(text, tokens[open], "values") || isSymbol(text, tokens[open], ".")) continue;
      return null;
    }
    const close = closingIndex(text, tokens, open);
    const next = tokens[isKeyword(text, tokens[close + 1], "as") ? close + 2 : close + 1];
    if (
      alias === undefined
        ? !isSymbol(text, next, ")") && !isSymbol(text, next, ",")
        : identifierOf(text, next) === alias
    ) {
      return close;
    }
  }
  return null;
}

function openingOf({ text, tokens }: Source, close: number): number {
  let open = close - 1;
  while (closingIndex(text, tokens, open) !== close || !isSymbol(text, tokens[open], "(")) open--;
  return open;
}

function nameColumns(
  close: number,
  alias: string | undefined,
  names: string,
  { source: { text, tokens }, edits }: TransformInput,
): void {
  if (alias === undefined) {
    return edits.wrap(tokens[close].end, tokens[close].end, "", ` AS dg_values${names}`);
  }
  const token = tokens[isKeyword(text, tokens[close + 1], "as") ? close + 2 : close + 1];
  edits.wrap(token.end, token.end, "", names);
}
