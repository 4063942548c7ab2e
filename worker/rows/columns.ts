/**
 * Columns written by themselves, all rows of a block in one loop. A loop that stays in one column costs a fraction of one
 * that calls another codec for each value; it needs to know where each value goes, so the lengths must be known before.
 * Hot, hence plain loops over typed arrays.
 */
import type { Validity } from "./codec.ts";
import { countDigits, sizeOfInt64, writeInt32, writeInt64, writeSmall } from "./digits.ts";
import { out } from "./output.ts";

/** What a codec offers whose values have lengths that are known, or cheap to find, before they are written. */
export interface ColumnCodec {
  /** Adds the length of each value of the rows from `first` to below `last` to `sizes[row]`; NULL adds nothing. */
  addSizes(first: number, last: number, validity: Validity, sizes: Float64Array): void;
  /** Writes each value behind its int32 length at `ends[row]`, and moves that to its end. There is room for all. */
  write(first: number, last: number, validity: Validity, ends: Int32Array): void;
}

/** What precedes each value. */
export const lengthBytes = 4;

/** Writes a NULL; returns its end. */
export function writeNull(at: number): number {
  out.view.setInt32(at, -1);
  return at + lengthBytes;
}

/** Adds `width` for each value. */
export function addFixedSizes(
  width: number,
  first: number,
  last: number,
  validity: Validity,
  sizes: Float64Array,
): void {
  for (let row = first; row < last; row++) {
    if (validity === null || (validity[row >> 3] & (1 << (row & 7))) !== 0) sizes[row] += width;
  }
}

/** The column of a codec whose values all have `width` bytes. */
export function fixedColumn(width: number, writeValue: (row: number, at: number) => number): ColumnCodec {
  return {
    addSizes: (first, last, validity, sizes) => addFixedSizes(width, first, last, validity, sizes),
    write(first, last, validity, ends) {
      const view = out.view;
      for (let row = first; row < last; row++) {
        const at = ends[row];
        if (validity !== null && (validity[row >> 3] & (1 << (row & 7))) === 0) {
          ends[row] = writeNull(at);
          continue;
        }
        view.setInt32(at, width);
        ends[row] = writeValue(row, at + lengthBytes);
      }
    },
  };
}

/** 32-bit words in network order. */
export function wordColumn(data: () => Int32Array | Uint32Array): ColumnCodec {
  return {
    addSizes: (first, last, validity, sizes) => addFixedSizes(4, first, last, validity, sizes),
    write(first, last, validity, ends) {
      const words = data();
      const view = out.view;
      for (let row = first; row < last; row++) {
        const at = ends[row];
        if (validity !== null && (validity[row >> 3] & (1 << (row & 7))) === 0) {
          ends[row] = writeNull(at);
          continue;
        }
        view.setInt32(at, 4);
        view.setInt32(at + 4, words[row]);
        ends[row] = at + 8;
      }
    },
  };
}

/** 64-bit words in network order, from their halves. */
export function word64Column(data: () => Uint32Array): ColumnCodec {
  return {
    addSizes: (first, last, validity, sizes) => addFixedSizes(8, first, last, validity, sizes),
    write(first, last, validity, ends) {
      const words = data();
      const view = out.view;
      for (let row = first; row < last; row++) {
        const at = ends[row];
        if (validity !== null && (validity[row >> 3] & (1 << (row & 7))) === 0) {
          ends[row] = writeNull(at);
          continue;
        }
        view.setInt32(at, 8);
        view.setUint32(at + 4, words[row * 2 + 1]);
        view.setUint32(at + 8, words[row * 2]);
        ends[row] = at + 12;
      }
    },
  };
}

/** 32-bit integers as decimal digits. */
export function integerColumn(data: () => Int32Array): ColumnCodec {
  return {
    addSizes(first, last, validity, sizes) {
      const values = data();
      for (let row = first; row < last; row++) {
        if (validity !== null && (validity[row >> 3] & (1 << (row & 7))) === 0) continue;
        const value = values[row];
        sizes[row] += value < 0 ? 1 + countDigits(-value) : countDigits(value);
      }
    },
    write(first, last, validity, ends) {
      const values = data();
      const { bytes, view } = out;
      for (let row = first; row < last; row++) {
        const at = ends[row];
        if (validity !== null && (validity[row >> 3] & (1 << (row & 7))) === 0) {
          ends[row] = writeNull(at);
          continue;
        }
        const end = writeInt32(bytes, at + lengthBytes, values[row]);
        view.setInt32(at, end - at - lengthBytes);
        ends[row] = end;
      }
    },
  };
}

/** 64-bit integers as decimal digits, from their halves. */
export function bigintColumn(data: () => Uint32Array): ColumnCodec {
  return {
    addSizes(first, last, validity, sizes) {
      const words = data();
      for (let row = first; row < last; row++) {
        if (validity !== null && (validity[row >> 3] & (1 << (row & 7))) === 0) continue;
        const low = words[row * 2];
        const high = words[row * 2 + 1];
        sizes[row] += high === 0 ? countDigits(low) : sizeOfInt64(high, low);
      }
    },
    write(first, last, validity, ends) {
      const words = data();
      const { bytes, view } = out;
      for (let row = first; row < last; row++) {
        const at = ends[row];
        if (validity !== null && (validity[row >> 3] & (1 << (row & 7))) === 0) {
          ends[row] = writeNull(at);
          continue;
        }
        const low = words[row * 2];
        const high = words[row * 2 + 1];
        const start = at + lengthBytes;
        const end = high === 0 && low <= 0x7fffffff
          ? writeSmall(bytes, start, low)
          : writeInt64(bytes, start, high, low);
        view.setInt32(at, end - start);
        ends[row] = end;
      }
    },
  };
}
