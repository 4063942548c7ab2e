/** Turns DuckDB's chunks into blocks of DataRow messages. */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import type { Format, RenderSettings, RowBlock } from "../api/executor.ts";
import { noOwnTypes, type OwnTypes } from "../types/own_types.ts";
import type { Validity } from "./codec.ts";
import { isMarkedJson, isNoColumn } from "../types/mod.ts";
import { codecOf } from "./codecs.ts";
import { type ColumnCodec, lengthBytes } from "./columns.ts";
import { blockBytes, ensure, out, shrink, takeOut } from "./output.ts";
import { validityOf } from "./vector.ts";

/** Encodes one result, chunk by chunk. */
export interface RowEncoder {
  /**
   * Writes a chunk's rows. A block is handed out when it passes 256 KiB and at the end; its memory is its own, to keep for
   * as long as wanted, until it is released. Nothing of the chunk is used after the call.
   *
   * @throws PgError where a value cannot be shown in the format asked for.
   */
  encode(chunk: duckdb.DataChunk, emit: (block: RowBlock) => void): void;
}

const dataRow = 68; // 'D'
const headerBytes = 7;
/** What arrays and objects may write behind their last element. */
const closingBytes = 64;

/**
 * An encoder for a result of these types. The codec of each column is chosen here, once; the loop over rows then makes no
 * object for a value.
 *
 * A column that stands for none (`isNoColumn`) is left out.
 *
 * @param formats one for each column, one for all, or none (text), as in Bind
 * @param ownTypes the database's own types that may be among them: a composite value is no json, and in binary an array says
 * what its elements are
 * @throws PgError 08P01 for another number of formats
 */
export function rowEncoder(
  types: readonly duckdb.LogicalType[],
  formats: readonly Format[],
  render: RenderSettings,
  ownTypes: OwnTypes = noOwnTypes,
): RowEncoder {
  checkFormats(formats, types.length);
  const places = [...types.keys()].filter((i) => !isNoColumn(types[i]));
  const codecs = places.map((i) =>
    codecOf(types[i], formats[formats.length === 1 ? 0 : i] ?? 0, render, ownTypes)
  );
  const columns = codecs.length;
  const marked = places.map((i) => isMarkedJson(types[i]));
  const validities: Validity[] = codecs.map(() => null);
  const rowBytes = codecs.reduce((sum, codec) => sum + lengthBytes + codec.size, headerBytes + closingBytes);

  function load(chunk: duckdb.DataChunk, rows: number): void {
    for (let column = 0; column < columns; column++) {
      const whole = duckdb.data_chunk_get_vector(chunk, places[column]);
      const vector = marked[column] ? duckdb.struct_vector_get_child(whole, 1) : whole;
      const validity = validityOf(vector, rows);
      validities[column] = validity;
      codecs[column].load(vector, rows, validity);
    }
  }

  /** Writes one DataRow at `start`; returns its end. */
  function writeRow(row: number, start: number): number {
    let at = start + headerBytes;
    for (let column = 0; column < columns; column++) {
      const validity = validities[column];
      if (validity !== null && (validity[row >> 3] & (1 << (row & 7))) === 0) {
        out.view.setInt32(at, -1);
        at += lengthBytes;
        continue;
      }
      const end = codecs[column].write(row, at + lengthBytes);
      out.view.setInt32(at, end - at - lengthBytes);
      at = end;
    }
    out.bytes[start] = dataRow;
    out.view.setInt32(start + 1, at - start - 1);
    out.view.setInt16(start + 5, columns);
    return at;
  }

  function encodeRows(rows: number, emit: Emit): void {
    let at = 0;
    let first = 0;
    for (let row = 0; row < rows; row++) {
      out.slack = rowBytes;
      ensure(at, 0);
      at = writeRow(row, at);
      if (at < blockBytes && row + 1 < rows) continue;
      emit({ ...takeOut(at), rows: row + 1 - first });
      first = row + 1;
      at = 0;
    }
  }

  const wholeColumns = codecs.map(({ column }) => column).filter((column) => column !== undefined);
  const encodeAll = wholeColumns.length === columns ? columnwise(wholeColumns, validities) : encodeRows;

  return {
    encode(chunk, emit) {
      const rows = duckdb.data_chunk_get_size(chunk);
      load(chunk, rows);
      if (rows < fewRows) encodeRows(rows, emit);
      else encodeAll(rows, emit);
      shrink();
      keepAlive(chunk);
    },
  };
}

type Emit = (block: RowBlock) => void;

/** Fewer rows than this are not worth going over twice. */
const fewRows = 16;

/** Writes a chunk column by column; every length is found first, so that each field's place is known. */
function columnwise(columns: readonly ColumnCodec[], validities: readonly Validity[]) {
  const nothing = headerBytes + lengthBytes * columns.length;

  /** Writes the rows from `first` to below `last`, which take `size` bytes. */
  function writeBlock(first: number, last: number, size: number): RowBlock {
    out.slack = 0;
    ensure(0, size);
    const { bytes, view } = out;
    let at = 0;
    for (let row = first; row < last; row++) {
      bytes[at] = dataRow;
      view.setInt32(at + 1, sizes[row] - 1);
      view.setInt16(at + 5, columns.length);
      ends[row] = at + headerBytes;
      at += sizes[row];
    }
    for (let column = 0; column < columns.length; column++) {
      columns[column].write(first, last, validities[column], ends);
    }
    return { ...takeOut(size), rows: last - first };
  }

  return (rows: number, emit: Emit): void => {
    if (rows > sizes.length) {
      sizes = new Float64Array(rows);
      ends = new Int32Array(rows);
    }
    sizes.fill(nothing, 0, rows);
    for (let column = 0; column < columns.length; column++) {
      columns[column].addSizes(0, rows, validities[column], sizes);
    }
    let first = 0;
    let size = 0;
    for (let row = 0; row < rows; row++) {
      size += sizes[row];
      if (size < blockBytes && row + 1 < rows) continue;
      emit(writeBlock(first, row + 1, size));
      first = row + 1;
      size = 0;
    }
  };
}

/** Bytes of each row, and where its next field goes: one for the thread, as encoding is synchronous. */
let sizes = new Float64Array(2048);
let ends = new Int32Array(2048);

/** Reads from the chunk, so that it cannot be collected, and its vectors freed, while they are still read. */
function keepAlive(chunk: duckdb.DataChunk): void {
  duckdb.data_chunk_get_column_count(chunk);
}

function checkFormats(formats: readonly Format[], columns: number): void {
  if (formats.length <= 1 || formats.length === columns) return;
  throw new PgError(
    "08P01",
    `bind message has ${formats.length} result formats but query has ${columns} columns`,
  );
}
