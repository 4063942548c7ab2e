import type { ColumnRef, Node, RangeVar } from "libpg-query";
import { isStar } from "./column_names.ts";
import { lastPart } from "./constant.ts";

/** A column of a result that may be a whole row of a relation: `SELECT t FROM t`. */
export interface WholeRow {
  /** Which column of the result, from 0. */
  column: number;
  reference: ColumnRef;
  /** `null` for the rows of a query. */
  relation: RangeVar | null;
}

/**
 * The columns of a statement's result that bear the name of a relation in its FROM clause: whole rows of it, unless it has
 * a column of that name, which DuckDB tells.
 */
export function wholeRows(tree: Node): WholeRow[] {
  if (!("SelectStmt" in tree)) return [];
  const { targetList = [], fromClause = [] } = tree.SelectStmt;
  if (targetList.some(isStar)) return [];
  const relations = fromClause.flatMap(relationsOf);
  return targetList.flatMap((target, column): WholeRow[] => {
    const value = "ResTarget" in target ? target.ResTarget.val : undefined;
    const reference = value && "ColumnRef" in value ? value.ColumnRef : null;
    if (reference?.fields?.length !== 1) return [];
    const name = lastPart(reference.fields);
    const item = relations.find((one) => one.name === name);
    return item ? [{ column, reference, relation: item.relation }] : [];
  });
}

function relationsOf(item: Node): { name: string; relation: RangeVar | null }[] {
  if ("JoinExpr" in item) {
    const { larg, rarg } = item.JoinExpr;
    return [larg, rarg].flatMap((side) => side ? relationsOf(side) : []);
  }
  if ("RangeVar" in item) {
    const { alias, relname = "" } = item.RangeVar;
    return [{ name: alias?.aliasname ?? relname, relation: item.RangeVar }];
  }
  const alias = "RangeSubselect" in item ? item.RangeSubselect.alias : undefined;
  return alias ? [{ name: alias.aliasname ?? "", relation: null }] : [];
}
