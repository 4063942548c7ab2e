import type { A_Expr, Node } from "libpg-query";
import { nameParts } from "../constant.ts";
import { firstTokenOf } from "../extent.ts";
import { isSymbol } from "../lexer.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * A quotient of literals that is numeric (`5.0 / 2`, `1 / 3::numeric`) is worked out with PostgreSQL's digits. DuckDB
 * divides numerics in double precision, which is what columns get: exact division of 128 bits is a hundred times slower.
 *
 * @see https://www.postgresql.org/docs/18/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL
 */
export const numericQuotient: Transform = { visit: { A_Expr: expression } };

/** `unscaled / 10 ** scale`. */
interface Numeric {
  unscaled: bigint;
  scale: number;
  /** An integer literal. */
  whole: boolean;
}

function expression(fields: Fields, { source, edits }: TransformInput): void {
  const { kind, name, lexpr, rexpr, location = 0 } = fields as A_Expr;
  if (kind !== "AEXPR_OP" || !lexpr || !rexpr || nameParts(name).at(-1) !== "/") return;
  const [a, b] = [numericOf(lexpr), numericOf(rexpr)];
  if (!a || !b || (a.whole && b.whole) || b.unscaled === 0n) return;
  const quotient = divided(a, b);
  const digits = quotient.replace(/[-.]/g, "").replace(/^0+/, "");
  if (digits.length > 38) return;
  const { tokens } = source;
  const slash = source.tokenAt(source.offsetOfByte(location));
  const first = firstTokenOf(lexpr, source, slash);
  const last = lastToken(rexpr, slash + 1, source);
  // The left side may be inside brackets that close behind the right one.
  if (last === null || tokens.slice(first, slash).some((token) => isSymbol(source.text, token, ","))) return;
  edits.replace(tokens[first].start, tokens[last].end, `(${quotient})`);
}

/** A literal, negated or cast to numeric. */
function numericOf(node: Node): Numeric | null {
  if ("TypeCast" in node) {
    const { arg, typeName } = node.TypeCast;
    const inner = arg ? numericOf(arg) : null;
    const plain = nameParts(typeName?.names).at(-1) === "numeric" && !typeName?.typmods &&
      !typeName?.arrayBounds;
    return inner && plain ? { ...inner, whole: false } : null;
  }
  if (!("A_Const" in node)) return null;
  const { ival, fval } = node.A_Const;
  if (ival) return { unscaled: BigInt(ival.ival ?? 0), scale: 0, whole: true };
  const found = /^(-?)(\d*)\.(\d*)$/.exec(fval?.fval ?? "");
  if (!found) return null;
  const [, sign, whole, fraction] = found;
  return { unscaled: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length, whole: false };
}

/** A literal in the text, or a cast of one behind it. */
function lastToken(node: Node, from: number, { text, tokens }: TransformInput["source"]): number | null {
  const at = text[tokens[from].start] === "-" ? from + 1 : from;
  if (tokens[at]?.kind !== "number") return null;
  if ("A_Const" in node) return at;
  return isSymbol(text, tokens[at + 1], "::") && tokens[at + 2]?.kind === "word" ? at + 2 : null;
}

/** Digits of one place of PostgreSQL's numerics. */
const placeDigits = 4;
const leastDigits = 16;

/** As PostgreSQL chooses the digits behind the point (`select_div_scale` in numeric.c). */
function divided(a: Numeric, b: Numeric): string {
  const [first, second] = [leading(a), leading(b)];
  let weight = first.weight - second.weight;
  if (first.digit <= second.digit) weight--;
  const scale = Math.max(leastDigits - weight * placeDigits, a.scale, b.scale, 0);
  const negative = (a.unscaled < 0n) !== (b.unscaled < 0n) && a.unscaled !== 0n;
  const dividend = magnitude(a.unscaled) * 10n ** BigInt(scale + b.scale);
  const divisor = magnitude(b.unscaled) * 10n ** BigInt(a.scale);
  const rounded = (2n * dividend + divisor) / (2n * divisor);
  const text = String(rounded).padStart(scale + 1, "0");
  return `${negative ? "-" : ""}${text.slice(0, text.length - scale)}.${text.slice(text.length - scale)}`;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** The first place that is not zero, and which it is: 0 for the one in front of the point. */
function leading({ unscaled, scale }: Numeric): { weight: number; digit: number } {
  const digits = String(magnitude(unscaled)).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const padded = whole.padStart(Math.ceil(whole.length / placeDigits) * placeDigits, "0") +
    digits.slice(digits.length - scale).padEnd(Math.ceil(scale / placeDigits) * placeDigits, "0");
  const places = padded.match(/.{4}/g) ?? [];
  const at = places.findIndex((place) => Number(place) !== 0);
  const wholePlaces = Math.ceil(whole.length / placeDigits);
  return at < 0 ? { weight: 0, digit: 0 } : { weight: wholePlaces - 1 - at, digit: Number(places[at]) };
}
