/** Values in Arrow's columns as DuckDB's. */
import duckdb from "@duckdb/node-bindings";
import {
  type Data,
  type DataType,
  type Date_,
  DateUnit,
  type Decimal,
  type Dictionary,
  type Duration,
  type Field,
  type FixedSizeBinary,
  type FixedSizeList,
  type Int,
  type Interval,
  IntervalUnit,
  type Time,
  type Timestamp,
  TimeUnit,
  Type as ArrowType,
  type Union,
  Vector,
} from "apache-arrow";
import { PgError } from "../api/error.ts";
import { oids } from "../api/types.ts";
import type { Decoded } from "../parameters/decoded.ts";
import { decodeUtf8 } from "../parameters/text.ts";
import { typeNameKey } from "./schema.ts";

const { Type } = duckdb;

/** A value that is not NULL. */
export interface ArrowValue {
  /** What it is, for where a certain type is wanted; `null` where it goes only as its own. */
  decoded: Decoded | null;
  /** The value in {@linkcode ArrowReader.type}. */
  own(): duckdb.Value;
}

/** How the values of one field are read; made once a batch. */
export interface ArrowReader {
  /** The DuckDB type that is the field's. */
  type: duckdb.LogicalType;
  /** The value in a row; `null` for NULL. */
  read(data: Data, row: number): ArrowValue | null;
}

/**
 * The reader of a field.
 *
 * @throws PgError 0A000 for a type that DuckDB has none for
 */
export function readerOf(field: Field): ArrowReader {
  const { type, read } = notNullReader(field);
  return { type, read: (data, row) => data.getValid(row) ? read(data, row) : null };
}

interface NotNullReader {
  type: duckdb.LogicalType;
  read(data: Data, row: number): ArrowValue | null;
}

function notNullReader(field: Field): NotNullReader {
  const type: DataType = field.type;
  switch (type.typeId) {
    case ArrowType.Null:
      return { type: logical(Type.SQLNULL), read: () => null };
    case ArrowType.Bool:
      return scalar(Type.BOOLEAN, ({ values, offset }, row) => bool(bitOf(values, offset + row)));
    case ArrowType.Int:
      return integerReader(type as Int);
    case ArrowType.Float:
      return floatReader(type);
    case ArrowType.Decimal:
      return decimalReader(type as Decimal);
    case ArrowType.Utf8:
    case ArrowType.LargeUtf8:
      return scalar(Type.VARCHAR, (data, row) => text(decodeUtf8(sliceOf(data, row))));
    case ArrowType.Utf8View:
      return scalar(Type.VARCHAR, (data, row) => text(new Vector([data]).get(row)));
    case ArrowType.Binary:
    case ArrowType.LargeBinary:
      return binaryReader(field, sliceOf);
    case ArrowType.BinaryView:
      return binaryReader(field, (data, row) => new Vector([data]).get(row));
    case ArrowType.FixedSizeBinary: {
      const width = (type as FixedSizeBinary).byteWidth;
      return binaryReader(field, ({ values }, row) => values.subarray(row * width, (row + 1) * width));
    }
    case ArrowType.Date:
      return dateReader(type as Date_);
    case ArrowType.Time:
      return timeReader(type as Time);
    case ArrowType.Timestamp:
      return timestampReader(type as Timestamp);
    case ArrowType.Interval:
      return intervalReader(type as Interval);
    case ArrowType.Duration:
      return durationReader(type as Duration);
    case ArrowType.List:
    case ArrowType.LargeList:
    case ArrowType.FixedSizeList:
      return listReader(type);
    case ArrowType.Struct:
      return structReader(type.children);
    case ArrowType.Map:
      return mapReader(type);
    case ArrowType.Union:
      return unionReader(type as Union);
    case ArrowType.Dictionary:
      return dictionaryReader(field, type as Dictionary);
    default:
      throw new PgError("0A000", `parameters of Arrow type ${type} are not supported`);
  }
}

function logical(id: duckdb.Type): duckdb.LogicalType {
  return duckdb.create_logical_type(id);
}

function scalar(id: duckdb.Type, read: NotNullReader["read"]): NotNullReader {
  return { type: logical(id), read };
}

const bool = (value: boolean): ArrowValue => ({
  decoded: { kind: "bool", value },
  own: () => duckdb.create_bool(value),
});

const text = (value: string): ArrowValue => ({
  decoded: { kind: "text", value },
  own: () => duckdb.create_varchar(value),
});

function bitOf(bits: Uint8Array, i: number): boolean {
  return (bits[i >> 3] & (1 << (i & 7))) !== 0;
}

/** The 64-bit integer in a row, whatever array Arrow keeps it in. */
function long(data: Data, row: number): bigint {
  const { buffer, byteOffset } = data.values as Uint8Array;
  return new DataView(buffer, byteOffset).getBigInt64(row * 8, true);
}

/** Where a row's elements or bytes begin, and where they end. */
function rangeOf({ valueOffsets }: Data, row: number): [number, number] {
  return [Number(valueOffsets[row]), Number(valueOffsets[row + 1])];
}

function sliceOf(data: Data, row: number): Uint8Array {
  const [start, end] = rangeOf(data, row);
  return data.values.subarray(start, end);
}

/** By width and whether signed. */
const integers: Readonly<Record<string, readonly [duckdb.Type, (value: bigint) => duckdb.Value]>> = {
  "8 true": [Type.TINYINT, (v) => duckdb.create_int8(Number(v))],
  "16 true": [Type.SMALLINT, (v) => duckdb.create_int16(Number(v))],
  "32 true": [Type.INTEGER, (v) => duckdb.create_int32(Number(v))],
  "64 true": [Type.BIGINT, (v) => duckdb.create_int64(v)],
  "8 false": [Type.UTINYINT, (v) => duckdb.create_uint8(Number(v))],
  "16 false": [Type.USMALLINT, (v) => duckdb.create_uint16(Number(v))],
  "32 false": [Type.UINTEGER, (v) => duckdb.create_uint32(Number(v))],
  "64 false": [Type.UBIGINT, (v) => duckdb.create_uint64(v)],
};

function integerReader({ bitWidth, isSigned }: Int): NotNullReader {
  const [id, create] = integers[`${bitWidth} ${isSigned}`];
  return scalar(id, ({ values }, row) => {
    const value = BigInt(values[row]);
    const decoded: Decoded = isLong(value)
      ? { kind: "int", value, oid: oids.int8 }
      : { kind: "numeric", unscaled: value, scale: 0 };
    return { decoded, own: () => create(value) };
  });
}

function floatReader(type: DataType): NotNullReader {
  const single = type.ArrayType !== Float64Array; // Float16 too
  return scalar(single ? Type.FLOAT : Type.DOUBLE, (data, row) => {
    const value: number = new Vector([data]).get(row);
    return {
      decoded: { kind: "float", value, oid: single ? oids.float4 : oids.float8 },
      own: () => single ? duckdb.create_float(value) : duckdb.create_double(value),
    };
  });
}

const maxDigits = 38;

/** Of any width; what has more than DuckDB's 38 digits is an error. */
function decimalReader({ bitWidth, precision, scale }: Decimal): NotNullReader {
  if (scale < 0) {
    throw new PgError("0A000", "parameters of a decimal type with a negative scale are not supported");
  }
  const width = Math.min(precision, maxDigits);
  return {
    type: duckdb.create_decimal_type(width, scale),
    read({ values }, row) {
      const unscaled = wideInteger(values, row * bitWidth / 32, bitWidth / 32);
      if (unscaled >= 10n ** BigInt(width) || unscaled <= -(10n ** BigInt(width))) {
        throw new PgError("22003", `numeric parameter has more than ${width} digits`);
      }
      return {
        decoded: { kind: "numeric", unscaled, scale },
        own: () => duckdb.create_decimal({ width, scale, value: unscaled }),
      };
    },
  };
}

function wideInteger(words: Uint32Array, start: number, count: number): bigint {
  let value = 0n;
  for (let i = start + count - 1; i >= start; i--) value = (value << 32n) | BigInt(words[i] >>> 0);
  return BigInt.asIntN(count * 32, value);
}

/** BLOB; UUID and BIT where the field's metadata says so. */
function binaryReader(
  { metadata, type }: Field,
  bytesAt: (data: Data, row: number) => Uint8Array,
): NotNullReader {
  if (metadata.get("ARROW:extension:name") === "arrow.uuid" && (type as FixedSizeBinary).byteWidth === 16) {
    return scalar(Type.UUID, (data, row) => uuid(bytesAt(data, row)));
  }
  if (metadata.get(typeNameKey) === "BIT") {
    return scalar(Type.BIT, (data, row) => {
      const value = bytesAt(data, row);
      return { decoded: { kind: "bits", value }, own: () => duckdb.create_bit(value) };
    });
  }
  return scalar(Type.BLOB, (data, row) => {
    const value = bytesAt(data, row);
    return { decoded: { kind: "bytes", value }, own: () => duckdb.create_blob(value) };
  });
}

function uuid(bytes: Uint8Array): ArrowValue {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return { decoded: { kind: "uuid", value }, own: () => duckdb.create_uuid(value) };
}

const dayMillis = 86_400_000n;

function dateReader({ unit }: Date_): NotNullReader {
  return scalar(Type.DATE, (data, row) => {
    const days = unit === DateUnit.DAY ? data.values[row] : Number(floorDivide(long(data, row), dayMillis));
    return { decoded: { kind: "date", days }, own: () => duckdb.create_date({ days }) };
  });
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** Units in a second, and how many of them (or how much of one) a microsecond is. */
const perSecond: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};

const microsPerSecond = 1_000_000n;

/** What is finer than a microsecond is cut off. */
function toMicros(value: bigint, unit: TimeUnit): bigint {
  return floorDivide(value * microsPerSecond, perSecond[unit]);
}

function isExact(value: bigint, unit: TimeUnit): boolean {
  return value * microsPerSecond % perSecond[unit] === 0n;
}

function timeReader({ unit, bitWidth }: Time): NotNullReader {
  const nanos = unit === TimeUnit.NANOSECOND;
  return scalar(nanos ? Type.TIME_NS : Type.TIME, (data, row) => {
    const value = bitWidth === 32 ? BigInt(data.values[row]) : long(data, row);
    const micros = toMicros(value, unit);
    return {
      decoded: isExact(value, unit) ? { kind: "time", micros } : null,
      own: () => nanos ? duckdb.create_time_ns({ nanos: value }) : duckdb.create_time({ micros }),
    };
  });
}

const timestamps: Readonly<Record<TimeUnit, readonly [duckdb.Type, (value: bigint) => duckdb.Value]>> = {
  [TimeUnit.SECOND]: [Type.TIMESTAMP_S, (seconds) => duckdb.create_timestamp_s({ seconds })],
  [TimeUnit.MILLISECOND]: [Type.TIMESTAMP_MS, (millis) => duckdb.create_timestamp_ms({ millis })],
  [TimeUnit.MICROSECOND]: [Type.TIMESTAMP, (micros) => duckdb.create_timestamp({ micros })],
  [TimeUnit.NANOSECOND]: [Type.TIMESTAMP_NS, (nanos) => duckdb.create_timestamp_ns({ nanos })],
};

/** With a time zone, whichever, it is an instant: TIMESTAMP WITH TIME ZONE, which has microseconds. */
function timestampReader({ unit, timezone }: Timestamp): NotNullReader {
  if (timezone) {
    return scalar(Type.TIMESTAMP_TZ, (data, row) => {
      const micros = inRange(toMicros(long(data, row), unit));
      return { decoded: { kind: "timestamptz", micros }, own: () => duckdb.create_timestamp_tz({ micros }) };
    });
  }
  const [id, create] = timestamps[unit];
  return scalar(id, (data, row) => {
    const value = long(data, row);
    const micros = toMicros(value, unit);
    const decoded: Decoded | null = isExact(value, unit) && isLong(micros)
      ? { kind: "timestamp", micros }
      : null;
    return { decoded, own: () => create(value) };
  });
}

function isLong(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** @throws PgError 22008 */
function inRange(micros: bigint): bigint {
  if (isLong(micros)) return micros;
  throw new PgError("22008", "timestamp out of range");
}

function interval(months: number, days: number, micros: bigint): ArrowValue {
  return {
    decoded: { kind: "interval", months, days, micros },
    own: () => duckdb.create_interval({ months, days, micros }),
  };
}

function intervalReader({ unit }: Interval): NotNullReader {
  return scalar(Type.INTERVAL, (data, row) => {
    const { buffer, byteOffset } = data.values as Int32Array;
    const view = new DataView(buffer, byteOffset);
    if (unit === IntervalUnit.YEAR_MONTH) return interval(view.getInt32(row * 4, true), 0, 0n);
    if (unit === IntervalUnit.DAY_TIME) {
      return interval(0, view.getInt32(row * 8, true), BigInt(view.getInt32(row * 8 + 4, true)) * 1000n);
    }
    const nanos = view.getBigInt64(row * 16 + 8, true);
    return interval(
      view.getInt32(row * 16, true),
      view.getInt32(row * 16 + 4, true),
      toMicros(nanos, TimeUnit.NANOSECOND),
    );
  });
}

/** As an INTERVAL without months and days. */
function durationReader({ unit }: Duration): NotNullReader {
  return scalar(Type.INTERVAL, (data, row) => {
    const micros = toMicros(long(data, row), unit);
    if (isLong(micros)) return interval(0, 0, micros);
    throw new PgError("22008", "interval out of range");
  });
}

function ownValue({ read }: ArrowReader, data: Data, row: number): duckdb.Value {
  return read(data, row)?.own() ?? duckdb.create_null_value();
}

function ownValues(reader: ArrowReader, data: Data, start: number, end: number): duckdb.Value[] {
  return Array.from({ length: end - start }, (_, i) => ownValue(reader, data, start + i));
}

function listReader(type: DataType): NotNullReader {
  const element = readerOf(type.children[0]);
  if (type.typeId === ArrowType.FixedSizeList) {
    const size = (type as FixedSizeList).listSize;
    return nested(duckdb.create_array_type(element.type, size), ({ children }, row) => {
      const values = ownValues(element, children[0], row * size, (row + 1) * size);
      return duckdb.create_array_value(element.type, values);
    });
  }
  return nested(duckdb.create_list_type(element.type), (data, row) => {
    const values = ownValues(element, data.children[0], ...rangeOf(data, row));
    return duckdb.create_list_value(element.type, values);
  });
}

function nested(type: duckdb.LogicalType, make: (data: Data, row: number) => duckdb.Value): NotNullReader {
  return { type, read: (data, row) => ({ decoded: null, own: () => make(data, row) }) };
}

function structReader(fields: readonly Field[]): NotNullReader {
  const readers = fields.map(readerOf);
  const type = duckdb.create_struct_type(readers.map(({ type }) => type), fields.map(({ name }) => name));
  return nested(type, ({ children }, row) => {
    return duckdb.create_struct_value(type, readers.map((reader, i) => ownValue(reader, children[i], row)));
  });
}

function mapReader({ children: [entries] }: DataType): NotNullReader {
  const [key, value] = entries.type.children.map(readerOf);
  const type = duckdb.create_map_type(key.type, value.type);
  return nested(type, (data, row) => {
    const [start, end] = rangeOf(data, row);
    const [keys, values] = data.children[0].children;
    return duckdb.create_map_value(
      type,
      ownValues(key, keys, start, end),
      ownValues(value, values, start, end),
    );
  });
}

/** A NULL of any member is NULL. */
function unionReader({ children, typeIdToChildIndex }: Union): NotNullReader {
  const readers = children.map(readerOf);
  const type = duckdb.create_union_type(readers.map(({ type }) => type), children.map(({ name }) => name));
  return nested(type, (data, row) => {
    const member = typeIdToChildIndex[data.typeIds[row]];
    const at = data.valueOffsets ? data.valueOffsets[row] : row; // only a dense union has offsets
    return duckdb.create_union_value(type, member, ownValue(readers[member], data.children[member], at));
  });
}

/** The values that the indexes stand for. */
function dictionaryReader(field: Field, { dictionary }: Dictionary): NotNullReader {
  const { type, read } = readerOf(field.clone({ type: dictionary }));
  return {
    type,
    read(data, row) {
      let index = Number(data.values[row]);
      for (const chunk of data.dictionary!.data) {
        if (index < chunk.length) return read(chunk, index);
        index -= chunk.length;
      }
      throw new PgError("22P03", "an index of an Arrow dictionary is out of range");
    },
  };
}
