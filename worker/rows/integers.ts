/** Columns of integers of every width, and booleans. */
import duckdb from "@duckdb/node-bindings";
import type { Codec } from "./codec.ts";
import { bigintColumn, fixedColumn, integerColumn, word64Column, wordColumn } from "./columns.ts";
import { writeInt32, writeInt64, writeSmall, writeUint64, writeUnsigned } from "./digits.ts";
import { out } from "./output.ts";
import { bytesOf, ints32, words32 } from "./vector.ts";

type Small = Int8Array | Uint8Array | Int16Array | Uint16Array;

/** How a narrow integer's vector is viewed. */
const views: Readonly<Record<number, { width: number; view: (data: Uint8Array<ArrayBuffer>) => Small }>> = {
  [duckdb.Type.TINYINT]: { width: 1, view: (d) => new Int8Array(d.buffer, d.byteOffset, d.byteLength) },
  [duckdb.Type.UTINYINT]: { width: 1, view: (d) => d },
  [duckdb.Type.SMALLINT]: {
    width: 2,
    view: (d) => new Int16Array(d.buffer, d.byteOffset, d.byteLength >> 1),
  },
  [duckdb.Type.USMALLINT]: {
    width: 2,
    view: (d) => new Uint16Array(d.buffer, d.byteOffset, d.byteLength >> 1),
  },
};

/** TINYINT, UTINYINT, SMALLINT, USMALLINT as text. */
export function smallText(type: duckdb.Type): Codec {
  const { width, view } = views[type];
  let data: Small = new Int8Array(0);
  return {
    size: 6,
    quotable: false,
    load: (vector, rows) => void (data = view(bytesOf(vector, rows, width))),
    write: (row, at) => writeInt32(out.bytes, at, data[row]),
  };
}

/** TINYINT and SMALLINT as int2, UTINYINT and USMALLINT as int4. */
export function smallBinary(type: duckdb.Type): Codec {
  const { width, view } = views[type];
  const wide = type === duckdb.Type.UTINYINT || type === duckdb.Type.USMALLINT;
  let data: Small = new Int8Array(0);
  const write = (row: number, at: number) => {
    if (wide) out.view.setInt32(at, data[row]);
    else out.view.setInt16(at, data[row]);
    return at + (wide ? 4 : 2);
  };
  return {
    size: 4,
    quotable: false,
    load: (vector, rows) => void (data = view(bytesOf(vector, rows, width))),
    write,
    column: fixedColumn(wide ? 4 : 2, write),
  };
}

export function integerText(): Codec {
  let data = new Int32Array(0);
  return {
    size: 11,
    quotable: false,
    load: (vector, rows) => void (data = ints32(vector, rows)),
    write: (row, at) => writeInt32(out.bytes, at, data[row]),
    column: integerColumn(() => data),
  };
}

export function integerBinary(): Codec {
  let data = new Int32Array(0);
  return {
    size: 4,
    quotable: false,
    load: (vector, rows) => void (data = ints32(vector, rows)),
    write(row, at) {
      out.view.setInt32(at, data[row]);
      return at + 4;
    },
    column: wordColumn(() => data),
  };
}

export function uintegerText(): Codec {
  let words = new Uint32Array(0);
  return {
    size: 10,
    quotable: false,
    load: (vector, rows) => void (words = words32(vector, rows, 4)),
    write: (row, at) => writeUnsigned(out.bytes, at, words[row]),
  };
}

/** As int8, the narrowest type of PostgreSQL that holds it. */
export function uintegerBinary(): Codec {
  let words = new Uint32Array(0);
  return {
    size: 8,
    quotable: false,
    load: (vector, rows) => void (words = words32(vector, rows, 4)),
    write(row, at) {
      out.view.setUint32(at, 0);
      out.view.setUint32(at + 4, words[row]);
      return at + 8;
    },
  };
}

export function bigintText(): Codec {
  let words = new Uint32Array(0);
  return {
    size: 20,
    quotable: false,
    load: (vector, rows) => void (words = words32(vector, rows, 8)),
    write(row, at) {
      const low = words[row * 2];
      const high = words[row * 2 + 1];
      if (high === 0 && low <= 0x7fffffff) return writeSmall(out.bytes, at, low);
      return writeInt64(out.bytes, at, high, low);
    },
    column: bigintColumn(() => words),
  };
}

export function ubigintText(): Codec {
  let words = new Uint32Array(0);
  return {
    size: 20,
    quotable: false,
    load: (vector, rows) => void (words = words32(vector, rows, 8)),
    write: (row, at) => writeUint64(out.bytes, at, words[row * 2 + 1], words[row * 2]),
  };
}

/** Any 8 bytes in network order: BIGINT, DOUBLE, TIME. */
export function word64Binary(): Codec {
  let words = new Uint32Array(0);
  return {
    size: 8,
    quotable: false,
    load: (vector, rows) => void (words = words32(vector, rows, 8)),
    write(row, at) {
      out.view.setUint32(at, words[row * 2 + 1]);
      out.view.setUint32(at + 4, words[row * 2]);
      return at + 8;
    },
    column: word64Column(() => words),
  };
}

/** The lower half of a BIGINT that is an oid. */
export function oidBinary(): Codec {
  let words = new Uint32Array(0);
  return {
    size: 4,
    quotable: false,
    load: (vector, rows) => void (words = words32(vector, rows, 8)),
    write(row, at) {
      out.view.setUint32(at, words[row * 2]);
      return at + 4;
    },
  };
}

/** `t` and `f`. */
export function booleanText(): Codec {
  return booleanCodec(116, 102);
}

export function booleanBinary(): Codec {
  return booleanCodec(1, 0);
}

function booleanCodec(yes: number, no: number): Codec {
  let data = new Uint8Array(0);
  const write = (row: number, at: number) => {
    out.bytes[at] = data[row] ? yes : no;
    return at + 1;
  };
  return {
    size: 1,
    quotable: false,
    load: (vector, rows) => void (data = bytesOf(vector, rows, 1)),
    write,
    column: fixedColumn(1, write),
  };
}
