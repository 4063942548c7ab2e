import type { A_Expr } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { lastPart } from "../../sql/constant.ts";
import { type MoreEdits, type Statement, treeOf } from "../../sql/mod.ts";
import { offsetOfCharacter, sourceOf } from "../../sql/source.ts";
import { concatRepair } from "../../sql/transforms/array_concat.ts";
import { walk } from "../../sql/walk.ts";

/** `tags || 'x'` where only the table tells that `tags` is an array: `null` where that is not what is wrong. */
export function arrayConcat(statement: Statement, error: unknown): MoreEdits | null {
  if (!(error instanceof PgError) || error.position === undefined) return null;
  if (!error.message.startsWith("Cannot concatenate types")) return null;
  const tree = treeOf(statement);
  const at = offsetOfCharacter(statement.source, error.position - statement.start);
  const node = tree && operatorBefore(tree, sourceOf(statement.source).offsetOfByte, at);
  return node && concatRepair(node, error.message);
}

/** DuckDB points at the right side. */
function operatorBefore(
  tree: NonNullable<ReturnType<typeof treeOf>>,
  offsetOfByte: (byte: number) => number,
  at: number,
): A_Expr | null {
  let [found, nearest]: [A_Expr | null, number] = [null, -1];
  walk(tree, (type, fields) => {
    if (type !== "A_Expr" || lastPart((fields as A_Expr).name) !== "||") return;
    const offset = offsetOfByte((fields as A_Expr).location ?? 0);
    if (offset <= at && offset > nearest) [found, nearest] = [fields as A_Expr, offset];
  });
  return found;
}
