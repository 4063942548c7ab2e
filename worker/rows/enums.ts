/** Columns of enums: the label's bytes, looked up in a dictionary read once a result. */
import duckdb from "@duckdb/node-bindings";
import { enumLabels } from "../types/own_types.ts";
import type { Codec } from "./codec.ts";
import { ensure, writeBytes } from "./output.ts";
import { bytesOf } from "./vector.ts";

/** The labels as text, the same in both formats. */
export function enumCodec(type: duckdb.LogicalType): Codec {
  const encoder = new TextEncoder();
  const labels = enumLabels(type).map((label) => encoder.encode(label));
  const viewAs = indexView(duckdb.enum_internal_type(type));
  let indexes: Uint8Array | Uint16Array | Uint32Array = new Uint8Array(0);
  return {
    size: 0,
    quotable: true,
    load: (vector, rows) => void (indexes = viewAs(vector, rows)),
    write(row, at) {
      const label = labels[indexes[row]];
      ensure(at, label.length);
      return writeBytes(label, 0, label.length, at);
    },
  };
}

function indexView(
  storage: duckdb.Type,
): (vector: duckdb.Vector, rows: number) => Uint8Array | Uint16Array | Uint32Array {
  if (storage === duckdb.Type.UTINYINT) return (vector, rows) => bytesOf(vector, rows, 1);
  if (storage === duckdb.Type.USMALLINT) {
    return (vector, rows) => {
      const data = bytesOf(vector, rows, 2);
      return new Uint16Array(data.buffer, data.byteOffset, rows);
    };
  }
  return (vector, rows) => {
    const data = bytesOf(vector, rows, 4);
    return new Uint32Array(data.buffer, data.byteOffset, rows);
  };
}
