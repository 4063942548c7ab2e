/**
 * DuckDB's JSON as jsonb. DuckDB keeps the text as it was given; what is printed is what PostgreSQL would have stored.
 */
import { jsonbText as printed } from "../api/jsonb.ts";
import type { Codec } from "./codec.ts";
import { ensure, out } from "./output.ts";
import { StringVector } from "./strings.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();
/** UTF-16 code units become at most so many bytes. */
const mostBytes = 3;

const quote = 34;
const backslash = 92;
const openBrace = 123;
const openBracket = 91;
const letterT = 116;
const letterF = 102;
const letterN = 110;

export function jsonbText(): Codec {
  const strings = new StringVector();
  return {
    size: 16,
    quotable: true,
    load: (vector, rows, validity) => strings.load(vector, rows, validity),
    write: (row, at) => writeValue(strings, row, at),
  };
}

/** Its version, which is 1, and its text. */
export function jsonbBinary(): Codec {
  const text = jsonbText();
  return {
    ...text,
    size: text.size + 1,
    write(row, at) {
      out.bytes[at] = 1;
      return text.write(row, at + 1);
    },
  };
}

function writeValue(strings: StringVector, row: number, at: number): number {
  strings.seek(row);
  const { bytes, start, length } = strings;
  if (isPlain(bytes, start, length)) return strings.write(row, at);
  const text = printed(decoder.decode(bytes.subarray(start, start + length)), "spaced");
  ensure(at, text.length * mostBytes);
  return at + encoder.encodeInto(text, out.bytes.subarray(at)).written;
}

/** Whether it surely is as it should be: a small integer, a word, a string without escapes, something empty. */
function isPlain(bytes: Uint8Array, start: number, length: number): boolean {
  const first = bytes[start];
  if (first === openBrace || first === openBracket) return length === 2;
  if (first === letterT || first === letterF || first === letterN) return true;
  const isString = first === quote;
  for (let i = start + 1; i < start + length - 1; i++) {
    const byte = bytes[i];
    if (isString ? byte === backslash : byte < 48 || byte > 57) return false;
  }
  if (isString) return length > 1 && bytes[start + length - 1] === quote;
  const last = bytes[start + length - 1];
  return first >= 48 && first <= 57 && last >= 48 && last <= 57;
}
