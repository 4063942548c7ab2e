/** Columns of values of one size. */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import { isValid, type Validity } from "../rows/codec.ts";
import { bytesOf } from "../rows/vector.ts";
import { GrowingBits, GrowingBytes, GrowingValidity } from "./buffers.ts";
import { type ArrowColumn, validityWithin } from "./column.ts";
import { typeName } from "./type_names.ts";

/** Adds values `first` to before `last` of a vector's `data` to `values`. */
type Copy = (
  data: Uint8Array<ArrayBuffer>,
  first: number,
  last: number,
  values: GrowingBytes,
  validity: Validity,
) => void;

/** @param from bytes of a value in DuckDB; `to` in Arrow */
function fixedColumn(from: number, to: number, copy: Copy): ArrowColumn {
  const validity = new GrowingValidity();
  const values = new GrowingBytes();
  let mask: Validity = null;
  let data = new Uint8Array(0);
  return {
    load(vector, rows, parents) {
      mask = validityWithin(vector, rows, parents);
      data = bytesOf(vector, rows, from);
    },
    size: (first, last) => (last - first) * to,
    append(first, last) {
      validity.append(mask, first, last);
      const start = values.length;
      copy(data, first, last, values, mask);
      if (mask !== null) clearNulls(values.bytes, start, mask, first, last, to);
    },
    write(body) {
      body.node(validity);
      body.buffer(values.used());
    },
    clear() {
      validity.clear();
      values.clear();
    },
  };
}

/** What DuckDB has in the place of a NULL is any memory's bytes, which are nobody's to see. */
function clearNulls(
  bytes: Uint8Array,
  start: number,
  mask: Uint8Array,
  first: number,
  last: number,
  width: number,
): void {
  for (let row = first; row < last; row++) {
    if (mask[row >> 3] === 255) row |= 7;
    else if ((mask[row >> 3] & (1 << (row & 7))) === 0) {
      const at = start + (row - first) * width;
      bytes.fill(0, at, at + width);
    }
  }
}

/** What both have in the same bytes: integers, floats, DATE, TIME, TIMESTAMP, wide DECIMAL. */
export function sameColumn(width: number): ArrowColumn {
  return fixedColumn(width, width, (data, first, last, values) => {
    values.append(data.subarray(first * width, last * width));
  });
}

/** BOOLEAN: a byte each in DuckDB, a bit each in Arrow. */
export function booleanColumn(): ArrowColumn {
  const validity = new GrowingValidity();
  const bits = new GrowingBits();
  let mask: Validity = null;
  let packed = new Uint8Array(0);
  return {
    load(vector, rows, parents) {
      mask = validityWithin(vector, rows, parents);
      packed = pack(bytesOf(vector, rows, 1), mask);
    },
    size: (first, last) => (last - first) / 8,
    append(first, last) {
      validity.append(mask, first, last);
      bits.append(packed, first, last);
    },
    write(body) {
      body.node(validity);
      body.buffer(bits.used());
    },
    clear() {
      validity.clear();
      bits.clear();
    },
  };
}

/** The lowest bit of each byte; 0 for NULL, as in {@linkcode clearNulls}. Hot. */
function pack(bytes: Uint8Array, mask: Validity): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(Math.ceil(bytes.length / 8));
  for (let i = 0; i < bytes.length; i++) packed[i >> 3] |= (bytes[i] & 1) << (i & 7);
  if (mask !== null) { for (let i = 0; i < packed.length; i++) packed[i] &= mask[i]; }
  return packed;
}

const wide = 16;

/** A narrower DECIMAL, which DuckDB keeps in an integer just wide enough, as 128 bits. Hot. */
export function decimalColumn(type: duckdb.LogicalType): ArrowColumn {
  switch (duckdb.decimal_internal_type(type)) {
    case duckdb.Type.SMALLINT:
      return fixedColumn(2, wide, (data, first, last, values) => {
        widen(new Int16Array(data.buffer, data.byteOffset, data.byteLength / 2), first, last, values);
      });
    case duckdb.Type.INTEGER:
      return fixedColumn(4, wide, (data, first, last, values) => {
        widen(new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4), first, last, values);
      });
    case duckdb.Type.BIGINT:
      return fixedColumn(8, wide, widen64);
    default:
      return sameColumn(wide);
  }
}

function widen(from: Int16Array | Int32Array, first: number, last: number, values: GrowingBytes): void {
  values.reserve((last - first) * wide);
  const { ints } = values;
  let at = values.length / 4;
  for (let i = first; i < last; i++, at += 4) {
    const value = from[i];
    const sign = value >> 31;
    ints[at] = value;
    ints[at + 1] = sign;
    ints[at + 2] = sign;
    ints[at + 3] = sign;
  }
  values.length = at * 4;
}

function widen64(data: Uint8Array<ArrayBuffer>, first: number, last: number, values: GrowingBytes): void {
  values.reserve((last - first) * wide);
  const from = new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const { ints } = values;
  let at = values.length / 4;
  for (let i = first; i < last; i++, at += 4) {
    const high = from[i * 2 + 1];
    const sign = high >> 31;
    ints[at] = from[i * 2];
    ints[at + 1] = high;
    ints[at + 2] = sign;
    ints[at + 3] = sign;
  }
  values.length = at * 4;
}

const largest = 10n ** 38n;
/** The highest word of 10^38: a value whose own is nearer to 0 is surely smaller. */
const largestHigh = Number(largest >> 96n);

/** HUGEINT and UHUGEINT as Decimal128(38, 0), which holds 38 digits. @throws PgError 22003 for a value of 39 */
export function hugeintColumn(type: duckdb.LogicalType): ArrowColumn {
  const signed = duckdb.get_type_id(type) === duckdb.Type.HUGEINT;

  function check(words: BigInt64Array, i: number): void {
    const high = signed ? words[i * 2 + 1] : BigInt.asUintN(64, words[i * 2 + 1]);
    const value = (high << 64n) | BigInt.asUintN(64, words[i * 2]);
    if (value < largest && value > -largest) return;
    throw new PgError(
      "22003",
      `value ${value} of type ${typeName(type)} is out of range for Arrow's Decimal128(38, 0)`,
      {
        hint: "Cast the column to VARCHAR or DOUBLE.",
      },
    );
  }

  return fixedColumn(wide, wide, (data, first, last, values, validity) => {
    const highs = new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4);
    for (let i = first; i < last; i++) {
      const high = highs[i * 4 + 3];
      const near = high < largestHigh && (signed ? high > -largestHigh : high >= 0);
      if (!near && isValid(validity, i)) {
        check(new BigInt64Array(data.buffer, data.byteOffset, data.byteLength / 8), i);
      }
    }
    values.append(data.subarray(first * wide, last * wide));
  });
}

const largestMicros = (2n ** 63n - 1n) / 1000n;

/** INTERVAL: months and days are the same in both; microseconds become nanoseconds. @throws PgError 22008 beyond 292 years of these */
export function intervalColumn(): ArrowColumn {
  return fixedColumn(wide, wide, (data, first, last, values, validity) => {
    values.reserve((last - first) * wide);
    const from = new BigInt64Array(data.buffer, data.byteOffset, data.byteLength / 8);
    const { longs } = values;
    let at = values.length / 8;
    for (let i = first; i < last; i++, at += 2) {
      const micros = isValid(validity, i) ? from[i * 2 + 1] : 0n;
      if (micros > largestMicros || micros < -largestMicros) {
        throw new PgError("22008", "interval out of range for Arrow's MonthDayNano");
      }
      longs[at] = from[i * 2];
      longs[at + 1] = micros * 1000n;
    }
    values.length = at * 8;
  });
}

/** The type NULL: only how many there are. */
export function nullColumn(): ArrowColumn {
  let length = 0;
  return {
    load() {},
    size: () => 0,
    append: (first, last) => void (length += last - first),
    write: (body) => body.nodeWithoutValidity(length, length),
    clear: () => void (length = 0),
  };
}
