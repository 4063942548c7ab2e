import type { Node } from "libpg-query";

/** A constant's value as text (`on`, `5`, `0.5`, `true`); `null` for anything that is not a constant. */
export function constantText(node: Node | undefined): string | null {
  if (!node) return null;
  if ("TypeCast" in node) return constantText(node.TypeCast.arg);
  if ("String" in node) return node.String.sval ?? "";
  if ("Integer" in node) return String(node.Integer.ival ?? 0);
  if ("Float" in node) return node.Float.fval ?? "0";
  if ("Boolean" in node) return String(node.Boolean.boolval ?? false);
  if ("A_Star" in node) return "*";
  if (!("A_Const" in node)) return null;
  const constant = node.A_Const;
  if (constant.ival) return String(constant.ival.ival ?? 0);
  if (constant.sval) return constant.sval.sval ?? "";
  if (constant.fval) return constant.fval.fval ?? "0";
  if (constant.boolval) return String(constant.boolval.boolval ?? false);
  return constant.bsval ? constant.bsval.bsval ?? "" : null;
}

/** The parts of a qualified name; a `*` is `"*"`. */
export function nameParts(nodes: readonly Node[] | undefined): string[] {
  const parts: string[] = [];
  if (nodes !== undefined) { for (const node of nodes) parts.push(partOf(node)); }
  return parts;
}

/** The last part of a qualified name, such as a function's or an operator's own; `undefined` where there is none. */
export function lastPart(nodes: readonly Node[] | undefined): string | undefined {
  return nodes === undefined || nodes.length === 0 ? undefined : partOf(nodes[nodes.length - 1]);
}

/** Asked for by nearly every transform of every operator and call: names are strings, so that is looked at first. */
function partOf(node: Node): string {
  const { String: string } = node as { String?: { sval?: string } };
  return string?.sval ?? constantText(node) ?? "";
}
