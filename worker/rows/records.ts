/**
 * Structs without names, which only row constructors make (`row(1, 'x')`), as PostgreSQL's records, and values of
 * composite types.
 *
 * @see https://www.postgresql.org/docs/16/rowtypes.html#ROWTYPES-IO-SYNTAX
 */
import duckdb from "@duckdb/node-bindings";
import type { Codec, Validity } from "./codec.ts";
import { isValid } from "./codec.ts";
import { quoteField } from "./escape.ts";
import { ensure, out } from "./output.ts";
import { validityOf } from "./vector.ts";

interface Field {
  codec: Codec;
  oid: number;
  validity: Validity;
}

/** What a field's values are written with. */
export type FieldCodec = (type: duckdb.LogicalType) => Codec;

function fieldsOf(
  type: duckdb.LogicalType,
  codecOf: FieldCodec,
  oidOf: (type: duckdb.LogicalType) => number,
) {
  return Array.from({ length: duckdb.struct_type_child_count(type) }, (_, i): Field => {
    const child = duckdb.struct_type_child_type(type, i);
    return { codec: codecOf(child), oid: oidOf(child), validity: null };
  });
}

function load(fields: readonly Field[], struct: duckdb.Vector, rows: number): void {
  fields.forEach((field, i) => {
    const vector = duckdb.struct_vector_get_child(struct, i);
    field.validity = validityOf(vector, rows);
    field.codec.load(vector, rows, field.validity);
  });
}

const open = 40;
const close = 41;
const comma = 44;

/** `(1,"a b",)`: a NULL is nothing at all. */
export function recordText(type: duckdb.LogicalType, codecOf: FieldCodec): Codec {
  const fields = fieldsOf(type, codecOf, () => 0);
  return {
    size: 8,
    quotable: true,
    load: (vector, rows) => load(fields, vector, rows),
    write(row, start) {
      let at = start;
      out.bytes[at++] = open;
      fields.forEach(({ codec, validity }, i) => {
        ensure(at, codec.size + 8);
        if (i > 0) out.bytes[at++] = comma;
        if (isValid(validity, row)) at = quoteField(at, codec.write(row, at));
      });
      ensure(at, 1);
      out.bytes[at] = close;
      return at + 1;
    },
  };
}

/** The number of fields, then of each the type, the length and the bytes. */
export function recordBinary(
  type: duckdb.LogicalType,
  codecOf: FieldCodec,
  oidOf: (type: duckdb.LogicalType) => number,
): Codec {
  const fields = fieldsOf(type, codecOf, oidOf);
  return {
    size: 8,
    quotable: false,
    load: (vector, rows) => load(fields, vector, rows),
    write(row, start) {
      out.view.setInt32(start, fields.length);
      let at = start + 4;
      for (const { codec, oid, validity } of fields) {
        ensure(at, codec.size + 16);
        out.view.setInt32(at, oid);
        const end = isValid(validity, row) ? codec.write(row, at + 8) : -1;
        out.view.setInt32(at + 4, end < 0 ? -1 : end - at - 8);
        at = end < 0 ? at + 8 : end;
      }
      return at;
    },
  };
}
