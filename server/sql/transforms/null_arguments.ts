import type { A_Const, A_Expr, FuncCall, Node } from "libpg-query";
import { callText } from "../call.ts";
import { lastPart } from "../constant.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * A NULL beside a text literal is text, which DuckDB makes an integer of where all is constant (`'a' || null`);
 * `string_agg(x, null)` has no separator; `num_nulls(…)` takes any number of arguments.
 *
 * @see https://www.postgresql.org/docs/18/functions-comparison.html#FUNCTIONS-COMPARISON-FUNC-TABLE
 */
export const nullArguments: Transform = { visit: { A_Expr: operator, FuncCall: call } };

function operator(fields: Fields, input: TransformInput): void {
  const { kind, name, lexpr, rexpr } = fields as A_Expr;
  if (kind !== "AEXPR_OP" || !lexpr || !rexpr || lastPart(name) !== "||") return;
  for (const [side, other] of [[lexpr, rexpr], [rexpr, lexpr]]) {
    if (isNull(side) && isText(other)) replaceNull(side.A_Const, "CAST(NULL AS VARCHAR)", input);
  }
}

function isNull(node: Node | undefined): node is { A_Const: A_Const } {
  return node !== undefined && "A_Const" in node && node.A_Const.isnull === true;
}

/** A text literal, or something put together with one. */
function isText(node: Node): boolean {
  if ("A_Const" in node) return node.A_Const.sval !== undefined;
  if (!("A_Expr" in node) || lastPart(node.A_Expr.name) !== "||") return false;
  return [node.A_Expr.lexpr, node.A_Expr.rexpr].some((side) => side !== undefined && isText(side));
}

function replaceNull(node: A_Const, by: string, { source, edits }: TransformInput): void {
  const token = source.tokens[source.tokenAt(source.offsetOfByte(node.location ?? 0))];
  edits.replace(token.start, token.end, by);
}

function call(fields: Fields, input: TransformInput): void {
  const node = fields as FuncCall;
  const name = lastPart(node.funcname) ?? "";
  if (name === "string_agg" && isNull(node.args?.[1])) replaceNull(node.args[1].A_Const, "''", input);
  if (name === "num_nulls" || name === "num_nonnulls") countNulls(node, name, input);
}

function countNulls(node: FuncCall, name: string, { source, edits }: TransformInput): void {
  const text = callText(source, node);
  if (!text || text.arguments.length === 0 || node.func_variadic) return;
  const { tokens } = source;
  const test = name === "num_nulls" ? ") IS NULL" : ") IS NOT NULL";
  edits.replace(tokens[text.name].start, tokens[text.open].end, "__duckgres.main.duckgres_nulls([(");
  for (const { last } of text.arguments) {
    const next = tokens[last + 1];
    edits.replace(next.start, next.end, last + 1 === text.close ? `${test}])` : `${test}, (`);
  }
}
