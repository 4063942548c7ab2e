/**
 * Columns of DuckDB's 16-byte strings: VARCHAR, JSON, BLOB, BIT, GEOMETRY. A string holds its length, then either up to 12
 * bytes in place or a 4-byte prefix and a pointer.
 */
import type { Codec, Validity } from "./codec.ts";
import { isValid } from "./codec.ts";
import { type ColumnCodec, lengthBytes, writeNull } from "./columns.ts";
import { ensure, out, writeBytes } from "./output.ts";
import { words32 } from "./vector.ts";

const inlineBytes = 12;
const stringBytes = 16;

/**
 * A part of memory that holds long strings of a chunk, seen through one view: a call for each string would cost more than
 * the string.
 */
interface Segment {
  /** The addresses of its first byte and behind its last. */
  base: number;
  end: number;
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
}

const noSegment: Segment = segment(0, new ArrayBuffer(0));

/**
 * Strings of one chunk lie in a few of DuckDB's blocks (dictionaries, a vector's own heap), far apart from each other. They
 * are gathered by pages of this size, and neighbouring pages make one segment: V8 counts a view's whole length as memory held.
 */
const pageBytes = 1 << 16;

/** The strings of one vector. Read a string as bytes `start` to `start + length` of `bytes`, after `seek`. */
export class StringVector {
  words = new Uint32Array(0);
  /** Where the string last sought lies. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  start = 0;
  length = 0;
  #inline = new Uint8Array(0);
  #segments: Segment[] = [];
  /** Where the last long string was: the next is most often there too. */
  #segment = noSegment;

  load(vector: Parameters<Codec["load"]>[0], rows: number, validity: Validity): void {
    this.words = words32(vector, rows, stringBytes);
    this.#inline = new Uint8Array(this.words.buffer, this.words.byteOffset, this.words.byteLength);
    this.#segments = findSegments(this.words, rows, validity);
    this.#segment = noSegment;
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
    const address = addressOf(this.words, row);
    const { bytes, base } = this.#at(address);
    this.bytes = bytes;
    this.start = address - base;
  }

  #at(address: number): Segment {
    const last = this.#segment;
    if (address >= last.base && address < last.end) return last;
    return this.#segment = segmentAt(this.#segments, address);
  }

  /** Copies a row's bytes to `out`, where there is room, and changes nothing behind them. */
  writeExactly(row: number, at: number): number {
    const length = this.words[row * 4];
    if (length > inlineBytes) return this.#copy(row, length, at);
    const inline = this.#inline;
    const bytes = out.bytes;
    const start = row * stringBytes + 4;
    for (let i = 0; i < length; i++) bytes[at + i] = inline[start + i];
    return at + length;
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
    return this.#copy(row, length, at);
  }

  #copy(row: number, length: number, at: number): number {
    const address = addressOf(this.words, row);
    const { bytes, view, base } = this.#at(address);
    if (length > wordwise) return writeBytes(bytes, address - base, length, at);
    return writeWords(view, address - base, length, at);
  }
}

/** Up to this many bytes a loop over words is cheaper than a call of `set`. */
const wordwise = 128;

/** Copies 4 bytes or more, a word at a time; the last word may overlap the one before. */
function writeWords(from: DataView, start: number, length: number, at: number): number {
  const view = out.view;
  const last = length - 4;
  for (let i = 0; i < last; i += 4) view.setUint32(at + i, from.getUint32(start + i, true), true);
  view.setUint32(at + last, from.getUint32(start + last, true), true);
  return at + length;
}

function addressOf(words: Uint32Array, row: number): number {
  return words[row * 4 + 3] * 0x100000000 + words[row * 4 + 2];
}

/** The segments that hold a vector's long strings, in the order of their addresses. Hot: a string costs no call. */
function findSegments(words: Uint32Array, rows: number, validity: Validity): Segment[] {
  const pages = new Map<number, Span>();
  let pageStart = -1;
  let span: Span = { low: 0, high: 0 };
  for (let row = 0; row < rows; row++) {
    const length = words[row * 4];
    if (length <= inlineBytes || !isValid(validity, row)) continue;
    const address = addressOf(words, row);
    if (!(address >= pageStart && address < pageStart + pageBytes)) {
      const page = Math.floor(address / pageBytes);
      pageStart = page * pageBytes;
      span = pages.get(page) ?? addSpan(pages, page, address);
    }
    if (address < span.low) span.low = address;
    if (address + length > span.high) span.high = address + length;
  }
  return merged([...pages.values()]).map(({ low, high }) => segment(low, memory(low, high - low)));
}

/** Addresses from `low` to below `high`. */
interface Span {
  low: number;
  high: number;
}

function addSpan(pages: Map<number, Span>, page: number, address: number): Span {
  const span = { low: address, high: address };
  pages.set(page, span);
  return span;
}

/** Neighbours become one, so that a string lies in one only. */
function merged(spans: Span[]): Span[] {
  if (spans.length <= 1) return spans;
  spans.sort((a, b) => a.low - b.low);
  const apart = [spans[0]];
  for (const span of spans) {
    const last = apart[apart.length - 1];
    if (span.low > last.high + pageBytes) apart.push(span);
    else last.high = Math.max(last.high, span.high);
  }
  return apart;
}

function memory(address: number, length: number): ArrayBuffer {
  return Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(BigInt(address))!, length);
}

function segment(base: number, buffer: ArrayBuffer): Segment {
  return {
    base,
    end: base + buffer.byteLength,
    bytes: new Uint8Array(buffer),
    view: new DataView(buffer),
  };
}

/** By bisection: large strings may each be a segment of their own. */
function segmentAt(segments: readonly Segment[], address: number): Segment {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (segments[middle].base <= address) low = middle;
    else high = middle - 1;
  }
  return segments[low];
}

/** The bytes as they are: text in either format, JSON, and bytea in binary. */
export function stringCodec(): Codec {
  const strings = new StringVector();
  return {
    size: inlineBytes,
    quotable: true,
    load: (vector, rows, validity) => strings.load(vector, rows, validity),
    write: (row, at) => strings.write(row, at),
    column: stringColumn(strings),
  };
}

/** Short strings are copied without the words they need not: here what follows may be written already. */
function stringColumn(strings: StringVector): ColumnCodec {
  return {
    addSizes(first, last, validity, sizes) {
      const words = strings.words;
      for (let row = first; row < last; row++) {
        if (isValid(validity, row)) sizes[row] += words[row * 4];
      }
    },
    write(first, last, validity, ends) {
      const words = strings.words;
      for (let row = first; row < last; row++) {
        const at = ends[row];
        if (!isValid(validity, row)) {
          ends[row] = writeNull(at);
          continue;
        }
        out.view.setInt32(at, words[row * 4]);
        ends[row] = strings.writeExactly(row, at + lengthBytes);
      }
    },
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

/** Texts of which other bytes are sent. Such columns are few and short: a value is an object here. */
export function textBytes(bytesOf: (text: string) => Uint8Array): Codec {
  const strings = new StringVector();
  const decoder = new TextDecoder();
  return {
    size: 0,
    quotable: false,
    load: (vector, rows, validity) => strings.load(vector, rows, validity),
    write(row, at) {
      strings.seek(row);
      const { bytes, start, length } = strings;
      const sent = bytesOf(decoder.decode(bytes.subarray(start, start + length)));
      ensure(at, sent.length);
      return writeBytes(sent, 0, sent.length, at);
    },
  };
}
