import { type Token, tokenize } from "./lexer.ts";
import { countCharacters } from "./split.ts";

/** A statement's text with its tokens. Offsets are UTF-16 code units unless they are called bytes or characters. */
export interface Source {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The offset of a `location` in the parse tree, which counts UTF-8 bytes. */
  offsetOfByte(byte: number): number;
  /** Index of the token that begins at an offset, or of the first one behind it. */
  tokenAt(offset: number): number;
}

/** Reads a statement's text; tokens are found when first asked for. */
export function sourceOf(text: string): Source {
  let tokens: Token[] | undefined;
  let bytes: Uint32Array | null | undefined;
  const source: Source = {
    text,
    get tokens() {
      return tokens ??= tokenize(text);
    },
    offsetOfByte(byte) {
      if (bytes === undefined) bytes = isAscii(text) ? null : byteOffsets(text);
      return bytes === null ? byte : bytes[byte];
    },
    tokenAt(offset) {
      return firstAtOrBehind(source.tokens, offset);
    },
  };
  return source;
}

/** The 1-based character an offset is at. */
export function characterOf(text: string, offset: number): number {
  return countCharacters(text, 0, offset) + 1;
}

/** The offset of a 1-based character; the text's end for one behind it. */
export function offsetOfCharacter(text: string, character: number): number {
  let offset = 0;
  for (let left = character - 1; left > 0 && offset < text.length; left--) {
    offset += (text.charCodeAt(offset) & 0xfc00) === 0xd800 ? 2 : 1;
  }
  return Math.min(offset, text.length);
}

function firstAtOrBehind(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle].start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** For each UTF-8 byte (and the end) the code unit it belongs to. */
function byteOffsets(text: string): Uint32Array {
  const offsets = new Uint32Array(text.length * 3 + 1);
  let byte = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const length = code < 0x80 ? 1 : code < 0x800 ? 2 : (code & 0xfc00) === 0xd800 ? 4 : 3;
    for (let i = 0; i < length; i++) offsets[byte++] = at;
    if (length === 4) at++;
  }
  offsets[byte] = text.length;
  return offsets;
}
