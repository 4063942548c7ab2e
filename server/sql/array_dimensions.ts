import type { Node } from "libpg-query";
import { lastPart, nameParts } from "./constant.ts";
import { type Fields, walk } from "./walk.ts";

/** How many dimensions an array has, by the statement's text alone. */

/** Functions that return arrays of one dimension. */
const arrayFunctions = new Set(
  ("array_agg array_append array_cat array_positions array_prepend array_remove array_replace array_reverse array_sort " +
    "current_schemas regexp_split_to_array string_to_array trim_array").split(" "),
);

/** How many dimensions an expression has; `null` where the text does not tell, 0 for what surely is no array. */
export function dimensionsOf(node: Node | undefined): number | null {
  if (!node) return null;
  if ("A_ArrayExpr" in node) {
    const first = node.A_ArrayExpr.elements?.[0];
    return 1 + (first ? dimensionsOf(first) ?? 0 : 0);
  }
  if ("TypeCast" in node) return node.TypeCast.typeName?.arrayBounds?.length ?? 0;
  if ("SubLink" in node) return node.SubLink.subLinkType === "ARRAY_SUBLINK" ? 1 : null;
  if ("FuncCall" in node) {
    return arrayFunctions.has(lastPart(node.FuncCall.funcname) ?? "") ? 1 : null;
  }
  if ("A_Const" in node) return node.A_Const.ival || node.A_Const.fval || node.A_Const.boolval ? 0 : null;
  if (!("A_Expr" in node) || lastPart(node.A_Expr.name) !== "||") return null;
  const left = dimensionsOf(node.A_Expr.lexpr);
  const right = dimensionsOf(node.A_Expr.rexpr);
  return left || right ? Math.max(left ?? 0, right ?? 0) : null;
}

/** A column that the statement itself makes of an array, as a recursive query does: `ARRAY[id] AS path`. */
export function dimensionsByName(node: Node | undefined, tree: Node, text: string): number | null {
  if (!node || !("ColumnRef" in node) || !/\barray\b|\[\s*\]/i.test(text)) return null;
  const name = lastPart(node.ColumnRef.fields);
  let found: number | null = null;
  walk(tree, (type, fields) => {
    if (type === "ResTarget" && fields.name === name && found === null) {
      found = dimensionsOf(fields.val as Node | undefined) || null;
    } else if (type === "CommonTableExpr") found ??= dimensionsInQuery(fields, name);
  });
  return found;
}

/** The same where the WITH query names its columns. */
function dimensionsInQuery(fields: Fields, name: string | undefined): number | null {
  const names = nameParts(fields.aliascolnames as Node[] | undefined);
  const at = names.indexOf(name ?? "");
  let query = (fields.ctequery as Node | undefined) ?? null;
  if (at < 0 || !query || !("SelectStmt" in query)) return null;
  let select = query.SelectStmt;
  while (select.larg) select = select.larg;
  const target = select.targetList?.[at];
  query = target && "ResTarget" in target ? target.ResTarget.val ?? null : null;
  return query ? dimensionsOf(query) || null : null;
}
