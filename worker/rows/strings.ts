/**
 * Columns of DuckDB's 16-byte strings: VARCHAR, JSON, BLOB, BIT, GEOMETRY. A string holds its length, then either up to 12
 * bytes in place or a 4-byte prefix and a pointer.
 */
import type { Codec, Validity } from "./codec.ts";
import { isValid } from "./codec.ts";
import { ensure, out, writeBytes } from "./output.ts";
import { words32 } from "./vector.ts";

const inlineBytes = 12;
const stringBytes = 16;

/**
 * A chunk's long strings. They mostly share a few heap blocks, so one view from the lowest to the highest is taken; where
 * they lie far apart each is copied by its pointer instead.
 */
interface Heap {
  /** The address `view` and `pointer` start at. */
  base: number;
  view: Uint8Array<ArrayBuffer> | null;
  pointer: Deno.PointerObject | null;
}

const noHeap: Heap = { base: 0, view: null, pointer: null };

/** A view is taken of a span up to this many times what is used of it; V8 counts a view as memory held. */
const maxSparseness = 8;
const alwaysViewedBytes = 1 << 20;

/** The strings of one vector. Read a string as bytes `start` to `start + length` of `bytes`, after `seek`. */
export class StringVector {
  words = new Uint32Array(0);
  /** Where the string last sought lies. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  start = 0;
  length = 0;
  #inline = new Uint8Array(0);
  #heap = noHeap;

  load(vector: Parameters<Codec["load"]>[0], rows: number, validity: Validity): void {
    this.words = words32(vector, rows, stringBytes);
    this.#inline = new Uint8Array(this.words.buffer, this.words.byteOffset, this.words.byteLength);
    this.#heap = findHeap(this.words, rows, validity);
  }

  /** Finds a row's bytes. */
  seek(row: number): void {
    const length = this.words[row * 4];
    this.length = length;
    if (length <= inlineBytes) {
      this.bytes = this.#inline;
      this.start = row * stringBytes + 4;
      return;
    }
    const { view, base, pointer } = this.#heap;
    const offset = addressOf(this.words, row) - base;
    if (view !== null) {
      this.bytes = view;
      this.start = offset;
      return;
    }
    this.bytes = new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer!, length, offset));
    this.start = 0;
  }

  /** Copies a row's bytes to `out`, making room. */
  write(row: number, at: number): number {
    const words = this.words;
    const length = words[row * 4];
    if (length <= inlineBytes) {
      // Three words whatever the length: there is slack behind, and what is too much is overwritten.
      const view = out.view;
      const word = row * 4 + 1;
      view.setUint32(at, words[word], true);
      if (length > 4) {
        view.setUint32(at + 4, words[word + 1], true);
        view.setUint32(at + 8, words[word + 2], true);
      }
      return at + length;
    }
    ensure(at, length);
    const { view, base, pointer } = this.#heap;
    const offset = addressOf(words, row) - base;
    if (view !== null) return writeBytes(view, offset, length, at);
    Deno.UnsafePointerView.copyInto(pointer!, out.bytes.subarray(at, at + length), offset);
    return at + length;
  }
}

function addressOf(words: Uint32Array, row: number): number {
  return words[row * 4 + 3] * 0x100000000 + words[row * 4 + 2];
}

function findHeap(words: Uint32Array, rows: number, validity: Validity): Heap {
  let low = Infinity;
  let high = 0;
  let used = 0;
  for (let row = 0; row < rows; row++) {
    const length = words[row * 4];
    if (length <= inlineBytes || !isValid(validity, row)) continue;
    const address = addressOf(words, row);
    if (address < low) low = address;
    if (address + length > high) high = address + length;
    used += length;
  }
  if (used === 0) return noHeap;
  const pointer = Deno.UnsafePointer.create(BigInt(low));
  const span = high - low;
  if (span > alwaysViewedBytes && span > used * maxSparseness) return { base: low, view: null, pointer };
  return { base: low, view: new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer!, span)), pointer };
}

/** The bytes as they are: text in either format, JSON, and bytea in binary. */
export function stringCodec(): Codec {
  const strings = new StringVector();
  return {
    size: inlineBytes,
    quotable: true,
    load: (vector, rows, validity) => strings.load(vector, rows, validity),
    write: (row, at) => strings.write(row, at),
  };
}

const hexDigits = new TextEncoder().encode("0123456789abcdef");
const backslash = 92;

/** bytea as `\x…`. */
export function byteaHex(): Codec {
  const strings = new StringVector();
  return {
    size: 2,
    quotable: true,
    load: (vector, rows, validity) => strings.load(vector, rows, validity),
    write(row, at) {
      strings.seek(row);
      const { bytes: from, start, length } = strings;
      ensure(at, 2 + length * 2);
      const bytes = out.bytes;
      bytes[at] = backslash;
      bytes[at + 1] = 120;
      let p = at + 2;
      for (let i = start; i < start + length; i++) {
        bytes[p++] = hexDigits[from[i] >> 4];
        bytes[p++] = hexDigits[from[i] & 15];
      }
      return p;
    },
  };
}

/** bytea with `\\` and octal `\ooo` for what is not printable ASCII. */
export function byteaEscape(): Codec {
  const strings = new StringVector();
  return {
    size: 0,
    quotable: true,
    load: (vector, rows, validity) => strings.load(vector, rows, validity),
    write(row, at) {
      strings.seek(row);
      const { bytes: from, start, length } = strings;
      ensure(at, length * 4);
      const bytes = out.bytes;
      let p = at;
      for (let i = start; i < start + length; i++) {
        const byte = from[i];
        if (byte >= 0x20 && byte <= 0x7e && byte !== backslash) {
          bytes[p++] = byte;
          continue;
        }
        bytes[p++] = backslash;
        if (byte === backslash) {
          bytes[p++] = backslash;
          continue;
        }
        bytes[p++] = 48 + (byte >> 6);
        bytes[p++] = 48 + ((byte >> 3) & 7);
        bytes[p++] = 48 + (byte & 7);
      }
      return p;
    },
  };
}

/**
 * BIT as `0` and `1`. DuckDB keeps a byte with the number of unused bits, then the bits with the unused ones at the top of
 * the first byte.
 */
export function bitText(): Codec {
  const strings = new StringVector();
  return {
    size: 0,
    quotable: false,
    load: (vector, rows, validity) => strings.load(vector, rows, validity),
    write(row, at) {
      strings.seek(row);
      const { bytes: from, start, length } = strings;
      const unused = from[start];
      const bits = (length - 1) * 8 - unused;
      ensure(at, bits);
      const bytes = out.bytes;
      for (let i = 0; i < bits; i++) {
        const bit = i + unused;
        bytes[at + i] = 48 + ((from[start + 1 + (bit >> 3)] >> (7 - (bit & 7))) & 1);
      }
      return at + bits;
    },
  };
}

/** BIT as varbit sends it: the number of bits, then the bits from the top of the first byte. */
export function bitBinary(): Codec {
  const strings = new StringVector();
  return {
    size: 4,
    quotable: false,
    load: (vector, rows, validity) => strings.load(vector, rows, validity),
    write(row, at) {
      strings.seek(row);
      const { bytes: from, start, length } = strings;
      const unused = from[start];
      const count = length - 1;
      ensure(at, 4 + count);
      out.view.setInt32(at, count * 8 - unused);
      for (let i = 0; i < count; i++) {
        const next = i + 1 < count ? from[start + 2 + i] : 0;
        out.bytes[at + 4 + i] = (from[start + 1 + i] << unused) | (next >> (8 - unused));
      }
      return at + 4 + count;
    },
  };
}
