/** bytea, bit strings and uuids as PostgreSQL reads them from text. */
import { PgError } from "../api/error.ts";
import type { Decoded } from "./decoded.ts";
import { invalidSyntax } from "./numbers.ts";

/** Hexadecimal (`\x…`) or the escape format. */
export function parseBytea(text: string): Decoded {
  return { kind: "bytes", value: text.startsWith("\\x") ? parseHex(text) : parseEscaped(text) };
}

function parseHex(text: string): Uint8Array {
  const digits = text.slice(2).replace(/(..)[ \t\n\r]+/g, "$1").trim();
  const bad = /[^\da-fA-F]/u.exec(digits);
  if (bad) throw new PgError("22023", `invalid hexadecimal digit: "${bad[0]}"`);
  if (digits.length % 2 !== 0) throw new PgError("22023", "invalid hexadecimal data: odd number of digits");
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

const backslash = 92;

function parseEscaped(text: string): Uint8Array {
  const from = new TextEncoder().encode(text);
  const bytes = new Uint8Array(from.length);
  let length = 0;
  for (let i = 0; i < from.length; i++) {
    if (from[i] !== backslash) {
      bytes[length++] = from[i];
      continue;
    }
    if (from[i + 1] === backslash) {
      bytes[length++] = backslash;
      i++;
      continue;
    }
    const octal = String.fromCharCode(...from.subarray(i + 1, i + 4));
    if (!/^[0-3][0-7][0-7]$/.test(octal)) {
      throw new PgError("22P02", "invalid input syntax for type bytea");
    }
    bytes[length++] = parseInt(octal, 8);
    i += 3;
  }
  return bytes.slice(0, length);
}

/** `101`, `B101`, `X1F`. */
export function parseBits(text: string): Decoded {
  const hex = /^[xX]/.test(text);
  const digits = /^[xXbB]/.test(text) ? text.slice(1) : text;
  const bad = (hex ? /[^\da-fA-F]/u : /[^01]/u).exec(digits);
  if (bad) {
    throw new PgError("22P02", `"${bad[0]}" is not a valid ${hex ? "hexadecimal" : "binary"} digit`);
  }
  const bits = hex
    ? Array.from(digits, (digit) => parseInt(digit, 16).toString(2).padStart(4, "0")).join("")
    : digits;
  const packed = new Uint8Array(Math.ceil(bits.length / 8));
  for (let i = 0; i < bits.length; i++) if (bits[i] === "1") packed[i >> 3] |= 0x80 >> (i & 7);
  return { kind: "bits", value: duckdbBits(packed, bits.length) };
}

/** Bits from the top of the first byte, as PostgreSQL has them, to DuckDB's: a count of unused bits, which are set, first. */
export function duckdbBits(packed: Uint8Array, count: number): Uint8Array {
  if (count === 0) {
    throw new PgError("0A000", "bit strings of length 0 are not supported");
  }
  const length = Math.ceil(count / 8);
  const unused = length * 8 - count;
  const value = new Uint8Array(1 + length);
  value[0] = unused;
  for (let i = 0; i < length; i++) {
    const before = i === 0 ? 0xff : packed[i - 1];
    value[1 + i] = (before << (8 - unused)) | (packed[i] >> unused);
  }
  return value;
}

const uuidPattern = /^(?:[\da-f]{4}-?){7}[\da-f]{4}$/i;

/** With hyphens between any groups of four digits, and braces, as PostgreSQL allows. */
export function parseUuid(text: string): Decoded {
  const inner = text.startsWith("{") && text.endsWith("}") ? text.slice(1, -1) : text;
  if (!uuidPattern.test(inner)) throw invalidSyntax("uuid", text);
  return { kind: "uuid", value: BigInt(`0x${inner.replaceAll("-", "")}`) };
}
