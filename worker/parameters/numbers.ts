/** Booleans, integers, floats and numerics as PostgreSQL 16 reads them from text. */
import { lookup } from "../api/lookup.ts";
import { PgError } from "../api/error.ts";
import { oids, sqlTypeName } from "../api/types.ts";
import type { Decoded } from "./decoded.ts";

/** 22P02 as every input function of PostgreSQL words it. */
export function invalidSyntax(type: string, text: string): PgError {
  return new PgError("22P02", `invalid input syntax for type ${type}: "${text}"`);
}

const booleans: Readonly<Record<string, boolean>> = lookup({
  1: true,
  0: false,
  on: true,
  of: false,
  off: false,
});

/** `t`, `true`, `yes`, `on`, `1` and their prefixes and opposites. */
export function parseBoolean(text: string): Decoded {
  const word = text.trim().toLowerCase();
  const value = booleans[word] ?? (word === "" ? undefined : prefixOf(word));
  if (value === undefined) throw invalidSyntax("boolean", text);
  return { kind: "bool", value };
}

function prefixOf(word: string): boolean | undefined {
  if ("true".startsWith(word) || "yes".startsWith(word)) return true;
  if ("false".startsWith(word) || "no".startsWith(word)) return false;
  return undefined;
}

/** Lowest and highest of the integer types. */
const integerRanges: Readonly<Record<number, readonly [bigint, bigint]>> = {
  [oids.int2]: [-0x8000n, 0x7fffn],
  [oids.int4]: [-0x80000000n, 0x7fffffffn],
  [oids.int8]: [-(2n ** 63n), 2n ** 63n - 1n],
};
const oidRange = [-0x80000000n, 0xffffffffn] as const;

const decimalInteger = /^([+-]?)(\d+(?:_\d+)*)$/;
const prefixedInteger = /^([+-]?)(0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)$/;

/** Decimal, or from PostgreSQL 16 on hexadecimal, octal and binary, with `_` between digits. */
export function parseInteger(text: string, oid: number): Decoded {
  const trimmed = text.trim();
  const match = decimalInteger.exec(trimmed) ?? prefixedInteger.exec(trimmed);
  if (!match) throw invalidSyntax(sqlTypeName(oid), text);
  const magnitude = BigInt(match[2].replaceAll("_", ""));
  const value = match[1] === "-" ? -magnitude : magnitude;
  const [low, high] = integerRanges[oid] ?? oidRange;
  if (value < low || value > high) {
    throw new PgError("22003", `value "${text}" is out of range for type ${sqlTypeName(oid)}`);
  }
  return { kind: "int", value, oid };
}

const decimalFloat = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** As C's strtod, which PostgreSQL leaves the reading to: `0x1.8p3`. */
const hexFloat = /^([+-]?)0[xX]([\da-fA-F]*)(?:\.([\da-fA-F]*))?(?:[pP]([+-]?\d+))?$/;
const specialFloat = /^([+-]?)(inf|infinity|nan)$/i;

/** Decimal or hexadecimal notation, `NaN` and the infinities. What overflows or vanishes is an error, as in PostgreSQL. */
export function parseFloat8(text: string, oid: number): Decoded {
  const trimmed = text.trim();
  const special = specialFloat.exec(trimmed);
  if (special) return { kind: "float", value: specialValue(special[1], special[2]), oid };
  const exact = exactFloat(trimmed);
  if (exact === null) throw invalidSyntax(sqlTypeName(oid), text);
  const value = oid === oids.float4 ? Math.fround(exact) : exact;
  const vanished = value === 0 && /[1-9a-f]/i.test(trimmed.replace(/^[+-]?0x|[ep].*/gi, ""));
  if (!Number.isFinite(value) || vanished) {
    throw new PgError("22003", `"${text}" is out of range for type ${sqlTypeName(oid)}`);
  }
  return { kind: "float", value, oid };
}

function exactFloat(text: string): number | null {
  if (decimalFloat.test(text)) return Number(text);
  const hex = hexFloat.exec(text);
  const digits = (hex?.[2] ?? "") + (hex?.[3] ?? "");
  if (hex === null || digits === "") return null;
  const magnitude = Number(`0x${digits}`) * 2 ** (Number(hex[4] ?? 0) - 4 * (hex[3] ?? "").length);
  return hex[1] === "-" ? -magnitude : magnitude;
}

function specialValue(sign: string, word: string): number {
  if (word.toLowerCase() === "nan") return NaN;
  return sign === "-" ? -Infinity : Infinity;
}

const decimalNumeric = /^([+-]?)(\d+(?:_\d+)*)?(?:\.(\d+(?:_\d+)*)?)?(?:[eE]([+-]?\d+))?$/;
const maxExponent = 16383;

/** Decimal notation with its scale; NaN and the infinities become a float, which only a DOUBLE can hold. */
export function parseNumeric(text: string): Decoded {
  const trimmed = text.trim();
  const special = specialFloat.exec(trimmed);
  if (special) return { kind: "float", value: specialValue(special[1], special[2]), oid: oids.numeric };
  const match = decimalNumeric.exec(trimmed);
  if (!match || (match[2] === undefined && match[3] === undefined)) throw invalidSyntax("numeric", text);
  const exponent = Number(match[4] ?? 0);
  if (Math.abs(exponent) > maxExponent) throw new PgError("22003", "value overflows numeric format");
  const whole = (match[2] ?? "").replaceAll("_", "");
  const fraction = (match[3] ?? "").replaceAll("_", "");
  const unscaled = BigInt(whole + fraction) * (match[1] === "-" ? -1n : 1n);
  const scale = fraction.length - exponent;
  if (scale < 0) return { kind: "numeric", unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 };
  return { kind: "numeric", unscaled, scale };
}

/** `$1,234.56`, with `-` or parentheses for less than nothing. */
export function parseMoney(text: string): Decoded {
  const match = /^\s*([-(])?\s*\$?\s*([\d,]*)(?:\.(\d{0,2})\d*)?\s*\)?\s*$/.exec(text);
  if (!match || (match[2] === "" && !match[3])) throw invalidSyntax("money", text);
  const cents = BigInt(match[2].replaceAll(",", "") + (match[3] ?? "").padEnd(2, "0"));
  return { kind: "numeric", unscaled: match[1] ? -cents : cents, scale: 2 };
}
