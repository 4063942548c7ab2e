import { closingIndex, depthStep, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";

/** Tokens by index: the first, and the one behind the last. */
export interface Extent {
  first: number;
  end: number;
}

/** Index of the token at a `location` of the tree. */
export function tokenAtLocation(source: Source, location: number | undefined): number {
  return source.tokenAt(source.offsetOfByte(location ?? 0));
}

/** The items of a list, separated by commas outside all brackets. */
export function splitAtCommas(source: Source, { first, end }: Extent): Extent[] {
  const items: Extent[] = [];
  let begin = first;
  let depth = 0;
  for (let i = first; i < end; i++) {
    depth += depthStep(source.text, source.tokens[i]);
    if (depth > 0 || !isSymbol(source.text, source.tokens[i], ",")) continue;
    items.push({ first: begin, end: i });
    begin = i + 1;
  }
  if (begin < end) items.push({ first: begin, end });
  return items;
}

/** What is in the brackets that open at the first `(` from a token on; `null` when there are none before `end`. */
export function inBrackets(source: Source, from: number, end = source.tokens.length): Extent | null {
  for (let i = from; i < end; i++) {
    if (!isSymbol(source.text, source.tokens[i], "(")) continue;
    return { first: i + 1, end: closingIndex(source.text, source.tokens, i) };
  }
  return null;
}

/** The offsets of the text of some tokens. */
export function offsetsOf(source: Source, { first, end }: Extent): [start: number, end: number] {
  if (first >= end) return [0, 0];
  return [source.tokens[first].start, source.tokens[end - 1].end];
}
