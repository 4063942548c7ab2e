import { lookup } from "../../../worker/api/lookup.ts";
import type { Node, TypeName } from "libpg-query";
import { constantText, nameParts } from "../constant.ts";
import { endOfName } from "../extent.ts";
import { closingIndex, isKeyword, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";

/** A type as a statement names it. */
export interface NamedType {
  /** `pg_type.typname`, e.g. `int4` for `integer`. */
  name: string;
  /** What stands in brackets behind it. For `interval` the first is a mask of fields. */
  modifiers: readonly number[];
  isArray: boolean;
}

/** Names of types that the parser leaves as they are written. */
const otherNames: Readonly<Record<string, string>> = lookup({
  "int": "int4",
  "float": "float8",
  "decimal": "numeric",
});

/** What a type's name means; `null` for one that is in a schema of the user's. */
export function namedType(typeName: TypeName | undefined): NamedType | null {
  const parts = nameParts(typeName?.names);
  if (parts.length === 0 || (parts.length > 1 && parts[0] !== "pg_catalog")) return null;
  const name = parts[parts.length - 1];
  return {
    name: otherNames[name] ?? name,
    modifiers: (typeName?.typmods ?? []).map(modifier),
    isArray: (typeName?.arrayBounds ?? []).length > 0,
  };
}

function modifier(node: Node): number {
  if ("A_Expr" in node && node.A_Expr.rexpr) return -Number(constantText(node.A_Expr.rexpr));
  return Number(constantText(node));
}

/** Second words of types, by the first. */
const secondWords: Readonly<Record<string, string>> = lookup({
  double: "precision",
  bit: "varying",
  character: "varying",
  char: "varying",
});
const intervalFields = ["year", "month", "day", "hour", "minute", "second"];

/** Index of the token behind a type's name with all that belongs to it: `timestamp (3) with time zone [ ]`. */
export function endOfType(source: Source, first: number): number {
  const { text, tokens } = source;
  const word = (at: number, ...words: string[]) => words.some((one) => isKeyword(text, tokens[at], one));
  const brackets = (at: number) => isSymbol(text, tokens[at], "(") ? closingIndex(text, tokens, at) + 1 : at;
  let start = first;
  if (word(start, "national")) start++;
  let at = endOfName(source, start);
  for (const [one, other] of Object.entries(secondWords)) if (word(start, one) && word(at, other)) at++;
  if (word(start, "interval")) at = endOfFields(source, at);
  at = brackets(at);
  if (word(start, "time", "timestamp") && word(at, "with", "without") && word(at + 1, "time")) at += 3;
  if (word(at, "array")) at++;
  while (isSymbol(text, tokens[at], "[")) at = closingIndex(text, tokens, at) + 1;
  return at;
}

/** Index of the token behind the fields of an interval, `year to month`, `day to second (3)`; the same where there are none. */
export function endOfFields({ text, tokens }: Source, first: number): number {
  let at = first;
  const field = () => intervalFields.some((one) => isKeyword(text, tokens[at], one));
  if (!field()) return first;
  at++;
  if (isKeyword(text, tokens[at], "to")) at += 2;
  return isSymbol(text, tokens[at], "(") ? closingIndex(text, tokens, at) + 1 : at;
}
