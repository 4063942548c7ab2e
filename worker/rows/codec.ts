/** What turns the values of one column into bytes. */
import type duckdb from "@duckdb/node-bindings";
import type { ColumnCodec } from "./columns.ts";

/**
 * The codec of one column, chosen once a result; `load` is called for each chunk and `write` for each value that is not NULL.
 * A codec writes the bare value, without its length: that, and NULL, is the business of whoever holds the codec (a row, an
 * array, a JSON object).
 */
export interface Codec {
  /** The most bytes a value can need; a codec of variable size counts only its fixed part and asks `ensure` for the rest. */
  readonly size: number;
  /** Whether the text may need quotes in an array. */
  readonly quotable: boolean;
  /** Looks at the column's vector. Nothing read from it may be used once the chunk is gone. */
  load(vector: duckdb.Vector, rows: number, validity: Validity): void;
  /** Writes the value of a row into `out.bytes` at `at`; returns where it ended. */
  write(row: number, at: number): number;
  /** The same for a whole column, where lengths are known before. Every value must get the bytes {@linkcode write} gives it. */
  readonly column?: ColumnCodec;
}

/** DuckDB's bit mask of values that are not NULL, least significant bit first; `null` when there is no NULL. */
export type Validity = Uint8Array | null;

/** Whether a row's value is not NULL. */
export function isValid(validity: Validity, row: number): boolean {
  return validity === null || (validity[row >> 3] & (1 << (row & 7))) !== 0;
}
