import type { FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { lastPart } from "../constant.ts";
import { endOfName } from "../extent.ts";
import { closingIndex } from "../lexer.ts";
import {
  nestedArray,
  numericSeries,
  type SetReturning,
  setReturning,
  vectorSubscripts,
} from "../set_returning.ts";
import { vectorColumn } from "../vector_columns.ts";
import { walk } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * A function that returns a set, in a select list: one row for each of its rows. DuckDB's `generate_series` gives a list
 * there, and its `unnest` makes rows; the macros that stand behind the function's name put both together.
 *
 * @see https://www.postgresql.org/docs/current/xfunc-sql.html#XFUNC-SQL-FUNCTIONS-RETURNING-SET
 */
export const setReturningCalls: Transform = {
  visit: {
    FuncCall: (fields, input) => {
      const call = fields as FuncCall;
      const known = setReturningOf(call);
      if (!known || inFrom.has(call)) return;
      refuseMisplaced(input);
      callMacro(call, known.rows, known, input);
    },
  },
};

/** Calls that stand in FROM, which are written another way. */
export const inFrom = new WeakSet<object>();

/** What is known of a function, if it returns a set. */
export function setReturningOf(call: FuncCall): SetReturning | undefined {
  if (!call.args) return undefined;
  const name = lastPart(call.funcname) ?? "";
  const known = setReturning.get(name);
  if (name === "generate_subscripts" && vectorColumn(call.args?.[0]) !== null) return vectorSubscripts;
  if (name === "unnest" && isNested(call.args?.[0])) return nestedArray;
  return name === "generate_series" && call.args?.some(hasFraction) ? numericSeries : known;
}

/** An array of arrays that is written out. */
function isNested(node: Node | undefined): boolean {
  const first = node && "A_ArrayExpr" in node ? node.A_ArrayExpr.elements?.[0] : undefined;
  return first !== undefined && "A_ArrayExpr" in first;
}

function hasFraction(node: Node): boolean {
  if ("TypeCast" in node) return lastPart(node.TypeCast.typeName?.names) === "numeric";
  if ("A_Const" in node) return node.A_Const.fval?.fval?.includes(".") ?? false;
  if (!("A_Expr" in node)) return false;
  return [node.A_Expr.lexpr, node.A_Expr.rexpr].some((side) => side !== undefined && hasFraction(side));
}

/** Puts a macro's name in place of a function's, and what else it needs behind the arguments. */
export function callMacro(
  call: FuncCall,
  macro: string | undefined,
  { extra }: SetReturning,
  { source, edits }: TransformInput,
): void {
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(call.location ?? 0));
  const open = endOfName(source, first);
  if (macro) edits.replace(tokens[first].start, tokens[open - 1].end, macro);
  if (!extra) return;
  const close = tokens[closingIndex(text, tokens, open)];
  edits.wrap(close.start, close.start, "", extra);
}

/** Where PostgreSQL allows no sets: what it calls the place, by node type and field. */
const forbidden: Record<string, Record<string, string>> = {
  SelectStmt: { whereClause: "WHERE", havingClause: "HAVING", limitCount: "LIMIT", limitOffset: "OFFSET" },
  UpdateStmt: { whereClause: "WHERE", targetList: "UPDATE" },
  DeleteStmt: { whereClause: "WHERE" },
  JoinExpr: { quals: "JOIN conditions" },
  ReturningClause: { exprs: "RETURNING" },
  CaseExpr: { arg: "CASE", args: "CASE", defresult: "CASE" },
  CoalesceExpr: { args: "COALESCE" },
};

/** Refuses what stands where there can be only one value: 0A000. */
function refuseMisplaced(input: TransformInput): void {
  walk(input.tree, (type, node) => {
    for (const [field, place] of Object.entries(forbidden[type] ?? {})) refuseIn(node[field], place, input);
  });
}

function refuseIn(value: unknown, place: string, { source, refuse }: TransformInput): void {
  if (typeof value !== "object" || value === null) return;
  const tree = { List: { items: Array.isArray(value) ? value : [value] } } as Node;
  walk(tree, (type, node) => {
    if (type === "SelectStmt") return "skip";
    if (type !== "FuncCall" || !setReturningOf(node as FuncCall)) return;
    const at = source.offsetOfByte((node as FuncCall).location ?? 0);
    refuse(new PgError("0A000", `set-returning functions are not allowed in ${place}`), at);
  });
}
