import { lookup } from "../../../worker/api/lookup.ts";
import type { A_Expr, Node } from "libpg-query";
import { lastPart } from "../constant.ts";
import { extentOf } from "../expression_extent.ts";
import { isArithmetic, knownType } from "../known_type.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `1::real / 3` is double precision and `1::smallint + 2` an integer; DuckDB counts with the smaller type. What is of
 * the smaller type is cast, where it is known.
 *
 * @see https://www.postgresql.org/docs/18/typeconv-oper.html
 */
export const widenedNumbers: Transform = { visit: { A_Expr: expression } };

/** What an operand of the type becomes, by the type of the result, in DuckDB's words. */
const widened: Readonly<Record<string, { of: string; to: string }>> = lookup({
  "double precision": { of: "real", to: "DOUBLE" },
  integer: { of: "smallint", to: "INTEGER" },
});

function expression(fields: Fields, input: TransformInput): void {
  const node = fields as A_Expr;
  const { kind, name, lexpr, rexpr } = node;
  if (kind !== "AEXPR_OP" || !lexpr || !rexpr || !isArithmetic(lastPart(name) ?? "")) return;
  const types = [knownType(lexpr), knownType(rexpr)];
  if (types[0] === types[1]) return;
  const wider = widened[knownType({ A_Expr: node }) ?? ""];
  if (!wider) return;
  [lexpr, rexpr].forEach((operand, i) => {
    if (types[i] === wider.of) widen(operand, wider.to, input);
  });
}

function widen(node: Node, type: string, { source, edits }: TransformInput): void {
  const extent = extentOf(node, source);
  if (extent) edits.wrap(extent.start, extent.end, "CAST(", ` AS ${type})`);
}
