/** Typed views of DuckDB's column vectors. They are DuckDB's own memory and end with the chunk. */
import duckdb from "@duckdb/node-bindings";
import type { Validity } from "./codec.ts";

/** A column's validity mask. */
export function validityOf(vector: duckdb.Vector, rows: number): Validity {
  return duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8);
}

/** A column's values, `width` bytes each. Not for STRUCT, UNION and ARRAY, which have none of their own. */
export function bytesOf(vector: duckdb.Vector, rows: number, width: number): Uint8Array<ArrayBuffer> {
  if (rows === 0) return new Uint8Array(0);
  // The bindings wrap DuckDB's memory in an ArrayBuffer; their types say no more than Uint8Array.
  return duckdb.vector_get_data(vector, rows * width) as Uint8Array<ArrayBuffer>;
}

export function words32(vector: duckdb.Vector, rows: number, width: number): Uint32Array<ArrayBuffer> {
  const data = bytesOf(vector, rows, width);
  return new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
}

export function ints32(vector: duckdb.Vector, rows: number): Int32Array<ArrayBuffer> {
  const data = bytesOf(vector, rows, 4);
  return new Int32Array(data.buffer, data.byteOffset, rows);
}

export function floats32(vector: duckdb.Vector, rows: number): Float32Array<ArrayBuffer> {
  const data = bytesOf(vector, rows, 4);
  return new Float32Array(data.buffer, data.byteOffset, rows);
}

export function floats64(vector: duckdb.Vector, rows: number): Float64Array<ArrayBuffer> {
  const data = bytesOf(vector, rows, 8);
  return new Float64Array(data.buffer, data.byteOffset, rows);
}

/** For what is not hot: a BigInt is an object for each value. */
export function bigints(vector: duckdb.Vector, rows: number, width = 8): BigInt64Array<ArrayBuffer> {
  const data = bytesOf(vector, rows, width);
  return new BigInt64Array(data.buffer, data.byteOffset, data.byteLength >> 3);
}
