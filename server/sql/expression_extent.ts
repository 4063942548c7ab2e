import type { A_Const, A_Expr, Node } from "libpg-query";
import { callText } from "./call.ts";
import { endOfCall, endOfName, offsetOfConstant } from "./extent.ts";
import { closingIndex, depthStep } from "./lexer.ts";
import { endOfCase } from "./operand.ts";
import type { Source } from "./source.ts";
import { castExtent } from "./types/cast_extent.ts";

/** Indexes of tokens, both belonging to it. */
interface Range {
  first: number;
  last: number;
}

/**
 * Where an expression of constants, columns, parameters, operators, calls, casts and choices stands, brackets that only its parts have included;
 * `null` for any other. Offsets are UTF-16 code units.
 */
export function extentOf(node: Node, source: Source): { start: number; end: number } | null {
  const range = rangeOf(node, source);
  if (!range) return null;
  const { first, last } = withBrackets(range, source);
  const { tokens } = source;
  return tokens[first] && tokens[last] ? { start: tokens[first].start, end: tokens[last].end } : null;
}

function rangeOf(node: Node, source: Source): Range | null {
  if ("A_Const" in node) return ofConstant(node.A_Const, source);
  if ("A_Expr" in node) return ofOperation(node.A_Expr, source);
  if ("ColumnRef" in node) {
    const first = tokenOf(node.ColumnRef, source);
    return { first, last: endOfName(source, first) - 1 };
  }
  if ("ParamRef" in node) {
    const first = tokenOf(node.ParamRef, source);
    return { first, last: first };
  }
  if ("TypeCast" in node) {
    const extent = castExtent(node.TypeCast, source);
    return extent && { first: source.tokenAt(extent.start), last: source.tokenAt(extent.end) - 1 };
  }
  if ("FuncCall" in node) {
    const call = callText(source, node.FuncCall);
    return call && { first: call.name, last: endOfCall(source, call.close) };
  }
  const [fields] = Object.values(node) as { location?: number }[];
  const first = tokenOf(fields, source);
  if ("CaseExpr" in node) return { first, last: endOfCase(source, first) - 1 };
  if ("ParamRef" in node) return { first, last: first };
  if (!("CoalesceExpr" in node || "MinMaxExpr" in node)) return null;
  return { first, last: closingIndex(source.text, source.tokens, first + 1) };
}

function tokenOf({ location }: { location?: number }, source: Source): number {
  return source.tokenAt(source.offsetOfByte(location ?? 0));
}

function ofConstant(constant: A_Const, source: Source): Range {
  return { first: tokenOf(constant, source), last: source.tokenAt(offsetOfConstant(constant, source)) };
}

function ofOperation(
  { kind, lexpr, rexpr, location }: A_Expr,
  source: Source,
): Range | null {
  if (kind === "AEXPR_NULLIF") {
    const first = tokenOf({ location }, source);
    return { first, last: closingIndex(source.text, source.tokens, first + 1) };
  }
  if (kind !== "AEXPR_OP") return null;
  const right = rexpr ? rangeOf(rexpr, source) : null;
  const left = lexpr ? rangeOf(lexpr, source) : null;
  if (!right || (lexpr && !left)) return null;
  return { first: left ? left.first : tokenOf({ location }, source), last: right.last };
}

/** Takes in the brackets that are opened or closed inside, but not both. */
function withBrackets({ first, last }: Range, { text, tokens }: Source): Range {
  let depth = 0;
  let missing = 0;
  for (let i = first; i <= last; i++) {
    depth += depthStep(text, tokens[i]);
    missing = Math.min(missing, depth);
  }
  return { first: first + missing, last: last + depth - missing };
}
