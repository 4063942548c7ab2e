import type { FuncCall, Node } from "libpg-query";
import { nameParts } from "../constant.ts";
import { knownType } from "../known_type.ts";
import { columnOf } from "../relation_types.ts";
import { valueOf } from "./evaluate.ts";
import { fieldsOf } from "../walk.ts";

const found = new WeakMap<object, boolean>();

/**
 * Whether an expression is numeric, but worked out in double precision: quotients, powers, roots and so on of what is no
 * constant, and what is made of such. Exact arithmetic of 128 bits is many times slower.
 */
export function isInexact(node: Node | undefined): boolean {
  if (!node || knownType(node) !== "numeric") return false;
  const fields = fieldsOf(node);
  const before = found.get(fields);
  if (before !== undefined) return before;
  const inexact = valueOf(node) === null && isMadeSo(node);
  found.set(fields, inexact);
  return inexact;
}

function isMadeSo(node: Node): boolean {
  if ("ColumnRef" in node) return columnOf(node.ColumnRef)?.inexact === true;
  if ("A_Expr" in node) {
    const { name, lexpr, rexpr } = node.A_Expr;
    const symbol = nameParts(name).at(-1);
    if (lexpr && (symbol === "/" || symbol === "^")) return !(valueOf(lexpr) && valueOf(rexpr));
    return isInexact(lexpr) || isInexact(rexpr);
  }
  if ("FuncCall" in node) return isInexactCall(node.FuncCall);
  if ("CoalesceExpr" in node) return (node.CoalesceExpr.args ?? []).some(isInexact);
  if ("MinMaxExpr" in node) return (node.MinMaxExpr.args ?? []).some(isInexact);
  return "CaseExpr" in node && resultsOf(node).some(isInexact);
}

/** The values of which a CASE has one. */
export function resultsOf(
  { CaseExpr: { args = [], defresult } }: Extract<Node, { CaseExpr: unknown }>,
): Node[] {
  const results = args.map((when) => "CaseWhen" in when ? when.CaseWhen.result : undefined);
  return [...results, defresult].filter((result) => result !== undefined);
}

const functions = new Set(
  "sqrt exp ln log log10 power pow stddev stddev_samp stddev_pop variance var_samp var_pop".split(" "),
);

/** Functions that answer in double precision what they are given so. */
const passing = new Set(
  "abs sum avg min max round trunc ceil ceiling floor mod lag lead first_value last_value".split(" "),
);

function isInexactCall({ funcname, args = [] }: FuncCall): boolean {
  const name = nameParts(funcname).at(-1)!;
  if (functions.has(name)) return true;
  // With digits the result is exact.
  if ((name === "round" || name === "trunc") && args.length > 1) return false;
  return passing.has(name) && isInexact(args[0]);
}
