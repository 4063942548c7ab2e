/** Numbers as decimal digits, written straight into bytes: no strings. Hot, hence plain loops. */

const zero = 48;
const minus = 45;

/** 00 to 99, tens then ones. */
const pairs = new Uint8Array(200);
for (let i = 0; i < 100; i++) {
  pairs[i * 2] = zero + Math.floor(i / 10);
  pairs[i * 2 + 1] = zero + i % 10;
}

/** Two digits, zero padded. */
export function writeTwo(bytes: Uint8Array, at: number, n: number): number {
  bytes[at] = pairs[n << 1];
  bytes[at + 1] = pairs[(n << 1) + 1];
  return at + 2;
}

/** Exactly `width` digits of an integer from 0 to 2^31 - 1, zero padded; higher digits are dropped. */
export function writePadded(bytes: Uint8Array, at: number, n: number, width: number): number {
  let value = n | 0;
  let p = at + width;
  while (p - at >= 2) {
    const rest = (value / 100) | 0;
    const pair = (value - rest * 100) << 1;
    bytes[--p] = pairs[pair + 1];
    bytes[--p] = pairs[pair];
    value = rest;
  }
  if (p > at) bytes[--p] = zero + value % 10;
  return at + width;
}

/** An integer from 0 to 2^31 - 1. */
export function writeSmall(bytes: Uint8Array, at: number, n: number): number {
  const value = n | 0;
  if (value < 10) {
    bytes[at] = zero + value;
    return at + 1;
  }
  return writePadded(bytes, at, value, countDigits(value));
}

/** How many digits an integer from 0 to below 10^10 has. */
export function countDigits(n: number): number {
  if (n < 10000) return n < 100 ? (n < 10 ? 1 : 2) : n < 1000 ? 3 : 4;
  if (n < 100000000) return n < 1000000 ? (n < 100000 ? 5 : 6) : n < 10000000 ? 7 : 8;
  return n < 1000000000 ? 9 : 10;
}

/** An integer from 0 to 2^53 - 1. */
export function writeUnsigned(bytes: Uint8Array, at: number, n: number): number {
  if (n <= 0x7fffffff) return writeSmall(bytes, at, n);
  const high = Math.floor(n / 1e8);
  return writePadded(bytes, writeUnsigned(bytes, at, high), n - high * 1e8, 8);
}

/** Exactly `width` digits (at most 16) of an integer from 0 to 2^53 - 1, zero padded. */
export function writeUnsignedPadded(bytes: Uint8Array, at: number, n: number, width: number): number {
  if (width <= 8) return writePadded(bytes, at, n, width);
  const high = Math.floor(n / 1e8);
  return writePadded(bytes, writePadded(bytes, at, high, width - 8), n - high * 1e8, 8);
}

/** A signed 32-bit integer; at most 11 bytes. */
export function writeInt32(bytes: Uint8Array, at: number, n: number): number {
  if (n >= 0) return writeSmall(bytes, at, n);
  bytes[at] = minus;
  return writeUnsigned(bytes, at + 1, -n);
}

/** A signed 64-bit integer from its halves (both as unsigned 32-bit words); at most 20 bytes. */
export function writeInt64(bytes: Uint8Array, at: number, high: number, low: number): number {
  if (high >>> 0 < 0x80000000) return writeUint64(bytes, at, high, low);
  bytes[at] = minus;
  const negatedLow = -low >>> 0;
  const negatedHigh = (~high + (negatedLow === 0 ? 1 : 0)) >>> 0;
  return writeUint64(bytes, at + 1, negatedHigh, negatedLow);
}

/** 10^i as 64-bit halves, for i from 0 to 19. */
const powersHigh = Uint32Array.from({ length: 20 }, (_, i) => Number(10n ** BigInt(i) >> 32n));
const powersLow = Uint32Array.from({ length: 20 }, (_, i) => Number(10n ** BigInt(i) & 0xffffffffn));

/** How many digits an unsigned 64-bit integer has. */
export function countDigits64(high: number, low: number): number {
  if (high === 0) return countDigits(low);
  let digits = 10;
  while (
    digits < 20 && (high > powersHigh[digits] || (high === powersHigh[digits] && low >= powersLow[digits]))
  ) {
    digits++;
  }
  return digits;
}

/** How many bytes {@linkcode writeInt64} writes. */
export function sizeOfInt64(high: number, low: number): number {
  if (high >>> 0 < 0x80000000) return countDigits64(high, low);
  const negatedLow = -low >>> 0;
  return 1 + countDigits64((~high + (negatedLow === 0 ? 1 : 0)) >>> 0, negatedLow);
}

/** An unsigned 64-bit integer from its halves; at most 20 bytes. */
export function writeUint64(bytes: Uint8Array, at: number, high: number, low: number): number {
  if (high === 0 && low <= 0x7fffffff) return writeSmall(bytes, at, low);
  if (high < 0x200000) return writeUnsigned(bytes, at, high * 0x100000000 + low);
  // Divide by 10^6 in two steps that stay below 2^53; the quotient of a 64-bit number then does too.
  const quotientHigh = Math.floor(high / 1e6);
  const rest = (high - quotientHigh * 1e6) * 0x100000000 + low;
  const quotientLow = Math.floor(rest / 1e6);
  const p = writeUnsigned(bytes, at, quotientHigh * 0x100000000 + quotientLow);
  return writePadded(bytes, p, rest - quotientLow * 1e6, 6);
}
