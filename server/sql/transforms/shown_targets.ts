import type { Node } from "libpg-query";
import { isProgram } from "../dml/program.ts";
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
  const isTarget = targetList.some((target) => "ResTarget" in target && holds(target.ResTarget.val, fields));
  return isTarget && !isProgram(tree);
}

function holds(node: Node | undefined, fields: object): boolean {
  return node !== undefined && Object.values(node)[0] === fields;
}
