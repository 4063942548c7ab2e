/** Columns whose values hold values: LIST, MAP, ARRAY, STRUCT and UNION. */
import duckdb from "@duckdb/node-bindings";
import { isValid, type Validity } from "../rows/codec.ts";
import { bytesOf, words32 } from "../rows/vector.ts";
import { GrowingBytes, GrowingValidity } from "./buffers.ts";
import { type ArrowColumn, validityWithin } from "./column.ts";
import { startOffsets } from "./strings.ts";

/** LIST, and MAP with a STRUCT of key and value as its elements. */
export function listColumn(child: ArrowColumn): ArrowColumn {
  const validity = new GrowingValidity();
  const ends = new GrowingBytes();
  let mask: Validity = null;
  /** Where each row's elements begin and how many they are, in 16 bytes. */
  let entries = new Uint32Array(0);

  /** Calls `work` for each run of elements that lie one behind the other; most often there is one. */
  function runs(first: number, last: number, work: (first: number, last: number) => void): void {
    let start = 0;
    let end = 0;
    for (let row = first; row < last; row++) {
      const length = lengthOf(row);
      if (length === 0) continue;
      const at = entries[row * 4];
      if (at !== end) {
        if (end > start) work(start, end);
        start = at;
      }
      end = at + length;
    }
    if (end > start) work(start, end);
  }

  function lengthOf(row: number): number {
    return isValid(mask, row) ? entries[row * 4 + 2] : 0;
  }

  return {
    load(vector, rows, parents) {
      mask = validityWithin(vector, rows, parents);
      entries = words32(vector, rows, 16);
      let used = 0; // the child may be longer than what these rows use
      for (let row = 0; row < rows; row++) {
        const length = lengthOf(row);
        if (length > 0) used = Math.max(used, entries[row * 4] + length);
      }
      child.load(duckdb.list_vector_get_child(vector), used, null);
    },
    size(first, last) {
      let sum = (last - first) * 4;
      runs(first, last, (from, to) => sum += child.size(from, to));
      return sum;
    },
    append(first, last) {
      validity.append(mask, first, last);
      startOffsets(ends, last - first);
      const { ints } = ends;
      let next = ends.length / 4;
      let end = ints[next - 1];
      for (let row = first; row < last; row++) {
        end += lengthOf(row);
        ints[next++] = end;
      }
      ends.length = next * 4;
      runs(first, last, child.append);
    },
    write(body) {
      body.node(validity);
      startOffsets(ends, 0);
      body.buffer(ends.used());
      child.write(body);
    },
    clear() {
      validity.clear();
      ends.clear();
      child.clear();
    },
  };
}

/** ARRAY: `size` elements a row, of NULL too. */
export function fixedListColumn(size: number, child: ArrowColumn): ArrowColumn {
  const validity = new GrowingValidity();
  let mask: Validity = null;
  return {
    load(vector, rows, parents) {
      mask = validityWithin(vector, rows, parents);
      child.load(duckdb.array_vector_get_child(vector), rows * size, repeated(mask, rows, size));
    },
    size: (first, last) => child.size(first * size, last * size),
    append(first, last) {
      validity.append(mask, first, last);
      child.append(first * size, last * size);
    },
    write(body) {
      body.node(validity);
      child.write(body);
    },
    clear() {
      validity.clear();
      child.clear();
    },
  };
}

/** Each bit `times` times. */
function repeated(mask: Validity, rows: number, times: number): Validity {
  if (mask === null) return null;
  const bits = new Uint8Array(Math.ceil(rows * times / 8));
  for (let i = 0; i < rows * times; i++) {
    if (isValid(mask, Math.floor(i / times))) bits[i >> 3] |= 1 << (i & 7);
  }
  return bits;
}

/** STRUCT, and the entries of MAP. */
export function structColumn(children: readonly ArrowColumn[]): ArrowColumn {
  const validity = new GrowingValidity();
  let mask: Validity = null;
  return {
    load(vector, rows, parents) {
      mask = validityWithin(vector, rows, parents);
      for (const [i, child] of children.entries()) {
        child.load(duckdb.struct_vector_get_child(vector, i), rows, mask);
      }
    },
    size: (first, last) => sizeOf(children, first, last),
    append(first, last) {
      validity.append(mask, first, last);
      for (const child of children) child.append(first, last);
    },
    write(body) {
      body.node(validity);
      for (const child of children) child.write(body);
    },
    clear() {
      validity.clear();
      for (const child of children) child.clear();
    },
  };
}

/** What all columns take together. */
export function sizeOf(columns: readonly ArrowColumn[], first: number, last: number): number {
  let sum = 0;
  for (const column of columns) sum += column.size(first, last);
  return sum;
}

/**
 * UNION as a sparse union, which is how DuckDB has it: which member, and all members at full length. Arrow's has no
 * NULL of its own: there it is a NULL of the first member.
 */
export function unionColumn(members: readonly ArrowColumn[]): ArrowColumn {
  const tags = new GrowingBytes();
  let mask: Validity = null;
  let chosen = new Uint8Array(0);
  return {
    load(vector, rows, parents) {
      mask = validityWithin(vector, rows, parents);
      chosen = bytesOf(duckdb.struct_vector_get_child(vector, 0), rows, 1);
      for (const [i, member] of members.entries()) {
        member.load(duckdb.struct_vector_get_child(vector, i + 1), rows, mask);
      }
    },
    size: (first, last) => last - first + sizeOf(members, first, last),
    append(first, last) {
      tags.reserve(last - first);
      for (let row = first; row < last; row++) {
        tags.bytes[tags.length++] = isValid(mask, row) ? chosen[row] : 0;
      }
      for (const member of members) member.append(first, last);
    },
    write(body) {
      body.nodeWithoutValidity(tags.length, 0);
      body.buffer(tags.used());
      for (const member of members) member.write(body);
    },
    clear() {
      tags.clear();
      for (const member of members) member.clear();
    },
  };
}
