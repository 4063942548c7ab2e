import type { A_Const, A_Expr, FuncCall, Node } from "libpg-query";
import { lastPart, nameParts } from "../constant.ts";
import { offsetOfConstant } from "../extent.ts";
import { isArithmetic, kindOf, knownType } from "../known_type.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Literals that take their type from what stands beside them, where DuckDB cannot tell which it is: `'2' + 3`,
 * `abs('-3')`, and in a UNION with numbers.
 *
 * @see https://www.postgresql.org/docs/16/typeconv-oper.html
 */
export const untypedLiterals: Transform = { visit: { A_Expr: operator, FuncCall: call } };

function operator(fields: Fields, input: TransformInput): void {
  const { kind, name, lexpr, rexpr } = fields as A_Expr;
  if (kind === "AEXPR_NULLIF" && lexpr && knownType(rexpr) === "numeric") asNumeric(lexpr, input);
  if (kind !== "AEXPR_OP" || !rexpr || name?.length !== 1) return;
  const [symbol] = nameParts(name);
  const right = literalOf(rexpr);
  if (!lexpr) {
    if (right && (symbol === "@" || symbol === "|/" || symbol === "||/")) {
      castLiteral(right, "double precision", input);
    }
    return;
  }
  if (!isArithmetic(symbol)) return;
  const left = literalOf(lexpr);
  if (right && !left) beside(right, lexpr, input);
  if (left && !right) beside(left, rexpr, input);
}

/** `nullif(1, 2.5)` is a numeric, as what it compares. */
function asNumeric(node: Node, { source, edits }: TransformInput): void {
  if (!("A_Const" in node) || !node.A_Const.ival) return;
  const token = source.tokens[source.tokenAt(offsetOfConstant(node.A_Const, source))];
  edits.wrap(token.start, token.end, "(", ".)");
}

function beside(literal: A_Const, other: Node, input: TransformInput): void {
  const type = knownType(other);
  if (type !== null && kindOf(type) === "number") castLiteral(literal, type, input);
}

/** Of these PostgreSQL prefers the one for double precision. */
const ofNumbers = new Set(["abs", "sign", "round"]);

function call(fields: Fields, input: TransformInput): void {
  const { funcname, args } = fields as FuncCall;
  if (args?.length !== 1 || !ofNumbers.has(lastPart(funcname) ?? "")) return;
  const literal = literalOf(args[0]);
  if (literal) castLiteral(literal, "double precision", input);
}

function literalOf(node: Node): A_Const | null {
  return "A_Const" in node && node.A_Const.sval ? node.A_Const : null;
}

/** Makes a literal one of a type, by PostgreSQL's name. */
export function castLiteral(literal: A_Const, type: string, { source, edits }: TransformInput): void {
  if (kindOf(type) === null || kindOf(type) === "text") return;
  const token = source.tokens[source.tokenAt(offsetOfConstant(literal, source))];
  if (type !== "numeric") return edits.wrap(token.start, token.end, "CAST(", ` AS ${type.toUpperCase()})`);
  // A numeric has as many digits as are written; DuckDB's has three behind the point.
  const digits = /^\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*$/.exec(literal.sval?.sval ?? "")?.[1];
  if (digits === undefined) return edits.wrap(token.start, token.end, "CAST(", " AS NUMERIC)");
  edits.replace(token.start, token.end, `(${digits.includes(".") ? digits : `${digits}.`})`);
}
