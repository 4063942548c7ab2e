/**
 * Reads the JSON that the parser writes a tree as, straight out of its memory. A tree is made of the same few hundred words over
 * and over, which are found here without making a string of them first: for a statement of usual length that takes a fourth off
 * the reading. What is not of the parser's own making (blanks, fractions) is left to `JSON.parse`.
 */

/** The text that is read, and where: one is read at a time, from its beginning to its end. */
const nothing: Uint8Array = new Uint8Array();
let bytes = nothing;
let at = 0;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The value of a text that ends with a zero byte.
 *
 * @param memory must not be written to meanwhile
 */
export function readTree(memory: Uint8Array, pointer: number): unknown {
  bytes = memory;
  at = pointer;
  try {
    return value();
  } catch {
    // Deeper than this stack, or nothing that the parser writes.
    return JSON.parse(textAt(memory, pointer));
  } finally {
    bytes = nothing;
  }
}

/** A text that ends with a zero byte. */
export function textAt(memory: Uint8Array, pointer: number): string {
  return decoder.decode(memory.subarray(pointer, memory.indexOf(0, pointer)));
}

function value(): unknown {
  switch (bytes[at]) {
    case 123 /* { */:
      return object();
    case 91 /* [ */:
      return array();
    case 34 /* " */:
      return string();
    case 116 /* t */:
      return word(4, true);
    case 102 /* f */:
      return word(5, false);
    default:
      return integer();
  }
}

function object(): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  if (bytes[++at] === 125 /* } */) return at++, found;
  for (;;) {
    if (bytes[at] !== 34 /* " */) throw unexpected;
    const key = string();
    if (bytes[at++] !== 58 /* : */) throw unexpected;
    found[key] = value();
    const next = bytes[at++];
    if (next === 125 /* } */) return found;
    if (next !== 44 /* , */) throw unexpected;
  }
}

function array(): unknown[] {
  const found: unknown[] = [];
  if (bytes[++at] === 93 /* ] */) return at++, found;
  for (;;) {
    found.push(value());
    const next = bytes[at++];
    if (next === 93 /* ] */) return found;
    if (next !== 44 /* , */) throw unexpected;
  }
}

function word<T>(length: number, meaning: T): T {
  at += length;
  return meaning;
}

function integer(): number {
  const negative = bytes[at] === 45; /* - */
  if (negative) at++;
  const first = at;
  let number = 0;
  for (let digit = bytes[at] - 48; digit >= 0 && digit <= 9; digit = bytes[++at] - 48) {
    number = number * 10 + digit;
  }
  // What follows tells whether it goes on, with a point or an exponent.
  if (at === first || at - first > 15) throw unexpected;
  return negative ? -number : number;
}

/** Words that were read lately, by their hash. */
const words: (string | undefined)[] = new Array(8192).fill(undefined);
const longestWord = 31;

/** Begins and ends at a quote. */
function string(): string {
  const first = ++at;
  let hash = 0;
  let code = bytes[at];
  while (code !== 34 /* " */) {
    if (code === 92 /* \ */ || code > 127 || code === 0) return otherString(first);
    hash = (hash * 31 + code) | 0;
    code = bytes[++at];
  }
  const length = at++ - first;
  if (length > longestWord) return decoder.decode(bytes.subarray(first, first + length));
  const slot = (hash ^ length) & (words.length - 1);
  const known = words[slot];
  if (known !== undefined && known.length === length && isAt(known, first)) return known;
  return words[slot] = fromCodes(bytes.subarray(first, first + length));
}

/** `String.fromCharCode(...codes)` would go through an iterator. */
function fromCodes(codes: Uint8Array): string {
  return String.fromCharCode.apply(null, codes as unknown as number[]);
}

function isAt(text: string, pointer: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[pointer + i]) return false;
  return true;
}

/** With escapes, or beyond ASCII. */
function otherString(first: number): string {
  while (bytes[at] !== 34 /* " */) {
    if (bytes[at] === 0) throw unexpected;
    at += bytes[at] === 92 /* \ */ ? 2 : 1;
  }
  return JSON.parse(decoder.decode(bytes.subarray(first - 1, ++at)));
}

const unexpected = new Error("the parser does not write this");
