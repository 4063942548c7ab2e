import type { Node, WithClause } from "libpg-query";
import { tokenAtLocation } from "../ddl/extents.ts";
import { closingIndex, isKeyword, isSymbol } from "../lexer.ts";
import { sourceOf } from "../source.ts";
import { type Statement, treeOf } from "../statement.ts";
import { nodeType } from "../utility.ts";

/**
 * Offsets of what DuckDB takes as statements of their own: the queries of a WITH clause and what stands behind it, and what
 * a view selects.
 */
export function queryParts(statement: Statement): [start: number, end: number][] {
  const tree = treeOf(statement);
  if (tree && "ViewStmt" in tree) return [viewQuery(statement.source)];
  const clause = tree &&
    (tree as unknown as Record<string, { withClause?: WithClause }>)[nodeType(tree)].withClause;
  if (!clause) return [];
  const source = sourceOf(statement.source);
  const { text, tokens } = source;
  const parts: [number, number][] = [];
  let close = 0;
  for (const node of clause.ctes ?? []) {
    let open = tokenAtLocation(source, locationOf(node));
    while (!isKeyword(text, tokens[open], "as")) open++;
    while (!isSymbol(text, tokens[open], "(")) open++;
    close = closingIndex(text, tokens, open);
    parts.push([tokens[open + 1].start, tokens[close - 1].end]);
  }
  if (tokens[close + 1]) parts.push([tokens[close + 1].start, text.length]);
  return parts;
}

function locationOf(node: Node): number | undefined {
  return "CommonTableExpr" in node ? node.CommonTableExpr.location : undefined;
}

function viewQuery(statement: string): [start: number, end: number] {
  const { text, tokens } = sourceOf(statement);
  const as = tokens.findIndex((token) => isKeyword(text, token, "as"));
  return [tokens[as + 1].start, text.length];
}
