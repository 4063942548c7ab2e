import type { A_Expr, CaseExpr, CoalesceExpr, FuncCall, Node } from "libpg-query";
import { lastPart } from "../constant.ts";
import { typeOfFields } from "../known_type.ts";
import { columnOf } from "../relation_types.ts";
import { valueOf, valueOfFields } from "./evaluate.ts";
import { fieldsOf, typeOf } from "../walk.ts";

const found = Symbol("inexact");

interface Kept {
  [found]?: boolean;
}

/**
 * Whether an expression is numeric, but worked out in double precision: quotients, powers, roots and so on of what is no
 * constant, and what is made of such. Exact arithmetic of 128 bits is many times slower.
 */
export function isInexact(node: Node | undefined): boolean {
  return node !== undefined && areInexact(typeOf(node), fieldsOf(node));
}

/** The same of a node's type and what stands behind it. */
export function areInexact(type: string, fields: object): boolean {
  if (typeOfFields(type, fields) !== "numeric") return false;
  const before = (fields as Kept)[found];
  if (before !== undefined) return before;
  return (fields as Kept)[found] = valueOfFields(type, fields) === null && areMadeSo(type, fields);
}

function areMadeSo(type: string, fields: object): boolean {
  switch (type) {
    case "ColumnRef":
      return columnOf(fields)?.inexact === true;
    case "A_Expr": {
      const { name, lexpr, rexpr } = fields as A_Expr;
      const symbol = lastPart(name);
      if (lexpr && (symbol === "/" || symbol === "^")) return !(valueOf(lexpr) && valueOf(rexpr));
      return isInexact(lexpr) || isInexact(rexpr);
    }
    case "FuncCall":
      return isInexactCall(fields);
    case "CoalesceExpr":
    case "MinMaxExpr":
      return ((fields as CoalesceExpr).args ?? []).some(isInexact);
    case "CaseExpr":
      return resultsOf(fields).some(isInexact);
    default:
      return false;
  }
}

/** The values of which a CASE has one. */
export function resultsOf({ args = [], defresult }: CaseExpr): Node[] {
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
  const name = lastPart(funcname)!;
  if (functions.has(name)) return true;
  // With digits the result is exact.
  if ((name === "round" || name === "trunc") && args.length > 1) return false;
  return passing.has(name) && isInexact(args[0]);
}
