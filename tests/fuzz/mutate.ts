/** What can be done to a message: inside a true frame, or to the frame itself. */
import { Buffer } from "node:buffer";
import { encode, encodeAs, type Message } from "./frontend.ts";
import type { Random } from "./random.ts";

/** Bytes with a meaning somewhere: terminators, quotes, targets, signs, UTF-8's edges. */
const bytes = [
  0,
  1,
  0x20,
  0x22,
  0x24,
  0x27,
  0x28,
  0x2d,
  0x3b,
  0x50,
  0x53,
  0x5c,
  0x7f,
  0x80,
  0xc0,
  0xfe,
  0xff,
];

/** Counts, lengths and codes where something turns over. */
const numbers = [
  0,
  1,
  -1,
  2,
  -2,
  3,
  0x7f,
  0x80,
  0xff,
  0x100,
  0x7fff,
  0x8000,
  0xffff,
  0x10000,
  0x7fffffff,
  -0x80000000,
];

/** Not UTF-8: continuations alone, overlong forms, surrogates, past the last character, cut off. */
const notUtf8 = [
  [0x80],
  [0xc0, 0x80],
  [0xc1, 0xbf],
  [0xe0, 0x80, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x8f, 0xbf, 0xbf],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0xff, 0xfe],
  [0xe2, 0x82],
  [0xf0, 0x9f, 0x98],
];

/** Types a session goes on after; `X` and `p` end it. */
const types = [..."QPBDECSHFdcf"].map((letter) => letter.charCodeAt(0));

/** Largest body a mutation may grow to. */
const largest = 1 << 16;

type Mutation = (body: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const mutations: readonly Mutation[] = [
  // A bit flipped.
  (body, random) => overwrite(body, random.below(body.length), (old) => old ^ (1 << random.below(8))),
  // A byte of meaning in place of another.
  (body, random) => overwrite(body, random.below(body.length), () => random.pick(bytes)),
  // A count or length that lies.
  (body, random) => putNumber(body, random, 2),
  (body, random) => putNumber(body, random, 4),
  // Cut off.
  (body, random) => body.subarray(0, random.below(body.length)),
  // Something behind the end.
  (body, random) => join(body, random.bytes(1 + random.below(40))),
  // A piece gone, or there twice, or many times.
  (body, random) => {
    const [from, to] = range(body, random);
    return join(body.subarray(0, from), body.subarray(to));
  },
  (body, random) => {
    const [from, to] = range(body, random);
    return join(body.subarray(0, to), body.subarray(from));
  },
  (body, random) => {
    const [from, to] = range(body, random);
    const piece = body.subarray(from, Math.min(to, from + 64));
    const copies = Array.from({ length: 1 + random.below(200) }, () => piece);
    return join(body.subarray(0, from), ...copies, body.subarray(to));
  },
  // The head of one with the tail of another.
  (body, random, other) =>
    join(body.subarray(0, random.below(body.length + 1)), other.subarray(random.below(other.length + 1))),
  // Not UTF-8.
  (body, random) => {
    const at = random.below(body.length + 1);
    return join(body.subarray(0, at), Uint8Array.from(random.pick(notUtf8)), body.subarray(at));
  },
  // Nothing at all, or nothing but noise.
  () => new Uint8Array(0),
  (_, random) => random.bytes(random.below(64)),
];

/** A message that says something else than `message`, in a true frame. `other` is what pieces are borrowed from. */
export function mutateBody(message: Message, other: Message, random: Random): Message {
  if (message.type !== 0 && random.chance(0.06)) return { ...message, type: random.pick(types) };
  let { body } = message;
  for (let rounds = random.chance(0.3) ? 1 + random.below(4) : 1; rounds > 0; rounds--) {
    const mutation = body.length === 0 ? extend : random.pick(mutations);
    body = mutation(body, random, other.body).subarray(0, largest);
  }
  return { type: message.type, body };
}

/** The bytes of `messages`, with a frame somewhere that is not true. */
export function breakFrames(messages: readonly Message[], random: Random): Uint8Array {
  const at = random.below(messages.length);
  const before = messages.slice(0, at).map(encode);
  const after = messages.slice(at + 1).map(encode);
  return join(...before, breakFrame(messages[at], random), ...after);
}

function breakFrame(message: Message, random: Random): Uint8Array {
  const { type, body } = message;
  const length = body.length + 4;
  const whole = encode(message);
  switch (random.below(8)) {
    case 0: // Any length.
      return encodeAs(type, random.pick(numbers), body);
    case 1: // Nearly the true one.
      return encodeAs(type, length + random.pick([-4, -3, -2, -1, 1, 2, 3, 4, 256]), body);
    case 2: // Around the limits of PostgreSQL.
      return encodeAs(
        type,
        random.pick([9_999, 10_000, 10_001, 10_004, 10_005, 65_535, 65_536, 0x3fffffff]),
        body,
      );
    case 3: // A type that is none.
      return encodeAs(1 + random.below(255), length, body);
    case 4: // Cut off.
      return whole.subarray(0, random.below(whole.length));
    case 5: // A bit flipped in the head.
      return overwrite(whole, random.below(type === 0 ? 4 : 5), (old) => old ^ (1 << random.below(8)));
    case 6: // Noise before it.
      return join(random.bytes(1 + random.below(16)), whole);
    default: // Nothing but noise.
      return random.bytes(1 + random.below(200));
  }
}

function extend(body: Uint8Array, random: Random): Uint8Array {
  return join(body, random.bytes(1 + random.below(40)));
}

function overwrite(body: Uint8Array, at: number, change: (old: number) => number): Uint8Array {
  const copy = Uint8Array.from(body);
  if (copy.length > 0) copy[at] = change(copy[at]);
  return copy;
}

function putNumber(body: Uint8Array, random: Random, size: 2 | 4): Uint8Array {
  if (body.length < size) return body;
  const copy = Uint8Array.from(body);
  const view = new DataView(copy.buffer);
  const at = random.below(copy.length - size + 1);
  if (size === 2) view.setInt16(at, random.pick(numbers));
  else view.setInt32(at, random.pick(numbers));
  return copy;
}

function range(body: Uint8Array, random: Random): [number, number] {
  const from = random.below(body.length);
  return [from, from + 1 + random.below(body.length - from)];
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
