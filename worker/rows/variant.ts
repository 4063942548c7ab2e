/**
 * Columns of VARIANT as JSON. A VARIANT is a struct of its keys, its tree (`children`), its nodes (`values`: a type and where in
 * the data) and the data. A leaf is put into a vector of one row, so that the codec of its type writes it.
 */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import type { Codec, Validity } from "./codec.ts";
import { listSource } from "./lists.ts";
import { ensure, writeAscii } from "./output.ts";
import { quoteJson } from "./escape.ts";
import { StringVector } from "./strings.ts";
import { bytesOf, validityOf, words32 } from "./vector.ts";

const { Type } = duckdb;

/** DuckDB's numbers for the kinds of node that are not leaves with bytes. */
const nullNode = 0;
const trueNode = 1;
const falseNode = 2;
const decimalNode = 15;
const objectNode = 29;
const arrayNode = 30;

/** A leaf's type and its bytes; 0 where a length stands in front. */
interface Leaf {
  type: duckdb.Type;
  width: number;
}

/** The kinds of leaf by number, DECIMAL aside. */
const leaves: Readonly<Record<number, Leaf>> = {
  3: { type: Type.TINYINT, width: 1 },
  4: { type: Type.SMALLINT, width: 2 },
  5: { type: Type.INTEGER, width: 4 },
  6: { type: Type.BIGINT, width: 8 },
  7: { type: Type.HUGEINT, width: 16 },
  8: { type: Type.UTINYINT, width: 1 },
  9: { type: Type.USMALLINT, width: 2 },
  10: { type: Type.UINTEGER, width: 4 },
  11: { type: Type.UBIGINT, width: 8 },
  12: { type: Type.UHUGEINT, width: 16 },
  13: { type: Type.FLOAT, width: 4 },
  14: { type: Type.DOUBLE, width: 8 },
  16: { type: Type.VARCHAR, width: 0 },
  17: { type: Type.BLOB, width: 0 },
  18: { type: Type.UUID, width: 16 },
  19: { type: Type.DATE, width: 4 },
  20: { type: Type.TIME, width: 8 },
  21: { type: Type.TIME_NS, width: 8 },
  22: { type: Type.TIMESTAMP_S, width: 8 },
  23: { type: Type.TIMESTAMP_MS, width: 8 },
  24: { type: Type.TIMESTAMP, width: 8 },
  25: { type: Type.TIMESTAMP_NS, width: 8 },
  26: { type: Type.TIME_TZ, width: 8 },
  27: { type: Type.TIMESTAMP_TZ, width: 8 },
  28: { type: Type.INTERVAL, width: 16 },
  31: { type: Type.BIGNUM, width: 0 },
  32: { type: Type.BIT, width: 0 },
  33: { type: Type.GEOMETRY, width: 0 },
};

/** A vector of one row and the codec that writes it. */
interface Cell {
  vector: duckdb.Vector;
  codec: Codec;
}

/** A list of structs: its vectors by row, and two numeric fields of the elements. */
function pairList(secondWidth: 1 | 4) {
  let first = new Uint32Array(0);
  let second: Uint32Array | Uint8Array = new Uint32Array(0);
  const list = listSource(duckdb.create_list_type(duckdb.create_logical_type(Type.UINTEGER)));
  const child: Pick<Codec, "load"> = {
    load(vector, rows) {
      const number = secondWidth === 1 ? 1 : 0;
      first = words32(duckdb.struct_vector_get_child(vector, number), rows, 4);
      const other = duckdb.struct_vector_get_child(vector, 1 - number);
      second = secondWidth === 1 ? bytesOf(other, rows, 1) : words32(other, rows, 4);
    },
  };
  return {
    load: (vector: duckdb.Vector, rows: number, validity: Validity) =>
      list.load(vector, rows, validity, child),
    first: (row: number, i: number) => first[list.start(row) + i],
    second: (row: number, i: number) => second[list.start(row) + i],
  };
}

/** The codec; `codecFor` gives the JSON codec of a leaf's type. */
export function variantJson(codecFor: (type: duckdb.LogicalType) => Codec): Codec {
  const keyNames = new StringVector();
  const keys = listSource(duckdb.create_list_type(duckdb.create_logical_type(Type.VARCHAR)));
  const children = pairList(4); // key, value
  const nodes = pairList(1); // offset, type
  const data = new StringVector();
  const cells = new Map<string, Cell>();
  /** Where the value being written has its data, and how far it is read. */
  let bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let start = 0;
  let offset = 0;

  function varint(): number {
    let value = 0;
    for (let shift = 1;; shift *= 128) {
      const byte = bytes[start + offset++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  function cellOf(key: string, makeType: () => duckdb.LogicalType): Cell {
    const known = cells.get(key);
    if (known) return known;
    const type = makeType();
    const cell = { vector: duckdb.create_vector(type, 1), codec: codecFor(type) };
    cells.set(key, cell);
    return cell;
  }

  function writeLeaf({ vector, codec }: Cell, width: number, at: number): number {
    const length = width === 0 ? varint() : width;
    const from = bytes.slice(start + offset, start + offset + length);
    if (width === 0) duckdb.vector_assign_string_element_len(vector, 0, from);
    else duckdb.copy_data_to_vector(vector, 0, from.buffer, 0, length);
    codec.load(vector, 1, null);
    ensure(at, codec.size);
    return codec.write(0, at);
  }

  function writeDecimal(at: number): number {
    const width = varint();
    const scale = varint();
    const cell = cellOf(`decimal(${width}, ${scale})`, () => duckdb.create_decimal_type(width, scale));
    return writeLeaf(cell, width <= 4 ? 2 : width <= 9 ? 4 : width <= 18 ? 8 : 16, at);
  }

  function writeKey(row: number, key: number, at: number): number {
    return writeAscii(":", quoteJson(at, keyNames.write(keys.start(row) + key, at)));
  }

  function writeNested(row: number, isObject: boolean, start: number): number {
    const count = varint();
    const first = count === 0 ? 0 : varint();
    let at = writeAscii(isObject ? "{" : "[", start);
    for (let i = first; i < first + count; i++) {
      ensure(at, 16);
      if (i > first) at = writeAscii(",", at);
      if (isObject) at = writeKey(row, children.first(row, i), at);
      at = writeNode(row, children.second(row, i), at);
    }
    return writeAscii(isObject ? "}" : "]", at);
  }

  function writeNode(row: number, node: number, at: number): number {
    ensure(at, 16);
    const kind = nodes.second(row, node);
    offset = nodes.first(row, node);
    if (kind === nullNode) return writeAscii("null", at);
    if (kind === trueNode) return writeAscii("true", at);
    if (kind === falseNode) return writeAscii("false", at);
    if (kind === decimalNode) return writeDecimal(at);
    if (kind === objectNode || kind === arrayNode) return writeNested(row, kind === objectNode, at);
    const leaf = leaves[kind];
    if (!leaf) throw new PgError("0A000", `a VARIANT of kind ${kind} cannot be sent`);
    return writeLeaf(cellOf(String(kind), () => duckdb.create_logical_type(leaf.type)), leaf.width, at);
  }

  return {
    size: 16,
    quotable: true,
    load(vector, rows) {
      cells.clear(); // a vector keeps every string it was ever given
      const field = (i: number) => duckdb.struct_vector_get_child(vector, i);
      const validity = validityOf(vector, rows);
      keys.load(field(0), rows, validity, keyNames);
      children.load(field(1), rows, validity);
      nodes.load(field(2), rows, validity);
      data.load(field(3), rows, validity);
    },
    write(row, at) {
      data.seek(row);
      ({ bytes, start } = data);
      return writeNode(row, 0, at);
    },
  };
}
