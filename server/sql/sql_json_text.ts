import { closingIndex, depthStep, isKeyword, isSymbol } from "./lexer.ts";
import type { Source } from "./source.ts";

/**
 * The text of SQL/JSON's functions, whose arguments are followed by clauses of words: where the parts stand, as indexes of
 * tokens. A range is `[first, behind)`.
 */
export interface Range {
  first: number;
  behind: number;
}

/** `name ( … )` that begins at a byte of the source. */
export interface SqlJsonCall {
  name: number;
  open: number;
  close: number;
}

export function sqlJsonCall(source: Source, location: number | undefined): SqlJsonCall | null {
  const name = source.tokenAt(source.offsetOfByte(location ?? 0));
  if (!isSymbol(source.text, source.tokens[name + 1], "(")) return null;
  return { name, open: name + 1, close: closingIndex(source.text, source.tokens, name + 1) };
}

/** Index of the first token of a range, outside of brackets, at which a test passes; the range's end where there is none. */
export function findOutside(source: Source, { first, behind }: Range, test: (at: number) => boolean): number {
  let depth = 0;
  for (let at = first; at < behind; at++) {
    const step = depthStep(source.text, source.tokens[at]);
    if (depth === 0 && step >= 0 && test(at)) return at;
    depth += step;
  }
  return behind;
}

/** Whether words stand at a token: each is one of several, as `null|absent`. */
export function wordsAt({ text, tokens }: Source, at: number, ...words: string[]): boolean {
  return words.every((word, i) => word.split("|").some((one) => isKeyword(text, tokens[at + i], one)));
}

/** What commas divide, and the clauses behind the last of them. */
export function argumentsOf(source: Source, inside: Range): { items: Range[]; clauses: Range } {
  const isClause = (at: number) =>
    wordsAt(source, at, "null|absent", "on", "null") || wordsAt(source, at, "with|without", "unique") ||
    wordsAt(source, at, "returning") || wordsAt(source, at, "order", "by");
  const behind = findOutside(source, inside, isClause);
  const items: Range[] = [];
  for (let first = inside.first; first < behind;) {
    const comma = findOutside(
      source,
      { first, behind },
      (at) => isSymbol(source.text, source.tokens[at], ","),
    );
    items.push({ first, behind: comma });
    first = comma + 1;
  }
  return { items, clauses: { first: behind, behind: inside.behind } };
}
