/** Shortest digits, against JavaScript's own for doubles and by reading back for floats. */
import assert from "node:assert/strict";
import { writeInt64, writeUnsigned } from "./digits.ts";
import { writeDouble, writeFloat } from "./floats.ts";
import { out } from "./output.ts";

const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);
const decoder = new TextDecoder();

function doubleText(value: number): string {
  float64[0] = value;
  return decoder.decode(out.bytes.subarray(0, writeDouble(out.bytes, 0, value, words[1], words[0])));
}

function floatText(value: number): string {
  return decoder.decode(out.bytes.subarray(0, writeFloat(out.bytes, 0, value)));
}

/** JavaScript's shortest digits in PostgreSQL's notation. */
function expected(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const [mantissa, exponentText] = Math.abs(value).toExponential().split("e");
  const exponent = Number(exponentText);
  const digits = mantissa.replace(".", "");
  return (value < 0 ? "-" : "") + layOut(digits, exponent);
}

function layOut(digits: string, exponent: number): string {
  if (exponent < -4 || exponent >= 15) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${digits[0]}${rest}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 1, "0");
  const fraction = padded.slice(exponent + 1);
  return padded.slice(0, exponent + 1) + (fraction && `.${fraction}`);
}

/** A fixed sequence of 32-bit words. */
function random32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

Deno.test("doubles where the ways of writing them meet", () => {
  const edges = [
    0,
    0.5,
    0.1,
    0.3,
    1 / 3,
    2 / 3,
    1e14,
    1e15,
    999999999999999,
    1e16,
    1e21,
    1e22,
    1e23,
    1e-4,
    1e-5,
    9.999999999999999e-5,
  ]
    .concat(
      1e-6,
      1e-7,
      1e-8,
      9.99999e-9,
      5e-324,
      2.2250738585072014e-308,
      1.7976931348623157e308,
      999.9999999999999,
    )
    .concat(
      0.1 + 0.2,
      123456789012345.67,
      99999999999999.98,
      2 ** 53,
      2 ** 53 + 2,
      2 ** -20,
      1 + 2 ** -52,
      4.35,
      NaN,
      Infinity,
    );
  for (const value of edges) {
    assert.equal(doubleText(value), expected(value));
    assert.equal(doubleText(-value), expected(-value));
  }
});

Deno.test("doubles of every kind have JavaScript's shortest digits", () => {
  const random = random32(1);
  for (let i = 0; i < 60_000; i++) {
    float64[0] = 0;
    words[0] = random();
    words[1] = random();
    const bits = float64[0];
    const fraction = random() / 2 ** 32 + random() / 2 ** 64;
    const scaled = fraction * 10 ** (random() % 23 - 8);
    const cents = random() / 100;
    const power = 2 ** (random() % 80 - 30) * (1 + (random() % 3) * 2 ** -52);
    for (const value of [bits, fraction, scaled, cents, power]) {
      assert.equal(doubleText(value), expected(value));
    }
  }
});

Deno.test("floats read back, with no digit too many", () => {
  const random = random32(2);
  const float32 = new Float32Array(1);
  const word = new Uint32Array(float32.buffer);
  for (let i = 0; i < 30_000; i++) {
    word[0] = random();
    const value = float32[0];
    if (!Number.isFinite(value)) continue;
    const text = floatText(value);
    assert.equal(Math.fround(Number(text)), value, text);
    const digits = text.replace(/e.*/, "").replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "").length;
    const shorter = digits > 1 ? Math.fround(Number(value.toExponential(digits - 2))) : NaN;
    assert.notEqual(shorter, value, `${text} could be shorter`);
  }
});

Deno.test("64-bit integers have BigInt's digits", () => {
  const random = random32(3);
  for (let i = 0; i < 30_000; i++) {
    const high = random() >>> (random() % 33 & 31);
    const low = random();
    const end = writeInt64(out.bytes, 0, high, low);
    const value = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
    assert.equal(decoder.decode(out.bytes.subarray(0, end)), value.toString());
  }
});

Deno.test("integers around every power of ten", () => {
  for (let digits = 0; digits < 16; digits++) {
    for (const value of [10 ** digits - 1, 10 ** digits, 10 ** digits + 1]) {
      assert.equal(decoder.decode(out.bytes.subarray(0, writeUnsigned(out.bytes, 0, value))), String(value));
    }
  }
});
