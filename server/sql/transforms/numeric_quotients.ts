import type { A_Expr, FuncCall, Node, SelectStmt, TypeCast } from "libpg-query";
import { targetName } from "../column_names.ts";
import { lastPart } from "../constant.ts";
import { extentOf } from "../expression_extent.ts";
import { firstTokenOf } from "../extent.ts";
import { knownType } from "../known_type.ts";
import { areInexact, isInexact, resultsOf } from "../numbers/inexact.ts";
import { endOfDivisor } from "../operand.ts";
import { anyNode, type Fields, fieldsOf } from "../walk.ts";
import { divide, isQuotient } from "./interval_quotient.ts";
import { holds, isShown } from "./shown_targets.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Quotients of numerics. In a statement's own results they keep what they are worked out of, and get PostgreSQL's digits where
 * they are shown; anywhere else they are in double precision, and what is made of them is at least shown as numeric. `sum()`
 * of bigints is a whole number for DuckDB, which would leave another.
 *
 * @see https://www.postgresql.org/docs/18/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL
 */
export const numericQuotients: Transform = {
  visit: {
    TypeCast: notANumber,
    ...Object.fromEntries(
      ["A_Expr", "FuncCall", "ColumnRef", "CaseExpr", "CoalesceExpr", "MinMaxExpr"].map((type) => [
        type,
        (fields: Fields, input: TransformInput) => expression(type, fields, input),
      ]),
    ),
  },
};

/** `'NaN'::numeric`, which only what is shown can be; DuckDB has it in double precision. */
function notANumber(fields: Fields, input: TransformInput): "skip" | void {
  const { arg, typeName } = fields as TypeCast;
  const text = arg && "A_Const" in arg ? arg.A_Const.sval?.sval : undefined;
  if (!text || !/^\s*(nan|[-+]?inf(inity)?)\s*$/i.test(text) || typeName?.typmods) return;
  if (lastPart(typeName?.names) !== "numeric" || typeName?.arrayBounds) return;
  const extent = isShown(fields, input) ? extentOf({ TypeCast: fields as TypeCast }, input.source) : null;
  if (!extent) return;
  const value = `CAST('${text.trim()}' AS DOUBLE)`;
  input.edits.replace(extent.start, extent.end, `__duckgres.main.duckgres_shown_double(${value})`);
  return "skip";
}

/** Parts of what is shown of which one is the value. */
const branches = new WeakSet<object>();

function expression(type: string, fields: Fields, input: TransformInput): void {
  if (type === "FuncCall") typeAsked(fields, input);
  if (!areInexact(type, fields)) return;
  const node = { [type]: fields } as unknown as Node;
  const column = branches.has(fields)
    ? "exact"
    : isShown(fields, input)
    ? shownAs(node, fields, input)
    : null;
  if (column === "exact") return exact(node, fields, input);
  if (column === "double" && !isWorkedOutLater(node)) wrap(node, "duckgres_shown_double", input);
  if (type === "A_Expr" && isQuotient(fields)) divide(fields, "</>", input);
}

/** `pg_typeof(a / b)` is numeric. */
function typeAsked({ funcname, args = [] }: FuncCall, { source, edits }: TransformInput): void {
  if (lastPart(funcname) !== "pg_typeof" || !isInexact(args[0])) return;
  const extent = extentOf(args[0], source);
  if (extent) edits.wrap(extent.start, extent.end, "TRY_CAST(", " AS DECIMAL(38, 11))");
}

function exact(node: Node, fields: Fields, input: TransformInput): void {
  if ("A_Expr" in node && isQuotient(fields)) return quotient(node.A_Expr, input);
  if ("CaseExpr" in node) return choice(resultsOf(node.CaseExpr), input);
  if ("CoalesceExpr" in node) return choice(node.CoalesceExpr.args ?? [], input);
  if (!isWorkedOutLater(node)) wrap(node, "duckgres_shown_double", input);
}

/** `transforms/aggregates.ts` sees to those. */
function isWorkedOutLater(node: Node): boolean {
  if (!("FuncCall" in node)) return false;
  const name = lastPart(node.FuncCall.funcname)!;
  return /^(stddev|var)/.test(name) && !isInexact(node.FuncCall.args?.[0]);
}

function quotient(fields: A_Expr, input: TransformInput): void {
  const { lexpr, rexpr } = fields;
  if (isInexact(lexpr) || isInexact(rexpr)) {
    wrap({ A_Expr: fields }, "duckgres_shown_double", input);
    return divide(fields as Fields, "</>", input);
  }
  const { source, edits } = input;
  const { tokens } = source;
  const operator = source.tokenAt(source.offsetOfByte(fields.location ?? 0));
  const start = tokens[firstTokenOf(lexpr!, source, operator)].start;
  const end = tokens[endOfDivisor(source, operator + 1) - 1].end;
  edits.wrap(start, end, "__duckgres.main.duckgres_shown_quotient(", ")");
  edits.replace(tokens[operator].start, tokens[operator].end, ",");
}

/** Each branch becomes of the same struct. */
function choice(nodes: readonly Node[], input: TransformInput): void {
  for (const node of nodes) {
    if (isInexact(node)) branches.add(fieldsOf(node));
    else if (knownType(node) !== "unknown") wrap(node, "duckgres_shown_number", input);
  }
}

function wrap(node: Node, name: string, { source, edits }: TransformInput): void {
  const extent = extentOf(node, source);
  if (extent) edits.wrap(extent.start, extent.end, `__duckgres.main.${name}(`, ")");
}

/** Written twice, it may be another value or take twice the time. */
function isRepeatedDifferently(node: Node): boolean {
  return anyNode(node, (type, { funcname }) =>
    type === "SubLink" ||
    type === "FuncCall" && volatile.has(lastPart(funcname as Node[])!));
}

const volatile = new Set([
  "random",
  "random_normal",
  "nextval",
  "setval",
  "currval",
  "lastval",
  "clock_timestamp",
]);

/**
 * A column becomes a struct with all that it takes to tell the value, but not where rows are grouped by it, as other operands
 * may have the same quotient, nor where it is what stands in GROUP BY: there the value in double precision must do.
 */
function shownAs(node: Node, fields: Fields, { tree, source }: TransformInput): "exact" | "double" | null {
  if (!isWritten(node, source)) return null;
  const { targetList = [], groupClause = [] } = (tree as { SelectStmt: SelectStmt }).SelectStmt;
  const at = targetList.findIndex((target) => holds(target, fields));
  const apart = groupClause.every((item) => {
    if ("A_Const" in item) return item.A_Const.ival?.ival !== at + 1;
    return "ColumnRef" in item && lastPart(item.ColumnRef.fields) !== targetName(targetList[at]);
  });
  return apart ? "exact" : "double";
}

/** Whether all of it that is wrapped is found in the text. */
function isWritten(node: Node, source: TransformInput["source"]): boolean {
  if (isRepeatedDifferently(node) || extentOf(node, source) === null) return false;
  const parts = "CaseExpr" in node
    ? resultsOf(node.CaseExpr)
    : "CoalesceExpr" in node
    ? node.CoalesceExpr.args ?? []
    : [];
  return parts.every((part) => isWritten(part, source));
}
