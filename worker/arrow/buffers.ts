/** What a column's values are gathered in until their batch is written. */
import type { Validity } from "../rows/codec.ts";

const initialBytes = 64;
/** Larger buffers are given back when a batch is written. */
const keptBytes = 4 << 20;

/** Bytes that grow. `ints` and `longs` are the same memory. */
export class GrowingBytes {
  bytes = new Uint8Array(0);
  ints = new Int32Array(0);
  longs = new BigInt64Array(0);
  length = 0;

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const capacity = Math.ceil(Math.max(needed, this.bytes.length * 2, initialBytes) / 8) * 8;
    const bytes = new Uint8Array(capacity);
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
    this.ints = new Int32Array(bytes.buffer);
    this.longs = new BigInt64Array(bytes.buffer);
  }

  append(from: Uint8Array): void {
    this.reserve(from.length);
    this.bytes.set(from, this.length);
    this.length += from.length;
  }

  /** What is there; a view, which ends with the next change. */
  used(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length <= keptBytes) return;
    this.bytes = new Uint8Array(0);
    this.ints = new Int32Array(0);
    this.longs = new BigInt64Array(0);
  }
}

/** A bitmap, least significant bit first, as both DuckDB and Arrow have it. */
export class GrowingBits {
  /** In bits. */
  length = 0;
  readonly #bytes = new GrowingBytes();

  /** Adds bits `first` to before `last` of `from`; ones where that is `null`. */
  append(from: Validity, first: number, last: number): void {
    const count = last - first;
    this.#bytes.reserve(Math.ceil((this.length + count) / 8) - this.#bytes.length);
    if (this.length % 8 === 0 && (from === null || first % 8 === 0)) this.#appendBytes(from, first, count);
    else this.#appendBits(from, first, last);
    this.length += count;
    this.#bytes.length = Math.ceil(this.length / 8);
  }

  #appendBytes(from: Validity, first: number, count: number): void {
    const { bytes } = this.#bytes;
    const start = this.length / 8;
    const end = start + Math.ceil(count / 8);
    if (from === null) bytes.fill(255, start, end);
    else bytes.set(from.subarray(first / 8, first / 8 + end - start), start);
    if (count % 8 > 0) bytes[end - 1] &= (1 << (count % 8)) - 1;
  }

  #appendBits(from: Validity, first: number, last: number): void {
    const { bytes } = this.#bytes;
    let at = this.length;
    for (let i = first; i < last; i++, at++) {
      if (at % 8 === 0) bytes[at >> 3] = 0;
      if (from === null || (from[i >> 3] & (1 << (i & 7))) !== 0) bytes[at >> 3] |= 1 << (at & 7);
    }
  }

  /** How many bits are 0. */
  zeros(): number {
    const { bytes, length } = this.#bytes;
    let ones = 0;
    for (let i = 0; i < length; i++) ones += onesOf[bytes[i]];
    return this.length - ones;
  }

  used(): Uint8Array {
    return this.#bytes.used();
  }

  clear(): void {
    this.length = 0;
    this.#bytes.clear();
  }
}

const onesOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
});

/** Which values are not NULL. Costs nothing while none is NULL. */
export class GrowingValidity {
  /** In values. */
  length = 0;
  readonly #bits = new GrowingBits();

  append(from: Validity, first: number, last: number): void {
    if (from !== null && this.#bits.length === 0) this.#bits.append(null, 0, this.length);
    if (from !== null || this.#bits.length > 0) this.#bits.append(from, first, last);
    this.length += last - first;
  }

  nulls(): number {
    return this.#bits.zeros();
  }

  used(): Uint8Array {
    return this.#bits.used();
  }

  clear(): void {
    this.length = 0;
    this.#bits.clear();
  }
}
