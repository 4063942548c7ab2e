import type { A_Const } from "libpg-query";
import { closingIndex, depthStep, identifierOf, isKeyword, isSymbol, skipBlank } from "./lexer.ts";
import type { Source } from "./source.ts";

/**
 * Index of the token an expression begins with, brackets included. The tree only tells where its nodes' own words
 * stand (for `(a) + b` the `+`), so this is the leftmost of them, moved left over the brackets that close before `end`.
 *
 * @param end index of the token behind the expression
 */
export function firstTokenOf(node: object, source: Source, end: number): number {
  let first = Math.min(end, source.tokenAt(source.offsetOfByte(leftmostByte(node))));
  for (let open = unmatchedClosers(source, first, end); open > 0; open--) {
    if (first === 0 || depthStep(source.text, source.tokens[first - 1]) !== 1) break;
    first--;
  }
  return first;
}

/** Index of the token behind a qualified name that begins at a token: `a`, `a.b`, `"A".b.c`. */
export function endOfName(source: Source, first: number): number {
  let at = first + 1;
  while (
    isSymbol(source.text, source.tokens[at], ".") && identifierOf(source.text, source.tokens[at + 1]) !== null
  ) {
    at += 2;
  }
  return at;
}

/**
 * Index of the last token of a function call, with what may stand behind the arguments: WITHIN GROUP, FILTER, OVER.
 *
 * @param close index of the bracket that closes the arguments
 */
export function endOfCall({ text, tokens }: Source, close: number): number {
  let last = close;
  if (isKeyword(text, tokens[last + 1], "within")) last = closingIndex(text, tokens, last + 3);
  if (isKeyword(text, tokens[last + 1], "filter") && isSymbol(text, tokens[last + 2], "(")) {
    last = closingIndex(text, tokens, last + 2);
  }
  if (!isKeyword(text, tokens[last + 1], "over")) return last;
  return isSymbol(text, tokens[last + 2], "(") ? closingIndex(text, tokens, last + 2) : last + 2;
}

/** Where a constant begins: its node tells of a sign in front of it (`- (5)`), also where that is an operator. */
export function offsetOfConstant({ location }: A_Const, source: Source): number {
  let at = source.offsetOfByte(location ?? 0);
  while (source.text[at] === "-" || source.text[at] === "(") at = skipBlank(source.text, at + 1);
  return at;
}

/** The smallest location in a tree, in bytes; Infinity where there is none. */
export function leftmostByte(node: object): number {
  let leftmost = Infinity;
  for (const [key, value] of Object.entries(node)) {
    if (key === "location" && typeof value === "number" && value >= 0) leftmost = Math.min(leftmost, value);
    else if (typeof value === "object" && value !== null) leftmost = Math.min(leftmost, leftmostByte(value));
  }
  return leftmost;
}

function unmatchedClosers(source: Source, from: number, to: number): number {
  let depth = 0;
  let lowest = 0;
  for (let i = from; i < to; i++) {
    depth += depthStep(source.text, source.tokens[i]);
    lowest = Math.min(lowest, depth);
  }
  return -lowest;
}
