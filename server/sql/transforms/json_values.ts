import type { Node } from "libpg-query";
import { bindingSize } from "../binding_size.ts";
import { constantText } from "../constant.ts";
import { knownType } from "../known_type.ts";
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
  if ("SubLink" in node && node.SubLink.subLinkType === "EXPR_SUBLINK") {
    const select = node.SubLink.subselect;
    const targets = select && "SelectStmt" in select ? select.SelectStmt.targetList : undefined;
    const [target] = targets ?? [];
    return targets?.length === 1 && "ResTarget" in target && target.ResTarget.val !== undefined &&
      isGiven(target.ResTarget.val);
  }
  const type = knownType(node);
  return type === "json" || type === "jsonb";
}
