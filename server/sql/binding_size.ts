import type { A_Expr, FuncCall, Node } from "libpg-query";
import { type Expansion, macroExpansion } from "./catalog/mod.ts";
import { lastPart } from "./constant.ts";
import { jsonOperator } from "./json_operator.ts";

/** Of operators and calls, which are asked for once by each around them. */
const found = Symbol("size");

interface Kept {
  [found]?: number;
}

/** How many nodes DuckDB binds for one, itself included: those in a macro's argument as often as the macro names it. */
export function bindingSize(value: object): number {
  if ("A_Expr" in value) return sizeOf(value.A_Expr as A_Expr, operatorSize);
  return "FuncCall" in value ? sizeOf(value.FuncCall as FuncCall, callSize) : 1 + childrenSize(value);
}

function sizeOf<T extends object>(fields: T & Kept, size: (fields: T) => number): number {
  return fields[found] ??= 1 + size(fields);
}

function operatorSize(node: A_Expr): number {
  const expansion = operatorExpansion(node);
  if (!expansion) return childrenSize(node);
  const sides = [node.lexpr, node.rexpr].filter((side) => side !== undefined);
  return argumentsSize(sides, expansion);
}

function callSize(node: FuncCall): number {
  const expansion = callExpansion(node);
  return expansion ? argumentsSize(node.args ?? [], expansion) : childrenSize(node);
}

function argumentsSize(nodes: readonly Node[], expansion: Expansion): number {
  return nodes.reduce((sum, node, i) => sum + (expansion[i] ?? 1) * bindingSize(node), 0);
}

function childrenSize(value: object): number {
  let sum = 0;
  for (const key in value) {
    const child = (value as Record<string, unknown>)[key];
    if (typeof child === "object" && child !== null) sum += bindingSize(child);
  }
  return sum;
}

/** Of an operator that is one of the catalogue's macros. An integer division is DuckDB's `//`. */
export function operatorExpansion(node: A_Expr): Expansion | null {
  if (node.kind !== "AEXPR_OP") return null;
  const operator = lastPart(node.name)!;
  return macroExpansion(operator === "/" ? "//" : jsonOperator(node) ?? operator);
}

/** Of a call of one of the catalogue's macros. */
export function callExpansion({ funcname }: FuncCall): Expansion | null {
  const name = lastPart(funcname)!;
  return onceBound.has(name) ? [2] : macroExpansion(name);
}

/** A large argument of theirs is bound to a name (transforms/json_values.ts). */
const onceBound = new Set(["to_json", "to_jsonb"]);
