import type { A_Expr, Node, SelectStmt } from "libpg-query";
import { lastPart } from "../constant.ts";
import { firstTokenOf } from "../extent.ts";
import { knownType } from "../known_type.ts";
import { endOfOperand } from "../operand.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * A bare `NULL` in the list of a query that nothing else gives a type is text, as PostgreSQL has every unknown literal; to
 * DuckDB it is an integer. In a set operation the other side decides, and in INSERT the table. So is `NULL || 'a'`.
 *
 * @see https://www.postgresql.org/docs/16/typeconv-select.html
 */
export const bareNull: Transform = {
  visit: {
    SelectStmt: (node, input) => {
      if ("SelectStmt" in input.tree && input.tree.SelectStmt === node) castNulls(input.tree, input);
    },
    RangeSubselect: (node, input) => castNulls(node.subquery, input),
    CommonTableExpr: (node, input) => castNulls(node.ctequery, input),
    CreateTableAsStmt: (node, input) => castNulls(node.query, input),
    ViewStmt: (node, input) => castNulls(node.query, input),
    A_Expr: (node, input) => joined(node as A_Expr, input),
  },
};

/** The nulls among the items of one select list. */
function castNulls(query: unknown, { source, edits }: TransformInput): void {
  const tree = query as Node | undefined;
  if (!tree || !("SelectStmt" in tree)) return;
  const { op, targetList = [] } = tree.SelectStmt as SelectStmt;
  if (op !== undefined && op !== "SETOP_NONE") return;
  for (const target of targetList) {
    const value = "ResTarget" in target ? target.ResTarget.val : undefined;
    if (!value || !("A_Const" in value) || !value.A_Const.isnull) continue;
    const token = source.tokens[source.tokenAt(source.offsetOfByte(value.A_Const.location ?? 0))];
    edits.wrap(token.start, token.end, "CAST(", " AS VARCHAR)");
  }
}

/** What DuckDB knows to be NULL is an integer to it, be it joined with a text. */
function joined(expression: A_Expr, { source, edits }: TransformInput): void {
  if (!joinsNull(expression) || knownType({ A_Expr: expression }) !== "text") return;
  const operator = source.tokenAt(source.offsetOfByte(expression.location ?? 0));
  const first = firstTokenOf(expression.lexpr!, source, operator);
  const end = endOfOperand(source, operator + 1);
  edits.wrap(source.tokens[first].start, source.tokens[end - 1].end, "CAST(", " AS VARCHAR)");
}

function joinsNull({ kind, name, lexpr, rexpr }: A_Expr): boolean {
  if (kind !== "AEXPR_OP" || lastPart(name) !== "||") return false;
  return [lexpr, rexpr].some((side) =>
    side && ("A_Const" in side && side.A_Const.isnull || "A_Expr" in side && joinsNull(side.A_Expr))
  );
}
