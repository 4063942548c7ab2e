import type { ColumnRef, Node, RowExpr } from "libpg-query";
import { bindingSize } from "../binding_size.ts";
import { constantText, nameParts } from "../constant.ts";
import { knownType } from "../known_type.ts";
import { rowOf } from "../relation_types.ts";
import { singleTarget } from "../single_target.ts";
import { anyNode } from "../walk.ts";

/** Nodes that may be written out thirty times. */
const small = 60;

/**
 * The macro that makes an argument a JSON text. The plain one names its argument thirty times, as the branch to take depends
 * on its type: objects in objects in objects would be bound for minutes.
 */
export function valueMacro(node: Node): string {
  if (isGiven(node)) return "duckgres_json_given";
  return isSmall(node) ? "duckgres_json_text" : "duckgres_json_once";
}

/** Whether an expression may be written out thirty times. */
export function isSmall(node: Node): boolean {
  return bindingSize(node) <= small &&
    !anyNode({ List: { items: [node] } } as Node, (type) => type === "SubLink");
}

/** Whether the text tells that an expression is json: it is shown as it is. */
export function isGiven(node: Node): boolean {
  if ("CoalesceExpr" in node) {
    const [first, ...others] = node.CoalesceExpr.args ?? [];
    return first !== undefined && isGiven(first) &&
      others.every((other) => isGiven(other) || constantText(other) !== null);
  }
  const target = singleTarget(node);
  if (target) return isGiven(target);
  if (isJsonRow(node)) return true;
  const type = knownType(node);
  return type === "json" || type === "jsonb";
}

/** Whole rows that become json documents. */
const jsonRows = new WeakSet<ColumnRef | RowExpr>();

/** Notes the whole row that a function is to make json of: `t`, `t.*`, `ROW(…)`, `(SELECT x FROM (…) x)`, `array_agg(t)`. */
export function noteJsonRows(node: Node): void {
  if ("ColumnRef" in node) {
    if (rowOf(node.ColumnRef)) jsonRows.add(node.ColumnRef);
    return;
  }
  if ("RowExpr" in node) return void jsonRows.add(node.RowExpr);
  if ("FuncCall" in node) {
    const { funcname, args = [] } = node.FuncCall;
    if (nameParts(funcname).at(-1) === "array_agg") args.forEach(noteJsonRows);
    return;
  }
  const target = singleTarget(node);
  if (target && "ColumnRef" in target) noteJsonRows(target);
}

/** Whether an expression is a whole row that is written as a json document, so that it is json already. */
export function isJsonRow(node: Node): boolean {
  const target = singleTarget(node);
  if (target) return isJsonRow(target);
  if ("RowExpr" in node) return jsonRows.has(node.RowExpr);
  return "ColumnRef" in node && isJsonReference(node.ColumnRef);
}

export function isJsonReference(reference: ColumnRef): boolean {
  return jsonRows.has(reference);
}
