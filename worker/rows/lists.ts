/** Where a LIST's or ARRAY's elements lie in its child vector. */
import duckdb from "@duckdb/node-bindings";
import type { Codec, Validity } from "./codec.ts";
import { isValid } from "./codec.ts";
import { validityOf, words32 } from "./vector.ts";

/** Elements `start(row)` to before `start(row) + length(row)` of the child. */
export interface ListSource {
  /** Which elements are not NULL. */
  elements: Validity;
  load(vector: duckdb.Vector, rows: number, validity: Validity, child: Pick<Codec, "load">): void;
  start(row: number): number;
  length(row: number): number;
}

/** The source for a LIST or a MAP (offset and length for each row), or for an ARRAY (a fixed length). */
export function listSource(type: duckdb.LogicalType): ListSource {
  return duckdb.get_type_id(type) === duckdb.Type.ARRAY
    ? arraySource(duckdb.array_type_array_size(type))
    : offsetSource();
}

function offsetSource(): ListSource {
  let entries = new Uint32Array(0);
  return {
    elements: null,
    load(vector, rows, validity, child) {
      entries = words32(vector, rows, 16);
      const elements = duckdb.list_vector_get_child(vector);
      // The child may be longer than what these rows use, e.g. after a filter.
      const count = usedElements(entries, rows, validity);
      this.elements = count === 0 ? null : validityOf(elements, count);
      child.load(elements, count, this.elements);
    },
    start: (row) => entries[row * 4],
    length: (row) => entries[row * 4 + 2],
  };
}

function usedElements(entries: Uint32Array, rows: number, validity: Validity): number {
  let end = 0;
  for (let row = 0; row < rows; row++) {
    if (!isValid(validity, row)) continue;
    const rowEnd = entries[row * 4] + entries[row * 4 + 2];
    if (rowEnd > end) end = rowEnd;
  }
  return end;
}

function arraySource(size: number): ListSource {
  return {
    elements: null,
    load(vector, rows, _validity, child) {
      const elements = duckdb.array_vector_get_child(vector);
      const count = rows * size;
      this.elements = validityOf(elements, count);
      child.load(elements, count, this.elements);
    },
    start: (row) => row * size,
    length: () => size,
  };
}
