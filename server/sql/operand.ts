import { endOfCall, endOfName } from "./extent.ts";
import { closingIndex, isKeyword, isSymbol, textOf } from "./lexer.ts";
import type { Source } from "./source.ts";
import { endOfType } from "./types/type_name.ts";

/** Operators that bind their sides closer than `||` and the like do. */
const closer = new Set(["+", "-", "*", "/", "%", "^"]);

/** Words that can stand before an operand and belong to it. */
const prefixes = ["distinct", "all", "row", "array", "exists"];

/** Index of an operator's last token: `OPERATOR(pg_catalog.<@)` is several. */
export function lastOfOperator({ text, tokens }: Source, at: number): number {
  return isKeyword(text, tokens[at], "operator") ? closingIndex(text, tokens, at + 1) : at;
}

/**
 * Index of the token behind the right side of an operator such as `||`: an operand, with what binds closer.
 *
 * @param first index of the token behind the operator
 */
export function endOfOperand(source: Source, first: number): number {
  const { text, tokens } = source;
  let at = endOfTerm(source, first);
  while (tokens[at]?.kind === "operator" && closer.has(textOf(text, tokens[at]))) {
    at = endOfTerm(source, at + 1);
  }
  return at;
}

/** Index of the token behind the right side of a quotient: an operand, with what `^` raises it to. */
export function endOfDivisor(source: Source, first: number): number {
  let at = endOfTerm(source, first);
  while (isSymbol(source.text, source.tokens[at], "^")) at = endOfTerm(source, at + 1);
  return at;
}

/** Operators that bind their sides looser than BETWEEN and SIMILAR TO do. */
const comparisons = new Set(["=", "<>", "!=", "<", ">", "<=", ">=", "=>", ":="]);

/** Index of the token behind the right side of SIMILAR TO, BETWEEN and the like: all that operators join. */
export function endOfJoined(source: Source, first: number): number {
  const { text, tokens } = source;
  let at = endOfOperand(source, first);
  while (tokens[at]?.kind === "operator" && !comparisons.has(textOf(text, tokens[at]))) {
    at = endOfOperand(source, at + 1);
  }
  return at;
}

/** Behind a literal, a name, a call, something in brackets, CASE … END, with subscripts and casts. */
function endOfTerm(source: Source, first: number): number {
  const { text, tokens } = source;
  let at = first;
  while (tokens[at]?.kind === "operator") at++;
  at = endOfPrimary(source, at);
  for (;;) {
    if (isSymbol(text, tokens[at], "::")) at = endOfType(source, at + 1);
    else if (isSymbol(text, tokens[at], "[")) at = closingIndex(text, tokens, at) + 1;
    else if (isSymbol(text, tokens[at], ".")) at += 2;
    else if (isKeyword(text, tokens[at], "collate")) at = endOfName(source, at + 1);
    else return at;
  }
}

function endOfPrimary(source: Source, first: number): number {
  const { text, tokens } = source;
  if (isSymbol(text, tokens[first], "(") || isSymbol(text, tokens[first], "[")) {
    return closingIndex(text, tokens, first) + 1;
  }
  if (isKeyword(text, tokens[first], "case")) return endOfCase(source, first);
  if (tokens[first]?.kind !== "word" && tokens[first]?.kind !== "quoted") return first + 1;
  const prefixed = prefixes.some((word) => isKeyword(text, tokens[first], word));
  if (prefixed && isSymbol(text, tokens[first + 1], "[")) {
    return closingIndex(text, tokens, first + 1) + 1;
  }
  const behind = endOfName(source, first);
  if (isSymbol(text, tokens[behind], "(")) {
    return endOfCall(source, closingIndex(text, tokens, behind)) + 1;
  }
  // `date '2024-01-01'`
  const literal = tokens[first].kind === "word" ? endOfType(source, first) : behind;
  return tokens[literal]?.kind === "string" ? literal + 1 : behind;
}

/** Index of the token behind `CASE … END`. */
export function endOfCase({ text, tokens }: Source, first: number): number {
  let depth = 0;
  for (let i = first; i < tokens.length; i++) {
    if (isKeyword(text, tokens[i], "case")) depth++;
    else if (isKeyword(text, tokens[i], "end") && --depth === 0) return i + 1;
  }
  return tokens.length;
}
