import type { A_Const, A_Expr, FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { dimensionsByName, dimensionsOf } from "../array_dimensions.ts";
import { callText } from "../call.ts";
import { lastPart } from "../constant.ts";
import { firstTokenOf } from "../extent.ts";
import { kindOf, knownType } from "../known_type.ts";
import { isSymbol } from "../lexer.ts";
import { endOfOperand, lastOfOperator } from "../operand.ts";
import { arrayItems } from "../types/literal.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `array || element`, `array || '{1,2}'` and `array || NULL`. DuckDB's `||` wants two lists of the same type, and makes NULL
 * of a list and NULL; its `list_concat` does not. Where only a table tells that one side is an array, DuckDB refuses the
 * statement, and {@linkcode concatRepair} mends it.
 *
 * @see https://www.postgresql.org/docs/18/functions-array.html#ARRAY-OPERATORS-TABLE
 */
export const arrayConcat: Transform = {
  visit: {
    A_Expr: (fields, input) => {
      const node = fields as A_Expr;
      if (node.kind === "AEXPR_OP" && node.lexpr && lastPart(node.name) === "||") concat(node, input);
      else if (isContainment(node)) contain(node, input);
    },
    FuncCall: (fields, input) => cat(fields as FuncCall, input),
  },
};

interface Operands {
  /** Index of the operator's token. */
  operator: number;
  left: { start: number; end: number };
  right: { start: number; end: number };
}

function operandsOf(node: A_Expr, { source }: TransformInput): Operands {
  const { tokens } = source;
  const operator = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  const last = lastOfOperator(source, operator);
  return {
    operator,
    left: {
      start: tokens[firstTokenOf(node.lexpr!, source, operator)].start,
      end: tokens[operator - 1].end,
    },
    right: {
      start: tokens[last + 1].start,
      end: tokens[endOfOperand(source, last + 1) - 1].end,
    },
  };
}

function concat(node: A_Expr, input: TransformInput): void {
  const { tree, source } = input;
  const { text, tokens } = source;
  // `OPERATOR(pg_catalog.||)` is left to DuckDB.
  if (!isSymbol(text, tokens[source.tokenAt(source.offsetOfByte(node.location ?? 0))], "||")) return;
  const left = dimensionsOf(node.lexpr) ?? dimensionsByName(node.lexpr, tree, text);
  const right = dimensionsOf(node.rexpr) ?? dimensionsByName(node.rexpr, tree, text);
  if (!left && !right) return ofColumns(node, input);
  const { lexpr, rexpr } = node;
  if (isLiteral(lexpr) || isLiteral(rexpr)) return concatLiteral(node, isLiteral(lexpr), input);
  if (left === right) {
    if (!("A_ArrayExpr" in lexpr!) || !("A_ArrayExpr" in rexpr!)) rename(node, input);
  } else if (left === null || right === null) call(node, input);
  else bracket(left > right ? "right" : "left", node, input);
}

/** Columns that are known to be arrays, of any dimension. */
function ofColumns(node: A_Expr, input: TransformInput): void {
  const { lexpr, rexpr } = node;
  const [left, right] = [lexpr, rexpr].map((side) => knownType(side)?.endsWith("[]") === true);
  if (left && right) return rename(node, input);
  if (left && isLiteral(rexpr) || right && isLiteral(lexpr)) return concatLiteral(node, right, input);
  if (left && kindOf(knownType(rexpr)) || right && kindOf(knownType(lexpr))) call(node, input);
}

/** The operator that is `list_concat`. */
function rename(node: A_Expr, { source, edits }: TransformInput): void {
  const { start, end } = source.tokens[source.tokenAt(source.offsetOfByte(node.location ?? 0))];
  edits.replace(start, end, "<~|>");
}

/** Only DuckDB knows whether one side is an element of the other. */
function call(node: A_Expr, input: TransformInput): void {
  const { source: { tokens }, edits } = input;
  const { operator, left, right } = operandsOf(node, input);
  edits.wrap(left.start, right.end, "duckgres_array_concat(", ", 0)");
  edits.replace(tokens[operator].start, tokens[operator].end, ",");
}

/** One side is an element of the other. */
function bracket(side: "left" | "right", node: A_Expr, input: TransformInput): void {
  const { start, end } = operandsOf(node, input)[side];
  const array = side === "left" ? node.rexpr : node.lexpr;
  if (!array || !("A_ArrayExpr" in array)) rename(node, input);
  input.edits.wrap(start, end, "[", "]");
}

/** A string or NULL takes the type of the other side. */
function isLiteral(node: Node | undefined): node is { A_Const: A_Const } {
  return node !== undefined && "A_Const" in node &&
    (node.A_Const.sval !== undefined || node.A_Const.isnull === true);
}

function concatLiteral(node: A_Expr, isLeft: boolean, input: TransformInput): void {
  const operands = operandsOf(node, input);
  const literal = (isLeft ? node.lexpr : node.rexpr) as { A_Const: A_Const };
  const [place, array] = isLeft ? [operands.left, operands.right] : [operands.right, operands.left];
  if (likeArray(literal.A_Const, place, array, input)) rename(node, input);
}

/**
 * Writes a literal as a list of what another array holds: `[(a)[1], '1', '2'][2:]`, as an untyped literal in a list takes
 * the type of the others. `false` for an array of several dimensions, which is left.
 */
export function likeArray(
  { sval, isnull }: A_Const,
  place: { start: number; end: number },
  array: { start: number; end: number },
  { edits, refuse }: TransformInput,
): boolean {
  const text = sval?.sval ?? "";
  const items = isnull ? [] : arrayItems(text);
  if (items === null) {
    if (!/^\s*[{[]/.test(text)) {
      refuse(new PgError("22P02", `malformed array literal: "${text}"`, { detail: noBrace }), place.start);
    }
    return false;
  }
  if (items.length === 0) edits.replace(place.start, place.end, "[]");
  else {
    edits.replace(place.start, place.end, "");
    edits.copy(place.start, array.start, array.end, "[(", `)[1], ${items.join(", ")}][2:]`, "opening");
  }
  return true;
}

const noBrace = 'Array value must start with "{" or dimension information.';

const containments = new Set(["@>", "<@", "&&"]);

function isContainment({ kind, name, lexpr, rexpr }: A_Expr): boolean {
  return kind === "AEXPR_OP" && lexpr !== undefined && containments.has(lastPart(name) ?? "") &&
    isLiteral(lexpr) !== isLiteral(rexpr);
}

/** `a @> '{1}'`; what may be json is not for here. */
function contain(node: A_Expr, input: TransformInput): void {
  const isLeft = isLiteral(node.lexpr);
  const literal = (isLeft ? node.lexpr : node.rexpr) as { A_Const: A_Const };
  const other = isLeft ? node.rexpr : node.lexpr;
  if (!dimensionsOf(other)) {
    const text = literal.A_Const.sval?.sval ?? "";
    if (!other || !("ColumnRef" in other) || !/^\s*\{\s*[^\s"}]/.test(text)) return;
  }
  const { left, right } = operandsOf(node, input);
  likeArray(literal.A_Const, isLeft ? left : right, isLeft ? right : left, input);
}

/** array_cat() of an array and its elements. */
function cat(node: FuncCall, input: TransformInput): void {
  if (lastPart(node.funcname) !== "array_cat" || node.args?.length !== 2) return;
  const [left, right] = node.args.map(dimensionsOf);
  if (!left || !right || left === right) return;
  const { source, edits } = input;
  const written = callText(source, node)?.arguments[left < right ? 0 : 1];
  if (written) edits.wrap(source.tokens[written.first].start, source.tokens[written.last].end, "[", "]");
}

const refused = /^Cannot concatenate types (\w+)((?:\[\d*\])*) and (\w+)((?:\[\d*\])*) - an explicit cast/;

/**
 * What helps where DuckDB says that it cannot concatenate what stands at an operator: its words tell which side is the
 * array. `null` where nothing does.
 */
export function concatRepair(
  node: A_Expr,
  message: string,
): ((input: TransformInput) => void) | null {
  const [, , left, , right] = refused.exec(message) ?? [];
  if (left === undefined || left === right) return null;
  const isLeft = left.length > right.length;
  const other = isLeft ? node.rexpr : node.lexpr;
  if (isLiteral(other)) return (input) => concatLiteral(node, !isLeft, input);
  return (input) => bracket(isLeft ? "right" : "left", node, input);
}
