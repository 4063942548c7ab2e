import type { Node } from "libpg-query";
import { isProgram } from "../dml/program.ts";
import { fieldsOf } from "../walk.ts";
import type { TransformInput } from "./transform.ts";

/**
 * Whether an expression is a whole column of the rows that a client sees, which nothing but ORDER BY reads further: so it may
 * be of a type that only the row encoders know (`worker/rows/shown_numeric.ts`).
 *
 * @param fields of the expression's node, such as a FuncCall
 */
export function isShown(fields: object, { tree, context }: TransformInput): boolean {
  if (!context.shown || !("SelectStmt" in tree)) return false;
  const { targetList = [], distinctClause, larg, intoClause } = tree.SelectStmt;
  if (distinctClause || larg || intoClause) return false;
  const isTarget = targetList.some((target) => holds(target, fields));
  return isTarget && !isProgram(tree);
}

/** Whether a target of the list is this expression. */
export function holds(target: Node, fields: object): boolean {
  const value = "ResTarget" in target ? target.ResTarget.val : undefined;
  return value !== undefined && fieldsOf(value) === fields;
}
