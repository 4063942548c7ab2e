import type { A_Expr, CaseExpr, FuncCall, Node } from "libpg-query";
import { type Expansion, macroExpansion } from "./catalog/mod.ts";
import { lastPart } from "./constant.ts";
import { jsonOperator } from "./json_operator.ts";

/** Of operators, calls and cases, which are asked for once by each around them. */
const found = Symbol("size");

interface Kept {
  [found]?: number;
}

/** How many nodes DuckDB binds for one, itself included: those in a macro's argument as often as the macro names it. */
export function bindingSize(value: object): number {
  let size = 1;
  for (const key in value) {
    const child = (value as Record<string, unknown>)[key];
    if (typeof child !== "object" || child === null) continue;
    if (key === "A_Expr") return kept(child as A_Expr, operatorSize);
    if (key === "FuncCall") return kept(child as FuncCall, callSize);
    if (key === "CaseExpr") return kept(child as CaseExpr, caseSize);
    size += bindingSize(child);
  }
  return size;
}

function kept<T extends object>(fields: T & Kept, size: (fields: T) => number): number {
  return fields[found] ??= size(fields);
}

/** DuckDB compares what stands behind CASE anew in each WHEN. */
function caseSize(node: CaseExpr): number {
  const size = bindingSize(node);
  return node.arg ? size + (node.args!.length - 1) * bindingSize(node.arg) : size;
}

/** What DuckDB itself writes out more than once: `x BETWEEN a AND b` is two comparisons, NULLIF(x, y) is a CASE. */
const ownExpansions: Readonly<Partial<Record<string, Expansion>>> = {
  AEXPR_NULLIF: [2, 1],
  AEXPR_BETWEEN: [3, 1],
  AEXPR_NOT_BETWEEN: [3, 1],
  AEXPR_BETWEEN_SYM: [4, 3],
  AEXPR_NOT_BETWEEN_SYM: [4, 3],
};

function operatorSize(node: A_Expr): number {
  const expansion = operatorExpansion(node);
  if (!expansion) return bindingSize(node);
  const sides = [node.lexpr, node.rexpr].filter((side) => side !== undefined);
  return 1 + argumentsSize(sides, expansion);
}

function callSize(node: FuncCall): number {
  const expansion = callExpansion(node);
  return expansion ? 1 + argumentsSize(node.args ?? [], expansion) : bindingSize(node);
}

function argumentsSize(nodes: readonly Node[], expansion: Expansion): number {
  return nodes.reduce((sum, node, i) => sum + (expansion[i] ?? 1) * bindingSize(node), 0);
}

/** Of an operator that is written out more than once. An integer division is DuckDB's `//`. */
export function operatorExpansion(node: A_Expr): Expansion | null {
  if (node.kind !== "AEXPR_OP") return ownExpansions[node.kind ?? ""] ?? null;
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
