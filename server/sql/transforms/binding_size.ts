import type { A_Expr, CaseExpr, FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { bindingSize as sizeOf, callExpansion, operatorExpansion } from "../binding_size.ts";
import { type Fields, typeOf } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Refuses what DuckDB would bind without end: a call in a call in a call of macros that write their arguments out more than
 * once (`a ^ b ^ c …` of twenty). Nothing interrupts binding, so the statement would keep a thread for good.
 */
export const bindingSize: Transform = {
  visit: {
    A_Expr: (fields, input) => {
      const { lexpr, rexpr } = fields as A_Expr;
      if (isPlain(lexpr) && isPlain(rexpr)) return;
      if (operatorExpansion(fields as A_Expr)) check(fields, { A_Expr: fields as A_Expr }, input);
    },
    CaseExpr: (fields, input) => {
      const node = fields as CaseExpr;
      if (!isPlain(node.arg)) check(fields, { CaseExpr: node }, input);
    },
    FuncCall: (fields, input) => {
      if ((fields as FuncCall).args?.every(isPlain) ?? true) return;
      if (callExpansion(fields as FuncCall)) check(fields, { FuncCall: fields as FuncCall }, input);
    },
  },
};

/** What is nothing written out. */
function isPlain(node: Node | undefined): boolean {
  if (!node) return true;
  const type = typeOf(node);
  return type === "ColumnRef" || type === "A_Const" || type === "ParamRef" || type === "List";
}

/** Nodes that are bound in a second or so. */
const most = 300_000;

function check(fields: Fields, node: Node, { source, refuse }: TransformInput): void {
  if (sizeOf(node) <= most) return;
  const hint = "Calculate parts of it in a sub-select.";
  refuse(
    new PgError("54001", "the expression is too complex", { hint }),
    source.offsetOfByte(Number(fields.location)),
  );
}
