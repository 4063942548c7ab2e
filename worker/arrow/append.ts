/**
 * Arrow record batches into a DuckDB table, through DuckDB's appender. Columns of flat types are copied as they are, chunk by
 * chunk; a batch with any other type goes value by value, which costs some ten times as much.
 */
import duckdb from "@duckdb/node-bindings";
import {
  type Data,
  type Date_,
  DateUnit,
  type Decimal,
  type Field,
  type Float,
  type Int,
  Precision,
  type RecordBatch,
  type Time,
  type Timestamp,
  TimeUnit,
  Type as ArrowType,
} from "apache-arrow";
import { PgError } from "../api/error.ts";
import { typeNameKey } from "./schema.ts";
import { type ArrowReader, readerOf } from "./values.ts";

/** Rows of a chunk: DuckDB's own. */
const chunkRows = 2048;

/** Writes some rows of a column, without their NULLs, into a vector from its first row on. */
type Writer = (vector: duckdb.Vector, data: Data, start: number, count: number) => void;

/** What appends batches of one schema. */
export interface Appending {
  /** DuckDB's type for each column; the table's columns must be of them. */
  readonly types: readonly duckdb.LogicalType[];
  /**
   * Appends some rows of a batch. All of it runs on this thread: keep the slices short.
   *
   * @throws PgError 22P03, 22021, 22003 for values that are not what their type says
   */
  append(appender: duckdb.Appender, batch: RecordBatch, start: number, end: number): void;
}

/** @throws PgError 0A000 for a type that DuckDB has none for */
export function appending(fields: readonly Field[]): Appending {
  const readers = fields.map(readerOf);
  const types = readers.map(({ type }) => type);
  const writers = fields.map(writerOf);
  const chunk = duckdb.create_data_chunk(types);

  return {
    types,
    append(appender, batch, start, end) {
      const columns = batch.data.children;
      const flat = columns.every(({ offset }) => offset === 0) && !writers.includes(null);
      if (!flat) return appendValues(appender, readers, columns, start, end);
      for (let at = start; at < end; at += chunkRows) {
        const count = Math.min(chunkRows, end - at);
        duckdb.data_chunk_reset(chunk);
        for (const [i, data] of columns.entries()) {
          const vector = duckdb.data_chunk_get_vector(chunk, i);
          writers[i]!(vector, data, at, count);
          writeValidity(vector, data, at, count);
        }
        duckdb.data_chunk_set_size(chunk, count);
        duckdb.append_data_chunk(appender, chunk);
      }
    },
  };
}

function appendValues(
  appender: duckdb.Appender,
  readers: readonly ArrowReader[],
  columns: readonly Data[],
  start: number,
  end: number,
): void {
  for (let row = start; row < end; row++) {
    for (const [i, { read }] of readers.entries()) {
      const value = read(columns[i], row);
      if (value === null) duckdb.append_null(appender);
      else duckdb.append_value(appender, value.own());
    }
    duckdb.appender_end_row(appender);
  }
}

/** `null` for a type that goes value by value. */
function writerOf({ type, metadata }: Field): Writer | null {
  switch (type.typeId) {
    case ArrowType.Bool:
      return writeBooleans;
    case ArrowType.Int:
      return copying((type as Int).bitWidth / 8);
    case ArrowType.Float:
      if ((type as Float).precision === Precision.HALF) return null;
      return copying((type as Float).precision === Precision.SINGLE ? 4 : 8);
    case ArrowType.Decimal:
      return (type as Decimal).bitWidth === 128 && (type as Decimal).scale >= 0
        ? decimals((type as Decimal).precision)
        : null;
    case ArrowType.Utf8:
      return writeTexts;
    case ArrowType.Binary:
      return metadata.get(typeNameKey) === "BIT" ? null : writeBytes;
    case ArrowType.Date:
      return (type as Date_).unit === DateUnit.DAY ? copying(4) : null;
    case ArrowType.Time:
      return (type as Time).unit >= TimeUnit.MICROSECOND ? copying(8) : null;
    case ArrowType.Timestamp: {
      const { timezone, unit } = type as Timestamp;
      return !timezone || unit === TimeUnit.MICROSECOND ? copying(8) : null;
    }
    default:
      return null;
  }
}

/** Values that Arrow and DuckDB write alike, `width` bytes each. */
function copying(width: number): Writer {
  return (vector, { values }, start, count) => {
    checkRoom(values, (start + count) * width);
    const { buffer, byteOffset } = values as Uint8Array<ArrayBuffer>;
    duckdb.copy_data_to_vector(vector, 0, buffer, byteOffset + start * width, count * width);
  };
}

/** Copies are unchecked, and batches come from outside. @throws PgError 22P03 */
function checkRoom(buffer: ArrayBufferView, bytes: number): void {
  if (buffer.byteLength < bytes) throw malformed();
}

function malformed(): PgError {
  return new PgError("22P03", "an Arrow record batch does not hold what it says");
}

/** Where the values of a vector are put together: what the bindings give of a vector's own memory is not for writing. */
const scratch = new Uint8Array(chunkRows * 16);
const scratchView = new DataView(scratch.buffer);

/** Arrow has a bit for each, DuckDB a byte. */
function writeBooleans(vector: duckdb.Vector, { values }: Data, start: number, count: number): void {
  checkRoom(values, Math.ceil((start + count) / 8));
  for (let i = 0, bit = start; i < count; i++, bit++) scratch[i] = (values[bit >> 3] >> (bit & 7)) & 1;
  duckdb.copy_data_to_vector(vector, 0, scratch.buffer, 0, count);
}

/** Arrow has 16 bytes for each; DuckDB as few as the precision needs. */
function decimals(precision: number): Writer {
  const width = precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
  const limit = 10n ** BigInt(precision);
  return (vector, data, start, count) => {
    checkRoom(data.values, (start + count) * 16);
    const { buffer, byteOffset } = data.values as Uint8Array<ArrayBuffer>;
    const source = new DataView(buffer, byteOffset + start * 16, count * 16);
    for (let i = 0; i < count; i++) {
      const low = source.getBigInt64(i * 16, true);
      const high = source.getBigInt64(i * 16 + 8, true);
      const value = (high << 64n) | BigInt.asUintN(64, low);
      const outside = value >= limit || value <= -limit;
      if (outside && data.getValid(start + i)) {
        throw new PgError("22003", `numeric value has more than ${precision} digits`);
      }
      if (width === 2) scratchView.setInt16(i * 2, outside ? 0 : Number(value), true);
      else if (width === 4) scratchView.setInt32(i * 4, outside ? 0 : Number(value), true);
      else scratchView.setBigInt64(i * width, low, true);
      if (width === 16) scratchView.setBigInt64(i * 16 + 8, high, true);
    }
    duckdb.copy_data_to_vector(vector, 0, scratch.buffer, 0, count * width);
  };
}

/** @throws PgError 22021 for bytes that are no UTF-8 */
function writeTexts(vector: duckdb.Vector, data: Data, start: number, count: number): void {
  checkOffsets(data, start, count);
  checkUtf8(data, start, count);
  writeBytes(vector, data, start, count);
}

/** Strings up to this many bytes lie in the vector itself. */
const inlineBytes = 12;
const stringBytes = 16;

/** A `string_t` is its length, then its bytes or a pointer to them; the latter is left to DuckDB, which keeps the memory. */
function writeBytes(vector: duckdb.Vector, data: Data, start: number, count: number): void {
  const { valueOffsets, values } = data;
  checkOffsets(data, start, count);
  for (let i = 0; i < count; i++) {
    const from = valueOffsets[start + i];
    const length = valueOffsets[start + i + 1] - from;
    const at = i * stringBytes;
    const inline = length <= inlineBytes ? length : 0;
    scratchView.setUint32(at, inline, true);
    for (let byte = 0; byte < inlineBytes; byte++) {
      scratch[at + 4 + byte] = byte < inline ? values[from + byte] : 0;
    }
  }
  duckdb.copy_data_to_vector(vector, 0, scratch.buffer, 0, count * stringBytes);
  for (let i = 0; i < count; i++) {
    const from = valueOffsets[start + i];
    const to = valueOffsets[start + i + 1];
    if (to - from > inlineBytes) {
      duckdb.vector_assign_string_element_len(vector, i, values.subarray(from, to));
    }
  }
}

/** @throws PgError 22P03 for a row that begins behind its end, or outside the bytes there are */
function checkOffsets({ valueOffsets, values }: Data, start: number, count: number): void {
  checkRoom(valueOffsets, (start + count + 1) * 4);
  let before = valueOffsets[start];
  if (before < 0) throw malformed();
  for (let i = start + 1; i <= start + count; i++) {
    const at = valueOffsets[i];
    if (at < before) throw malformed();
    before = at;
  }
  checkRoom(values, before);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of all rows together are UTF-8, and no row begins in the middle of a character. */
function checkUtf8({ valueOffsets, values }: Data, start: number, count: number): void {
  const first = valueOffsets[start];
  const last = valueOffsets[start + count];
  try {
    decoder.decode(values.subarray(first, last));
  } catch {
    throw notUtf8();
  }
  for (let i = start; i < start + count; i++) {
    const at = valueOffsets[i];
    if (at < last && (values[at] & 0xc0) === 0x80) throw notUtf8();
  }
}

function notUtf8(): PgError {
  return new PgError("22021", 'invalid byte sequence for encoding "UTF8"');
}

/** Both have a bit for each row, set where it is not NULL, least significant first. */
function writeValidity(vector: duckdb.Vector, data: Data, start: number, count: number): void {
  if (data.nullCount === 0 || data.nullBitmap.length === 0) return;
  checkRoom(data.nullBitmap, Math.ceil((start + count) / 8));
  duckdb.vector_ensure_validity_writable(vector);
  const bits = data.nullBitmap as Uint8Array<ArrayBuffer>;
  if (start % 8 === 0) {
    duckdb.copy_data_to_vector_validity(
      vector,
      0,
      bits.buffer,
      bits.byteOffset + start / 8,
      Math.ceil(count / 8),
    );
    return;
  }
  scratch.fill(0, 0, Math.ceil(count / 8));
  for (let i = 0, bit = start; i < count; i++, bit++) {
    scratch[i >> 3] |= ((bits[bit >> 3] >> (bit & 7)) & 1) << (i & 7);
  }
  duckdb.copy_data_to_vector_validity(vector, 0, scratch.buffer, 0, Math.ceil(count / 8));
}
