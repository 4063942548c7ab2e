import type { A_Expr, Node, SelectStmt } from "libpg-query";
import { targetName } from "../column_names.ts";
import { nameParts } from "../constant.ts";
import { extentOf } from "../expression_extent.ts";
import { firstTokenOf } from "../extent.ts";
import { knownType } from "../known_type.ts";
import { isInexact, resultsOf } from "../numbers/inexact.ts";
import { valueOf } from "../numbers/evaluate.ts";
import { endOfDivisor } from "../operand.ts";
import { anyNode, type Fields } from "../walk.ts";
import { divide, isQuotient } from "./interval_quotient.ts";
import { isShown } from "./shown_targets.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Quotients of numerics. In a statement's own results they keep what they are worked out of, and get PostgreSQL's digits where
 * they are shown; anywhere else they are in double precision, and what is made of them is at least shown as numeric. `sum()`
 * of bigints is a whole number for DuckDB, which would leave another.
 *
 * @see https://www.postgresql.org/docs/18/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL
 */
export const numericQuotients: Transform = {
  visit: Object.fromEntries(
    ["A_Expr", "FuncCall", "CaseExpr", "CoalesceExpr", "MinMaxExpr"].map((type) => [
      type,
      (fields: Fields, input: TransformInput) => expression(type, fields, input),
    ]),
  ),
};

/** Parts of what is shown of which one is the value. */
const branches = new WeakSet<object>();

function expression(type: string, fields: Fields, input: TransformInput): void {
  const node = { [type]: fields } as unknown as Node;
  if (!isInexact(node)) return;
  const shown = branches.has(fields) || isShown(fields, input) && canBeStruct(fields, input);
  if (!shown) {
    if (type === "A_Expr" && isQuotient(fields)) divide(fields, "</>", input);
    return;
  }
  if (type === "A_Expr" && isQuotient(fields)) return quotient(fields as A_Expr, input);
  if ("CaseExpr" in node) return choice(resultsOf(node), input);
  if ("CoalesceExpr" in node) return choice(node.CoalesceExpr.args ?? [], input);
  if (!isWorkedOutLater(node)) wrap(node, "duckgres_shown_double", input);
}

/** `transforms/aggregates.ts` sees to those. */
function isWorkedOutLater(node: Node): boolean {
  if (!("FuncCall" in node)) return false;
  const name = nameParts(node.FuncCall.funcname).at(-1)!;
  return /^(stddev|var)/.test(name) && !isInexact(node.FuncCall.args?.[0]);
}

function quotient(fields: A_Expr, input: TransformInput): void {
  const { lexpr, rexpr } = fields;
  const exact = [lexpr, rexpr].every((side) => !isInexact(side) && !isRepeatedDifferently(side!));
  if (!exact) {
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
    if (isInexact(node)) branches.add(Object.values(node)[0] as object);
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
    type === "FuncCall" && volatile.has(nameParts(funcname as Node[]).at(-1)!));
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
 * Whether what a column becomes can be a struct with all that it takes to tell the value: not where rows are grouped by it,
 * as other operands may have the same quotient, nor where its parts stand in GROUP BY.
 */
function canBeStruct(fields: object, { tree, source }: TransformInput): boolean {
  const { targetList = [], groupClause = [] } = (tree as { SelectStmt: SelectStmt }).SelectStmt;
  const at = targetList.findIndex((target) =>
    "ResTarget" in target && Object.values(target.ResTarget.val ?? {})[0] === fields
  );
  const { ResTarget: target } = targetList[at] as { ResTarget: { val?: Node } };
  if (!isWritten(target.val!, source)) return false;
  return groupClause.every((item) => {
    if ("A_Const" in item) return item.A_Const.ival?.ival !== at + 1;
    return "ColumnRef" in item && nameParts(item.ColumnRef.fields).at(-1) !== targetName(targetList[at]);
  });
}

/** Whether all of it is found in the text. */
function isWritten(node: Node, source: TransformInput["source"]): boolean {
  const parts = "CaseExpr" in node
    ? resultsOf(node)
    : "CoalesceExpr" in node
    ? node.CoalesceExpr.args ?? []
    : [node];
  return parts.every((part) =>
    (part === node || !("CaseExpr" in part || "CoalesceExpr" in part) || isWritten(part, source)) &&
    (extentOf(part, source) !== null || valueOf(part) !== null) && !isRepeatedDifferently(part)
  );
}
