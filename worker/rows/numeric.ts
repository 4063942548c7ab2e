/**
 * Exact numbers as PostgreSQL's numeric: DECIMAL of every width, UBIGINT, HUGEINT, UHUGEINT, BIGNUM.
 *
 * A column's reader gives a magnitude (a number below 2^53, or a BigInt where it is larger) and a sign; text and binary are
 * written from those.
 */
import duckdb from "@duckdb/node-bindings";
import type { Codec } from "./codec.ts";
import { writeUnsigned, writeUnsignedPadded } from "./digits.ts";
import { ensure, out, writeAscii } from "./output.ts";
import { StringVector } from "./strings.ts";
import { bigints, bytesOf, ints32, words32 } from "./vector.ts";

/** An unscaled value; `magnitude` is a number whenever it fits. */
export interface Unscaled {
  negative: boolean;
  magnitude: number | bigint;
}

/** Reads the unscaled value of a row. */
export interface Reader extends Unscaled, Pick<Codec, "load"> {
  read(row: number): void;
}

/** Sign, 39 digits, point, and a leading zero. */
export const textSize = 42;

/** Header and at most 11 base-10000 digits. */
export const binarySize = 8 + 2 * 11;

/** A numeric column as text, with the fixed scale of its type unless that is {@linkcode isLoose}. */
export function numericText(type: duckdb.LogicalType): Codec {
  const reader = readerOf(type);
  const scale = scaleOf(type);
  const loose = isLoose(type);
  return {
    size: textSize,
    quotable: false,
    load: reader.load,
    write(row, at) {
      reader.read(row);
      return writeNumericText(at, reader, loose ? withoutZeros(reader, scale) : scale);
    },
  };
}

/** A numeric column in PostgreSQL's binary form. */
export function numericBinary(type: duckdb.LogicalType): Codec {
  const reader = readerOf(type);
  const scale = scaleOf(type);
  const loose = isLoose(type);
  return {
    size: binarySize,
    quotable: false,
    load: reader.load,
    write(row, at) {
      reader.read(row);
      return writeNumericBinary(at, reader, loose ? withoutZeros(reader, scale) : scale);
    },
  };
}

export function scaleOf(type: duckdb.LogicalType): number {
  return duckdb.get_type_id(type) === duckdb.Type.DECIMAL ? duckdb.decimal_scale(type) : 0;
}

/**
 * Whether a type stands for PostgreSQL's numeric without a scale, whose values have the digits they were given:
 * DECIMAL(38, 11), and what is worked out with it and constants. Zeros at the end are nobody's then.
 */
export function isLoose(type: duckdb.LogicalType): boolean {
  if (duckdb.get_type_id(type) !== duckdb.Type.DECIMAL || duckdb.decimal_width(type) !== 38) return false;
  const scale = duckdb.decimal_scale(type);
  // Averages and quotients have 16 and more.
  return scale >= 11 && scale < 16;
}

/** Takes the zeros off the end of a fraction. @returns the scale that is left */
export function withoutZeros(reader: Unscaled, scale: number): number {
  let left = scale;
  if (typeof reader.magnitude === "bigint") {
    while (left > 0 && reader.magnitude % 10n === 0n) {
      reader.magnitude /= 10n;
      left--;
    }
    if (reader.magnitude <= BigInt(Number.MAX_SAFE_INTEGER)) reader.magnitude = Number(reader.magnitude);
    return left;
  }
  for (; left >= 5 && reader.magnitude % 100000 === 0; left -= 5) reader.magnitude /= 100000;
  for (; left > 0 && reader.magnitude % 10 === 0; left--) reader.magnitude /= 10;
  return left;
}

/** What reads the unscaled values of a column. */
export function readerOf(type: duckdb.LogicalType): Reader {
  const id = duckdb.get_type_id(type);
  const storage = id === duckdb.Type.DECIMAL ? duckdb.decimal_internal_type(type) : id;
  switch (storage) {
    case duckdb.Type.SMALLINT:
      return int16Reader();
    case duckdb.Type.INTEGER:
      return int32Reader();
    case duckdb.Type.BIGINT:
      return int64Reader();
    case duckdb.Type.UBIGINT:
      return uint64Reader();
    case duckdb.Type.BIGNUM:
      return bignumReader();
    default:
      return int128Reader(storage === duckdb.Type.UHUGEINT);
  }
}

function int16Reader(): Reader {
  let data = new Int16Array(0);
  return {
    negative: false,
    magnitude: 0,
    load(vector, rows) {
      const bytes = bytesOf(vector, rows, 2);
      data = new Int16Array(bytes.buffer, bytes.byteOffset, rows);
    },
    read(row) {
      this.negative = data[row] < 0;
      this.magnitude = Math.abs(data[row]);
    },
  };
}

function int32Reader(): Reader {
  let data = new Int32Array(0);
  return {
    negative: false,
    magnitude: 0,
    load: (vector, rows) => void (data = ints32(vector, rows)),
    read(row) {
      this.negative = data[row] < 0;
      this.magnitude = Math.abs(data[row]);
    },
  };
}

function int64Reader(): Reader {
  let words = new Uint32Array(0);
  return {
    negative: false,
    magnitude: 0,
    load: (vector, rows) => void (words = words32(vector, rows, 8)),
    read(row) {
      let low = words[row * 2];
      let high = words[row * 2 + 1];
      this.negative = high >= 0x80000000;
      if (this.negative) {
        low = -low >>> 0;
        high = (~high + (low === 0 ? 1 : 0)) >>> 0;
      }
      this.magnitude = join64(high, low);
    },
  };
}

function uint64Reader(): Reader {
  let words = new Uint32Array(0);
  return {
    negative: false,
    magnitude: 0,
    load: (vector, rows) => void (words = words32(vector, rows, 8)),
    read(row) {
      this.magnitude = join64(words[row * 2 + 1], words[row * 2]);
    },
  };
}

function join64(high: number, low: number): number | bigint {
  if (high < 0x200000) return high * 0x100000000 + low;
  return (BigInt(high) << 32n) | BigInt(low);
}

function int128Reader(unsigned: boolean): Reader {
  let words = new Uint32Array(0);
  let halves = new BigInt64Array(0);
  return {
    negative: false,
    magnitude: 0,
    load(vector, rows) {
      words = words32(vector, rows, 16);
      halves = bigints(vector, rows, 16);
    },
    read(row) {
      const word = row * 4;
      this.negative = false;
      // Most values need no more than 53 bits, and then no BigInt.
      if (words[word + 2] === 0 && words[word + 3] === 0 && words[word + 1] < 0x200000) {
        this.magnitude = words[word + 1] * 0x100000000 + words[word];
        return;
      }
      const low = BigInt.asUintN(64, halves[row * 2]);
      const high = unsigned ? BigInt.asUintN(64, halves[row * 2 + 1]) : halves[row * 2 + 1];
      setMagnitude(this, (high << 64n) | low);
    },
  };
}

/** BIGNUM: three bytes of sign and length, then the magnitude from its highest byte; all complemented when negative. */
function bignumReader(): Reader {
  const strings = new StringVector();
  return {
    negative: false,
    magnitude: 0,
    load: (vector, rows, validity) => strings.load(vector, rows, validity),
    read(row) {
      strings.seek(row);
      const { bytes, start, length } = strings;
      const negative = bytes[start] < 0x80;
      let hex = "";
      for (let i = start + 3; i < start + length; i++) {
        hex += (negative ? ~bytes[i] & 0xff : bytes[i]).toString(16).padStart(2, "0");
      }
      const magnitude = BigInt(`0x${hex || "0"}`);
      setMagnitude(this, negative ? -magnitude : magnitude);
    },
  };
}

export function setMagnitude(reader: Unscaled, value: bigint): void {
  reader.negative = value < 0n;
  const magnitude = reader.negative ? -value : value;
  reader.magnitude = magnitude <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(magnitude) : magnitude;
}

export function writeNumericText(start: number, value: Unscaled, scale: number): number {
  let at = start;
  if (value.negative) out.bytes[at++] = 45;
  const magnitude = value.magnitude;
  if (typeof magnitude === "bigint") return writeLargeText(at, magnitude, scale);
  const bytes = out.bytes;
  if (scale === 0) return writeUnsigned(bytes, at, magnitude);
  if (scale > 15) return writeLargeText(at, BigInt(magnitude), scale);
  const power = 10 ** scale;
  const whole = Math.floor(magnitude / power);
  at = writeUnsigned(bytes, at, whole);
  bytes[at++] = 46;
  return writeUnsignedPadded(bytes, at, magnitude - whole * power, scale);
}

function writeLargeText(at: number, magnitude: bigint, scale: number): number {
  const digits = magnitude.toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  ensure(at, text.length);
  return writeAscii(text, at);
}

const base = 10000;
/** Base-10000 digits of the value being written, lowest first; long enough for DuckDB's DECIMAL and HUGEINT. */
let limbs = new Int16Array(16);

/**
 * Digits (without zeros at either end) with a weight, a sign and the display scale.
 *
 * @see numeric_send in PostgreSQL's src/backend/utils/adt/numeric.c
 */
export function writeNumericBinary(start: number, value: Unscaled, scale: number): number {
  const fractionLimbs = Math.ceil(scale / 4);
  const pad = fractionLimbs * 4 - scale; // so that the point falls between two limbs
  let count = splitLimbs(value.magnitude, pad);
  const weight = count - fractionLimbs - 1;
  let lowest = 0;
  while (lowest < count && limbs[lowest] === 0) lowest++;
  const digits = count - lowest;

  ensure(start, 8 + digits * 2);
  const view = out.view;
  view.setInt16(start, digits);
  view.setInt16(start + 2, digits === 0 ? 0 : weight);
  view.setUint16(start + 4, value.negative ? 0x4000 : 0);
  view.setInt16(start + 6, scale);
  let at = start + 8;
  while (count > lowest) {
    view.setInt16(at, limbs[--count]);
    at += 2;
  }
  return at;
}

/** Splits magnitude × 10^pad into `limbs`; returns how many there are, without leading zeros. */
function splitLimbs(magnitude: number | bigint, pad: number): number {
  if (typeof magnitude === "number" && magnitude < 9e12) return splitNumber(magnitude * 10 ** pad);
  let rest = BigInt(magnitude) * 10n ** BigInt(pad);
  let count = 0;
  while (rest > 0n) {
    if (count === limbs.length) limbs = growLimbs();
    limbs[count++] = Number(rest % 10000n);
    rest /= 10000n;
  }
  return count;
}

function splitNumber(value: number): number {
  let rest = value;
  let count = 0;
  while (rest > 0) {
    const quotient = Math.floor(rest / base);
    limbs[count++] = rest - quotient * base;
    rest = quotient;
  }
  return count;
}

function growLimbs(): Int16Array<ArrayBuffer> {
  const larger = new Int16Array(limbs.length * 2);
  larger.set(limbs);
  return larger;
}
