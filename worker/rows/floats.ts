/**
 * Floating-point columns. As PostgreSQL 12 and later print them: the shortest digits that read back as the same value, in
 * positional notation for exponents from -4 to below 15 (float4: 6), otherwise `d.ddde+XX`.
 *
 * @see https://www.postgresql.org/docs/16/datatype-numeric.html#DATATYPE-FLOAT
 */
import type { Codec } from "./codec.ts";
import { wordColumn } from "./columns.ts";
import { writePadded, writeUnsigned, writeUnsignedPadded } from "./digits.ts";
import { out, writeAscii } from "./output.ts";
import { floats32, floats64, words32 } from "./vector.ts";

const zero = 48;
const point = 46;
const minus = 45;

/** Longest text of a double: `-1.2345678901234567e-308`. */
const doubleSize = 24;

const doubleDigits = 15; // DBL_DIG, and where the exponent notation starts
const floatDigits = 6; // FLT_DIG

/** 10^0 to 10^22: the powers that a double holds exactly. */
const power10 = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const lowestPower = -9;
/** 10^(i - 9), to find a decimal exponent. */
const bounds = Float64Array.from({ length: 26 }, (_, i) => Number(`1e${i + lowestPower}`));

/** FLOAT, as `extra_float_digits` asks. */
export function floatText(extraFloatDigits: number): Codec {
  let data = new Float32Array(0);
  const digits = precision(floatDigits, extraFloatDigits);
  return {
    size: doubleSize,
    quotable: false,
    load: (vector, rows) => void (data = floats32(vector, rows)),
    write: digits === null
      ? (row, at) => writeFloat(out.bytes, at, data[row])
      : (row, at) => writePrecision(at, data[row], digits),
  };
}

/** DOUBLE, as `extra_float_digits` asks. */
export function doubleText(extraFloatDigits: number): Codec {
  let data = new Float64Array(0);
  let words = new Uint32Array(0);
  const digits = precision(doubleDigits, extraFloatDigits);
  return {
    size: doubleSize,
    quotable: false,
    load(vector, rows) {
      data = floats64(vector, rows);
      words = new Uint32Array(data.buffer, data.byteOffset, rows * 2);
    },
    write: digits === null
      ? (row, at) => writeDouble(out.bytes, at, data[row], words[row * 2 + 1], words[row * 2])
      : (row, at) => writePrecision(at, data[row], digits),
  };
}

/** Digits to print, `null` for shortest round-trip. */
function precision(digits: number, extraFloatDigits: number): number | null {
  return extraFloatDigits > 0 ? null : Math.max(1, digits + extraFloatDigits);
}

/** FLOAT in network order. */
export function floatBinary(): Codec {
  let words = new Uint32Array(0);
  return {
    size: 4,
    quotable: false,
    load: (vector, rows) => void (words = words32(vector, rows, 4)),
    write(row, at) {
      out.view.setUint32(at, words[row]);
      return at + 4;
    },
    column: wordColumn(() => words),
  };
}

/**
 * A double, shortest round-trip. Three ways, fastest first: at most 15 significant digits (found by rounding and proved by
 * dividing back), 16 or 17 digits (exact arithmetic on two doubles), and through a string for what is very small, very
 * large or too close to a tie.
 */
export function writeDouble(
  bytes: Uint8Array,
  start: number,
  signed: number,
  high: number,
  low: number,
): number {
  const exponentBits = (high >>> 20) & 0x7ff;
  if (exponentBits === 0x7ff) return writeSpecial(start, signed);
  let at = start;
  let v = signed;
  if (high >>> 31) {
    bytes[at++] = minus;
    v = -v;
  }
  if (v < 1e15 && v === Math.floor(v)) return writeUnsigned(bytes, at, v);
  if (v < 1e-8 || v >= 1e15) return writeViaString(bytes, at, v, doubleDigits);

  const binaryExponent = exponentBits - 1023;
  const exponent = decimalExponent(v, binaryExponent);
  const scale = power10[14 - exponent];
  const digits = Math.floor(v * scale + 0.5);
  if (digits / scale === v && digits < 1e15) {
    writeUnsignedPadded(bytes, at + 1, digits, 15);
    return layOut(bytes, at, 15, exponent, doubleDigits);
  }
  // At a power of two the doubles below are nearer than those above: left to the string.
  if (exponent < -6 || ((high & 0xfffff) === 0 && low === 0)) {
    return writeViaString(bytes, at, v, doubleDigits);
  }
  return writeLongDouble(bytes, at, v, binaryExponent, exponent);
}

/** floor(log10(v)) for 1e-8 <= v < 1e15. */
function decimalExponent(v: number, binaryExponent: number): number {
  const guess = Math.floor(binaryExponent * 0.30102999566398);
  return v >= bounds[guess + 1 - lowestPower] ? guess + 1 : guess;
}

/** Half a unit in the last place of a double with binary exponent i - 30. */
const halfUnits = Float64Array.from({ length: 85 }, (_, i) => 2 ** (i - 30 - 53));
const lowestBinary = -30;

/**
 * 16 or 17 digits. v × 10^k is computed exactly as high + low (Dekker's product), so its 17 digits, what is behind them and
 * the distance to the next double are known; where they are too close to a tie to tell, the string decides.
 */
function writeLongDouble(
  bytes: Uint8Array,
  at: number,
  v: number,
  binaryExponent: number,
  exponent: number,
): number {
  const scale = power10[16 - exponent];
  const product = v * scale;
  const splitV = v * 134217729;
  const highV = splitV - (splitV - v);
  const lowV = v - highV;
  const splitScale = scale * 134217729;
  const highScale = splitScale - (splitScale - scale);
  const lowScale = scale - highScale;
  const error = lowV * lowScale - (product - highV * highScale - lowV * highScale - highV * lowScale);

  let top = Math.floor(product / 1e8);
  const floor = Math.floor(error);
  const fraction = error - floor;
  let bottom = product - top * 1e8 + floor;
  if (bottom < 0) {
    bottom += 1e8;
    top--;
  } else if (bottom >= 1e8) {
    bottom -= 1e8;
    top++;
  }

  const half = halfUnits[binaryExponent - lowestBinary] * scale;
  const last = bottom % 10;
  const below = last + fraction;
  const distance = below < 5 ? below : 10 - below;
  const unsure = 1e-6;
  if (
    Math.abs(below - 5) < unsure || Math.abs(fraction - 0.5) < unsure || Math.abs(distance - half) < unsure
  ) {
    return writeViaString(bytes, at, v, doubleDigits);
  }
  if (distance < half) bottom += below < 5 ? -last : 10 - last;
  else if (fraction > 0.5) bottom++;
  if (bottom >= 1e8) {
    bottom -= 1e8;
    top++;
  }
  if (top >= 1e9) return writeViaString(bytes, at, v, doubleDigits);
  writePadded(bytes, writePadded(bytes, at + 1, top, 9), bottom, 8);
  return layOut(bytes, at, 17, exponent, doubleDigits);
}

/** A float, shortest round-trip among floats. */
export function writeFloat(bytes: Uint8Array, start: number, signed: number): number {
  if (!Number.isFinite(signed)) return writeSpecial(start, signed);
  let at = start;
  let v = signed;
  if (v < 0 || Object.is(v, -0)) {
    bytes[at++] = minus;
    v = -v;
  }
  if (v < 1e6 && v === Math.floor(v)) return writeUnsigned(bytes, at, v);
  const normal = v >= 1.1754943508222875e-38;
  const exponent = Math.floor(Math.log10(v));
  // Below the normal range a float has fewer digits than FLT_DIG.
  for (let digits = normal ? floatDigits : 1; digits < 9; digits++) {
    const decimal = shortFloat(v, digits, exponent);
    if (decimal !== null) return writeDecimalText(bytes, at, decimal, floatDigits);
  }
  return writeDecimalText(bytes, at, v.toExponential(8), floatDigits);
}

/** `v` with this many digits in JavaScript's exponent notation, `null` when that reads back as another float. */
function shortFloat(v: number, digits: number, exponent: number): string | null {
  const text = v.toExponential(digits - 1);
  if (Math.fround(Number(text)) === v) return text;
  if (!Number.isInteger(Math.log2(v))) return null;
  // Below a power of two floats are nearer, so the next decimal up may do where the closest, below, does not.
  const up = (v + 10 ** (exponent - digits + 1)).toExponential(digits - 1);
  return Math.fround(Number(up)) === v ? up : null;
}

function writeSpecial(at: number, v: number): number {
  return writeAscii(Number.isNaN(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity", at);
}

/** What C's `%.*g` prints, which `extra_float_digits` of 0 and below asks for. */
function writePrecision(start: number, v: number, digits: number): number {
  if (!Number.isFinite(v)) return writeSpecial(start, v);
  const negative = v < 0 || Object.is(v, -0);
  const at = negative ? writeAscii("-", start) : start;
  if (v === 0) return writeAscii("0", at);
  return writeDecimalText(out.bytes, at, toExponentialEven(Math.abs(v), digits), digits);
}

/** `toExponential` that rounds an exact tie to even, as C does, where JavaScript rounds it up. */
function toExponentialEven(v: number, digits: number): string {
  const text = v.toExponential(digits - 1);
  const exact = v.toExponential(100).replace(".", "");
  const tie = /^50*e/.test(exact.slice(digits));
  if (!tie || (exact.charCodeAt(digits - 1) - zero) % 2 === 1) return text;
  const mantissa = exact.slice(0, digits);
  const exponent = exact.slice(exact.indexOf("e"));
  return `${mantissa[0]}.${mantissa.slice(1)}${exponent}`;
}

function writeViaString(bytes: Uint8Array, at: number, v: number, exponentFrom: number): number {
  return writeDecimalText(bytes, at, v.toExponential(), exponentFrom);
}

/** Lays out JavaScript's exponent notation of a positive number, `1.25e-7`. */
function writeDecimalText(bytes: Uint8Array, at: number, text: string, exponentFrom: number): number {
  const e = text.indexOf("e");
  let count = 0;
  for (let i = 0; i < e; i++) {
    const code = text.charCodeAt(i);
    if (code !== point) bytes[at + 1 + count++] = code;
  }
  return layOut(bytes, at, count, Number(text.slice(e + 1)), exponentFrom);
}

/**
 * Turns `count` digits already written from `at + 1` into the number they stand for, d.ddd × 10^exponent, at `at`: trailing
 * zeros go, the point or the exponent comes.
 */
function layOut(
  bytes: Uint8Array,
  at: number,
  count: number,
  exponent: number,
  exponentFrom: number,
): number {
  let end = at + 1 + count;
  while (end > at + 2 && bytes[end - 1] === zero) end--;
  if (exponent < -4 || exponent >= exponentFrom) return layOutExponent(bytes, at, end, exponent);
  if (exponent < 0) {
    const shift = 1 - exponent; // "0.", then zeros
    bytes.copyWithin(at + shift, at + 1, end);
    for (let i = 0; i < shift; i++) bytes[at + i] = zero;
    bytes[at + 1] = point;
    return end + shift - 1;
  }
  const wholeEnd = at + exponent + 1;
  for (; end <= wholeEnd; end++) bytes[end] = zero;
  for (let i = at; i < wholeEnd; i++) bytes[i] = bytes[i + 1];
  if (end === wholeEnd + 1) return wholeEnd;
  bytes[wholeEnd] = point;
  return end;
}

function layOutExponent(bytes: Uint8Array, at: number, end: number, exponent: number): number {
  bytes[at] = bytes[at + 1];
  let p = at + 1;
  if (end > at + 2) {
    bytes[p] = point;
    p = end;
  }
  bytes[p++] = 101;
  bytes[p++] = exponent < 0 ? minus : 43;
  const magnitude = Math.abs(exponent);
  return writePadded(bytes, p, magnitude, magnitude < 100 ? 2 : 3);
}
