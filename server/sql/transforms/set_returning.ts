import type { FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { nameParts } from "../constant.ts";
import { endOfName } from "../extent.ts";
import { closingIndex } from "../lexer.ts";
import { numericSeries, type SetReturning, setReturning } from "../set_returning.ts";
import { characterOf } from "../source.ts";
import { type Fields, walk } from "../walk.ts";
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
export const inFrom = new WeakSet<FuncCall>();

/** What is known of a function, if it returns a set. */
export function setReturningOf(call: FuncCall): SetReturning | undefined {
  const name = nameParts(call.funcname).at(-1) ?? "";
  const known = setReturning.get(name);
  return name === "generate_series" && call.args?.some(hasFraction) ? numericSeries : known;
}

function hasFraction(node: Node): boolean {
  if ("TypeCast" in node) return nameParts(node.TypeCast.typeName?.names).at(-1) === "numeric";
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

/** Where PostgreSQL allows no sets, by node type: the fields, and what it calls the place. */
const forbidden: Record<string, { fields: readonly string[]; place: string }> = {
  CaseExpr: { fields: ["arg", "args", "defresult"], place: "CASE" },
  CoalesceExpr: { fields: ["args"], place: "COALESCE" },
  JoinExpr: { fields: ["quals"], place: "JOIN conditions" },
  UpdateStmt: { fields: ["targetList"], place: "UPDATE" },
};

/** @throws PgError 0A000 when a set stands where there can be only one value */
function refuseMisplaced({ tree, source }: TransformInput): void {
  walk(tree, (type, node) => {
    for (const { fields, place } of forbiddenIn(type, node)) {
      for (const field of fields) refuseIn(node[field], place, source);
    }
  });
}

function forbiddenIn(type: string, node: Fields): { fields: readonly string[]; place: string }[] {
  if (type === "SelectStmt") {
    return [
      { fields: ["whereClause"], place: "WHERE" },
      { fields: ["havingClause"], place: "HAVING" },
      { fields: ["limitCount"], place: "LIMIT" },
      { fields: ["limitOffset"], place: "OFFSET" },
    ];
  }
  if (type === "UpdateStmt" || type === "DeleteStmt") {
    const where = { fields: ["whereClause"], place: "WHERE" };
    return type === "UpdateStmt" ? [where, forbidden.UpdateStmt] : [where];
  }
  if (type === "ReturningClause") return [{ fields: ["exprs"], place: "RETURNING" }];
  return forbidden[type] && node !== undefined ? [forbidden[type]] : [];
}

function refuseIn(value: unknown, place: string, source: TransformInput["source"]): void {
  if (typeof value !== "object" || value === null) return;
  const tree = { List: { items: Array.isArray(value) ? value : [value] } } as Node;
  walk(tree, (type, node) => {
    if (type === "SelectStmt") return "skip";
    if (type !== "FuncCall" || !setReturningOf(node as FuncCall)) return;
    throw new PgError("0A000", `set-returning functions are not allowed in ${place}`, {
      position: characterOf(source.text, source.offsetOfByte((node as FuncCall).location ?? 0)),
    });
  });
}
