/**
 * Numerics that are worked out where they are shown. PostgreSQL's quotients are exact to a digit that depends on both
 * operands, which no DECIMAL holds; so a result may carry the operands, and each value gets its digits here. The SQL layer
 * makes such columns of a statement's own results, never of what is read further.
 *
 * They are structs. The first field, `duckgres_numeric`, is nearly the value, for ORDER BY. The second says by its name what
 * the others are:
 * - `quotient`: the dividend; then the divisor. Without a divisor it is the value itself; without both, the first field is.
 * - `deviation`: 1 of a sample, plus 2 for the root, plus 4 where squares are in units of 1e-12; then how many numbers, their
 *   sum, and the sum of their squares, NULL where they are too large.
 * - `scale`: the digits behind the point; the first field is the value.
 */
import duckdb from "@duckdb/node-bindings";
import {
  added,
  compared,
  type Decimal,
  divided,
  leading,
  leastDigits,
  multiplied,
  negated,
  placeDigits,
  readDecimal,
  rescaled,
  rootTo,
  trimmed,
} from "../api/decimal.ts";
import { type Codec, isValid, type Validity } from "./codec.ts";
import {
  binarySize,
  isLoose,
  type Reader,
  readerOf,
  scaleOf,
  setMagnitude,
  textSize,
  type Unscaled,
  withoutZeros,
  writeNumericBinary,
  writeNumericText,
} from "./numeric.ts";
import { ensure, out, writeAscii } from "./output.ts";
import { floats64, validityOf } from "./vector.ts";

/** The values of a field; `null` for NULL. */
interface Field {
  load(vector: duckdb.Vector, rows: number): void;
  read(row: number): Decimal | null;
  isNull(row: number): boolean;
}

/** See the head of this file. */
export function shownNumericText(type: duckdb.LogicalType): Codec {
  const written = codec(type, textSize, writeNumericText);
  if (duckdb.struct_type_child_name(type, 1) !== "quotient") return written;
  const rough = doubles();
  const dividend = fieldOf(duckdb.struct_type_child_type(type, 1));
  return {
    ...written,
    load(vector, rows, validity) {
      written.load(vector, rows, validity);
      rough.load(duckdb.struct_vector_get_child(vector, 0), rows);
      dividend.load(duckdb.struct_vector_get_child(vector, 1), rows);
    },
    write(row, at) {
      const text = dividend.isNull(row) ? paddedText(rough.at(row)) : null;
      if (text === null) return written.write(row, at);
      ensure(at, text.length);
      return writeAscii(text, at);
    },
  };
}

/** The same in PostgreSQL's binary form. */
export function shownNumericBinary(type: duckdb.LogicalType): Codec {
  const written = codec(type, binarySize, writeNumericBinary);
  const rough = doubles();
  if (duckdb.struct_type_child_name(type, 1) !== "quotient") return written;
  return {
    ...written,
    load(vector, rows, validity) {
      written.load(vector, rows, validity);
      rough.load(duckdb.struct_vector_get_child(vector, 0), rows);
    },
    write(row, at) {
      const value = rough.at(row);
      return Number.isFinite(value) ? written.write(row, at) : writeSpecial(value, at);
    },
  };
}

/** NaN and the infinities are told by their sign (`NUMERIC_NAN` and so on in PostgreSQL's numeric.c). */
function writeSpecial(value: number, at: number): number {
  ensure(at, binarySize);
  out.view.setUint32(at, 0);
  out.view.setUint32(at + 4, 0);
  out.view.setUint16(at + 4, Number.isNaN(value) ? 0xc000 : value > 0 ? 0xd000 : 0xf000);
  return at + 8;
}

function codec(
  type: duckdb.LogicalType,
  size: number,
  write: (at: number, value: Unscaled, scale: number) => number,
): Codec {
  const count = duckdb.struct_type_child_count(type);
  const fields = Array.from({ length: count }, (_, i) => fieldOf(duckdb.struct_type_child_type(type, i)));
  const compute = formulas[duckdb.struct_type_child_name(type, 1)];
  const unscaled: Unscaled = { negative: false, magnitude: 0 };
  return {
    size,
    quotable: false,
    load(vector, rows) {
      fields.forEach((field, i) => field.load(duckdb.struct_vector_get_child(vector, i), rows));
    },
    write(row, at) {
      const value = compute(fields.map((field) => field.read(row)));
      setMagnitude(unscaled, value.unscaled);
      return write(at, unscaled, value.scale);
    },
  };
}

function fieldOf(type: duckdb.LogicalType): Field {
  return duckdb.get_type_id(type) === duckdb.Type.DOUBLE ? doubleField() : exactField(type);
}

function doubles() {
  let data = new Float64Array(0);
  return {
    load: (vector: duckdb.Vector, rows: number) => void (data = floats64(vector, rows)),
    at: (row: number) => data[row],
  };
}

function doubleField(): Field {
  const { load, at } = doubles();
  return { load, read: (row) => readDecimal(String(at(row))), isNull: () => false };
}

function exactField(type: duckdb.LogicalType): Field {
  const reader: Reader = readerOf(type);
  const scale = scaleOf(type);
  const loose = isLoose(type);
  let validity: Validity = null;
  return {
    load(vector, rows) {
      validity = validityOf(vector, rows);
      reader.load(vector, rows, validity);
    },
    read(row) {
      if (!isValid(validity, row)) return null;
      reader.read(row);
      const left = loose ? withoutZeros(reader, scale) : scale;
      const magnitude = BigInt(reader.magnitude);
      return { unscaled: reader.negative ? -magnitude : magnitude, scale: left };
    },
    isNull: (row) => !isValid(validity, row),
  };
}

const zero: Decimal = { unscaled: 0n, scale: 0 };
const one: Decimal = { unscaled: 1n, scale: 0 };

type Fields = readonly (Decimal | null)[];

const formulas: Readonly<Record<string, (fields: Fields) => Decimal>> = {
  quotient,
  deviation,
  scale: scaled,
};

function quotient([rough, dividend, divisor]: Fields): Decimal {
  if (!dividend || divisor?.unscaled === 0n) return padded(rough ?? zero);
  return divisor ? divided(dividend, divisor) : dividend;
}

/** A double precision number with the digits that PostgreSQL shows of most quotients. */
function padded(value: Decimal): Decimal {
  const weight = value.unscaled === 0n ? -1 : leading(value).weight;
  return rescaled(value, Math.max(value.scale, leastDigits - weight * placeDigits));
}

/** The same as text, the quick way; `null` where it has an exponent. */
function paddedText(value: number): string | null {
  const text = String(value);
  if (!Number.isFinite(value)) return text;
  if (value === 0 || text.includes("e")) return null;
  const first = text.startsWith("-") ? 1 : 0;
  const dot = text.indexOf(".");
  const whole = (dot < 0 ? text.length : dot) - first;
  const zeros = /^-?0\.(0*)/.exec(text);
  const weight = zeros ? -1 - Math.floor(zeros[1].length / placeDigits) : Math.ceil(whole / placeDigits) - 1;
  const missing = leastDigits - weight * placeDigits - (dot < 0 ? 0 : text.length - dot - 1);
  if (missing <= 0) return text;
  return `${text}${dot < 0 ? "." : ""}${"0".repeat(missing)}`;
}

function scaled([value, scale]: Fields): Decimal {
  return rescaled(value ?? zero, Number(scale?.unscaled ?? 0n));
}

/** As `numeric_stddev_internal` of PostgreSQL's numeric.c. */
function deviation([rough, kind, count, sum, squares]: Fields): Decimal {
  if (!kind || !count || !sum || !squares) return rough ?? zero;
  const inMillionths = (kind.unscaled & 4n) !== 0n;
  const short = trimmed(inMillionths ? { unscaled: squares.unscaled, scale: 12 } : squares);
  const exact = rescaled(short, Math.max(2 * sum.scale, short.scale));
  const dividend = added(multiplied(count, exact), negated(multiplied(sum, sum)));
  if (compared(dividend, zero) <= 0) return zero;
  const isSample = (kind.unscaled & 1n) !== 0n;
  const variance = divided(dividend, multiplied(count, isSample ? added(count, negated(one)) : count));
  return (kind.unscaled & 2n) === 0n ? variance : rootTo(variance, variance.scale);
}
