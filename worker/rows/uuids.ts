/** Columns of UUIDs. DuckDB keeps one as a 128-bit integer whose top bit is flipped, so that it sorts. */
import type { Codec } from "./codec.ts";
import { fixedColumn } from "./columns.ts";
import { out } from "./output.ts";
import { words32 } from "./vector.ts";

const hexDigits = new TextEncoder().encode("0123456789abcdef");
const dash = 45;

export function uuidText(): Codec {
  let words = new Uint32Array(0);
  return {
    size: 36,
    quotable: false,
    load: (vector, rows) => void (words = words32(vector, rows, 16)),
    write(row, at) {
      const word = row * 4;
      const second = words[word + 2];
      const third = words[word + 1];
      let p = writeHex(at, (words[word + 3] ^ 0x80000000) >>> 0, 8);
      p = writeDashed(p, second >>> 16, 4);
      p = writeDashed(p, second & 0xffff, 4);
      p = writeDashed(p, third >>> 16, 4);
      p = writeDashed(p, third & 0xffff, 4);
      return writeHex(p, words[word], 8);
    },
  };
}

function writeDashed(at: number, value: number, digits: number): number {
  out.bytes[at] = dash;
  return writeHex(at + 1, value, digits);
}

function writeHex(at: number, value: number, digits: number): number {
  const bytes = out.bytes;
  for (let i = digits - 1, rest = value; i >= 0; i--, rest >>>= 4) bytes[at + i] = hexDigits[rest & 15];
  return at + digits;
}

export function uuidBinary(): Codec {
  let words = new Uint32Array(0);
  const write = (row: number, at: number) => {
    const word = row * 4;
    const view = out.view;
    view.setUint32(at, words[word + 3] ^ 0x80000000);
    view.setUint32(at + 4, words[word + 2]);
    view.setUint32(at + 8, words[word + 1]);
    view.setUint32(at + 12, words[word]);
    return at + 16;
  };
  return {
    size: 16,
    quotable: false,
    load: (vector, rows) => void (words = words32(vector, rows, 16)),
    write,
    column: fixedColumn(16, write),
  };
}
