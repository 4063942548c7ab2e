/** What gathers one column's values for a record batch. */
import type duckdb from "@duckdb/node-bindings";
import type { Validity } from "../rows/codec.ts";
import { validityOf } from "../rows/vector.ts";
import type { BatchBody } from "./body.ts";

/**
 * One column of one result, or a part of a nested one. `load` is called for each chunk, `append` any number of times for values
 * of that chunk, `write` and `clear` for each batch.
 */
export interface ArrowColumn {
  /**
   * Looks at a vector whose first `rows` values may be asked for. Nothing read from it may be used once the chunk is gone.
   *
   * @param parents values that are NULL because what holds them is; whatever stands there is not looked at
   */
  load(vector: duckdb.Vector, rows: number, parents: Validity): void;
  /** About how many bytes the values from `first` to before `last` take. */
  size(first: number, last: number): number;
  /** Adds those values. */
  append(first: number, last: number): void;
  /** Writes all that was added: nodes and buffers in Arrow's order. */
  write(body: BatchBody): void;
  /** Forgets it. */
  clear(): void;
}

/** Which values of a vector are not NULL, by itself and by what holds it. */
export function validityWithin(vector: duckdb.Vector, rows: number, parents: Validity): Validity {
  if (rows === 0) return null;
  const own = validityOf(vector, rows);
  if (own === null || parents === null) return own ?? parents;
  const both = new Uint8Array(Math.ceil(rows / 8));
  for (let i = 0; i < both.length; i++) both[i] = own[i] & parents[i];
  return both;
}
