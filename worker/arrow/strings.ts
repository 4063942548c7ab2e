/** Columns of Utf8 and Binary: where each value ends, and the bytes of all. */
import { type Codec, isValid, type Validity } from "../rows/codec.ts";
import { ensure, out } from "../rows/output.ts";
import { StringVector } from "../rows/strings.ts";
import { GrowingBytes, GrowingValidity } from "./buffers.ts";
import { type ArrowColumn, validityWithin } from "./column.ts";

/** What writes a value's bytes; see {@linkcode Codec}. */
type Writer = Pick<Codec, "load" | "write" | "size">;

/** Behind what `ensure` promised: codecs write their fixed parts, and brackets, without asking. */
const slack = 64;

/** Any type whose values a codec of rows can write as text. */
export function textColumn(codec: Writer): ArrowColumn {
  return bytesColumn(codec, (first, last) => (last - first) * codec.size);
}

/** VARCHAR, BLOB, BIT and GEOMETRY: DuckDB's bytes. */
export function stringColumn(): ArrowColumn {
  const strings = new StringVector();
  let mask: Validity = null;

  function size(first: number, last: number): number {
    const { words } = strings;
    let sum = 0;
    for (let row = first; row < last; row++) if (isValid(mask, row)) sum += words[row * 4];
    return sum;
  }

  return bytesColumn({
    size: 0,
    load(vector, rows, validity) {
      mask = validity;
      strings.load(vector, rows, validity);
    },
    write: (row, at) => strings.write(row, at),
  }, size);
}

function bytesColumn(writer: Writer, size: (first: number, last: number) => number): ArrowColumn {
  const validity = new GrowingValidity();
  const ends = new GrowingBytes();
  const data = new GrowingBytes();
  let mask: Validity = null;

  return {
    load(vector, rows, parents) {
      mask = validityWithin(vector, rows, parents);
      writer.load(vector, rows, mask);
    },
    size,
    append(first, last) {
      validity.append(mask, first, last);
      startOffsets(ends, last - first);
      const { ints } = ends;
      const start = data.length;
      let next = ends.length / 4;
      let at = 0;
      out.slack = writer.size + slack;
      for (let row = first; row < last; row++) {
        if (isValid(mask, row)) {
          ensure(at, 0);
          at = writer.write(row, at);
        }
        ints[next++] = start + at;
      }
      ends.length = next * 4;
      data.append(out.bytes.subarray(0, at));
    },
    write(body) {
      body.node(validity);
      startOffsets(ends, 0);
      body.buffer(ends.used());
      body.buffer(data.used());
    },
    clear() {
      validity.clear();
      ends.clear();
      data.clear();
    },
  };
}

/** Makes room for `count` offsets, behind the first, which is 0. */
export function startOffsets(offsets: GrowingBytes, count: number): void {
  offsets.reserve((count + 1) * 4);
  if (offsets.length > 0) return;
  offsets.ints[0] = 0;
  offsets.length = 4;
}
