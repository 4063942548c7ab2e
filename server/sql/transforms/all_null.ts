import type { A_Expr, CaseExpr, CoalesceExpr, FuncCall, MinMaxExpr, Node } from "libpg-query";
import { lastPart } from "../constant.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Where all there is to choose from is NULL, PostgreSQL's choice is a text, DuckDB's an integer: `coalesce(NULL, NULL)`,
 * `CASE WHEN a THEN NULL END`, `min(NULL)`.
 *
 * @see https://www.postgresql.org/docs/current/typeconv-union-case.html
 */
export const allNull: Transform = {
  visit: {
    CoalesceExpr: (node, input) => castFirst((node as CoalesceExpr).args, input),
    MinMaxExpr: (node, input) => castFirst((node as MinMaxExpr).args, input),
    CaseExpr: (node, input) => castFirst(resultsOf(node as CaseExpr), input),
    A_Expr: (node, input) => {
      const { kind, lexpr, rexpr } = node as A_Expr;
      if (kind === "AEXPR_NULLIF" && lexpr && rexpr) castFirst([lexpr, rexpr], input);
    },
    FuncCall: (node, input) => {
      const { funcname, args } = node as FuncCall;
      if (args?.length === 1 && extremes.has(lastPart(funcname) ?? "")) castFirst(args, input);
    },
  },
};

const extremes = new Set(["min", "max"]);

function resultsOf({ args = [], defresult }: CaseExpr): Node[] {
  const results = args.flatMap((when) => "CaseWhen" in when ? when.CaseWhen.result ?? [] : []);
  return defresult ? [...results, defresult] : results;
}

function castFirst(nodes: readonly Node[] | undefined, { source, edits }: TransformInput): void {
  if (!nodes?.length || !nodes.every(isNull)) return;
  const { location } = (nodes[0] as Fields).A_Const as { location?: number };
  const token = source.tokens[source.tokenAt(source.offsetOfByte(location ?? 0))];
  edits.wrap(token.start, token.end, "CAST(", " AS VARCHAR)");
}

function isNull(node: Node): boolean {
  return "A_Const" in node && node.A_Const.isnull === true;
}
