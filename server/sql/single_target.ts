import type { Node } from "libpg-query";

/** What a sub-select that stands for a value selects: `x` of `(SELECT x FROM …)`; `null` for all else. */
export function singleTarget(node: Node): Node | null {
  if (!("SubLink" in node) || node.SubLink.subLinkType !== "EXPR_SUBLINK") return null;
  const select = node.SubLink.subselect;
  const targets = select && "SelectStmt" in select ? select.SelectStmt.targetList ?? [] : [];
  const [target] = targets;
  return targets.length === 1 && "ResTarget" in target ? target.ResTarget.val ?? null : null;
}
