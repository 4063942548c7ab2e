/**
 * Values as JSON, for columns of STRUCT, MAP and UNION and for what is nested in them.
 *
 * The rule: a STRUCT is an object (without names, `row(1, 2)`, its fields are f1, f2, … as in PostgreSQL's row_to_json); a MAP
 * is an object where its keys are text, otherwise a list of `{"key": …, "value": …}`; a UNION is its value; a LIST or ARRAY is
 * a list. Numbers and booleans are JSON's own, except NaN and infinities, which are strings; JSON stays as it is; dates and
 * times are ISO 8601 with a `T`, whatever the DateStyle, as PostgreSQL's to_json has them; everything else is the string of
 * its text form.
 */
import duckdb from "@duckdb/node-bindings";
import type { RenderSettings } from "../api/executor.ts";
import { elementType, isJson } from "../types/mod.ts";
import { timeZone } from "../types/time_zone.ts";
import type { Codec, Validity } from "./codec.ts";
import { isValid } from "./codec.ts";
import { dateWriter, jsonTimestampWriter } from "./date_text.ts";
import { dateText, timestampText } from "./dates.ts";
import { quoteJson } from "./escape.ts";
import { listSource } from "./lists.ts";
import { ensure, out, writeAscii, writeBytes } from "./output.ts";
import { bytesOf, validityOf } from "./vector.ts";
import { stringCodec } from "./strings.ts";
import { variantJson } from "./variant.ts";

const { Type } = duckdb;

/** Gives the text codec of a type that has no fields. */
export type ScalarText = (type: duckdb.LogicalType, settings: RenderSettings) => Codec;

/** Types whose text is JSON as it stands. */
const bareTypes: ReadonlySet<duckdb.Type> = new Set([
  Type.TINYINT,
  Type.SMALLINT,
  Type.INTEGER,
  Type.BIGINT,
  Type.UTINYINT,
  Type.USMALLINT,
  Type.UINTEGER,
  Type.UBIGINT,
  Type.HUGEINT,
  Type.UHUGEINT,
  Type.BIGNUM,
  Type.DECIMAL,
]);

/** The codec that writes a type's values as JSON; `scalar` is the text codec for types without fields. */
export function jsonCodec(type: duckdb.LogicalType, settings: RenderSettings, scalar: ScalarText): Codec {
  const nested = (child: duckdb.LogicalType) => jsonCodec(child, settings, scalar);
  const element = elementType(type);
  if (element !== null) return jsonList(type, nested(element));
  const id = duckdb.get_type_id(type);
  switch (id) {
    case Type.STRUCT:
      return jsonStruct(type, nested);
    case Type.MAP:
      return jsonMap(type, nested);
    case Type.UNION:
      return jsonUnion(type, nested);
    case Type.VARIANT:
      return variantJson(nested);
    case Type.BOOLEAN:
      return jsonBoolean();
    case Type.FLOAT:
    case Type.DOUBLE:
      return jsonFloat(scalar(type, settings));
    case Type.DATE:
      return jsonString(dateText(dateWriter({ ...settings, dateStyle: "ISO" })));
    case Type.TIMESTAMP:
    case Type.TIMESTAMP_S:
    case Type.TIMESTAMP_MS:
    case Type.TIMESTAMP_NS:
      return jsonString(timestampText(id, jsonTimestampWriter(null)));
    case Type.TIMESTAMP_TZ:
      return jsonString(timestampText(id, jsonTimestampWriter(timeZone(settings.timeZone))));
  }
  if (isJson(type)) return stringCodec();
  const text = scalar(type, settings);
  return bareTypes.has(id) ? text : jsonString(text);
}

function jsonString(text: Codec): Codec {
  return {
    size: text.size + 2,
    quotable: true,
    load: text.load,
    write: (row, at) => quoteJson(at, text.write(row, at)),
  };
}

function jsonBoolean(): Codec {
  let data = new Uint8Array(0);
  return {
    size: 5,
    quotable: false,
    load: (vector, rows) => void (data = bytesOf(vector, rows, 1)),
    write: (row, at) => writeAscii(data[row] ? "true" : "false", at),
  };
}

/** Numbers bare; `NaN` and the infinities, which JSON does not have, quoted. */
function jsonFloat(text: Codec): Codec {
  return {
    size: text.size + 2,
    quotable: false,
    load: text.load,
    write(row, at) {
      const end = text.write(row, at);
      const last = out.bytes[end - 1];
      return last >= 48 && last <= 57 ? end : quoteJson(at, end);
    },
  };
}

/** Text that goes before a value: `{"a":`, `,"b":`. */
function label(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function writeLabel(bytes: Uint8Array, at: number, size: number): number {
  ensure(at, bytes.length + size + 8);
  return writeBytes(bytes, 0, bytes.length, at);
}

function writeOrNull(codec: Codec, validity: Validity, row: number, at: number): number {
  return isValid(validity, row) ? codec.write(row, at) : writeAscii("null", at);
}

type Nested = (type: duckdb.LogicalType) => Codec;

/** One field of a struct vector. */
interface Field {
  codec: Codec;
  validity: Validity;
}

function loadField(field: Field, struct: duckdb.Vector, index: number, rows: number): void {
  const vector = duckdb.struct_vector_get_child(struct, index);
  field.validity = validityOf(vector, rows);
  field.codec.load(vector, rows, field.validity);
}

function jsonStruct(type: duckdb.LogicalType, nested: Nested): Codec {
  const count = duckdb.struct_type_child_count(type);
  const fields = Array.from({ length: count }, (_, i) => {
    const name = duckdb.struct_type_child_name(type, i) || `f${i + 1}`;
    return {
      label: label(`${i === 0 ? "{" : ","}${JSON.stringify(name)}:`),
      codec: nested(duckdb.struct_type_child_type(type, i)),
      validity: null as Validity,
    };
  });
  return {
    size: 8,
    quotable: true,
    load(vector, rows) {
      for (let i = 0; i < fields.length; i++) loadField(fields[i], vector, i, rows);
    },
    write(row, start) {
      let at = start;
      for (const field of fields) {
        at = writeLabel(field.label, at, field.codec.size);
        at = writeOrNull(field.codec, field.validity, row, at);
      }
      return writeAscii(fields.length === 0 ? "{}" : "}", at);
    },
  };
}

const listOpen = 91;
const listClose = 93;
const comma = 44;

function jsonList(type: duckdb.LogicalType, element: Codec): Codec {
  const list = listSource(type);
  return {
    size: 8,
    quotable: true,
    load: (vector, rows, validity) => list.load(vector, rows, validity, element),
    write(row, start) {
      const first = list.start(row);
      const end = first + list.length(row);
      let at = start;
      out.bytes[at++] = listOpen;
      for (let i = first; i < end; i++) {
        ensure(at, element.size + 8);
        if (i > first) out.bytes[at++] = comma;
        at = writeOrNull(element, list.elements, i, at);
      }
      out.bytes[at] = listClose;
      return at + 1;
    },
  };
}

/** A MAP's vector is a LIST of structs of key and value. */
function jsonMap(type: duckdb.LogicalType, nested: Nested): Codec {
  const keyType = duckdb.map_type_key_type(type);
  const key: Field = { codec: nested(keyType), validity: null };
  const value: Field = { codec: nested(duckdb.map_type_value_type(type)), validity: null };
  const entries: Pick<Codec, "load"> = {
    load(vector, rows) {
      if (rows === 0) return;
      loadField(key, vector, 0, rows);
      loadField(value, vector, 1, rows);
    },
  };
  const list = listSource(type);
  const keyId = duckdb.get_type_id(keyType);
  const asObject = (keyId === Type.VARCHAR && !isJson(keyType)) || keyId === Type.ENUM;
  const [open, beforeKey, beforeValue, afterValue, close] = asObject
    ? ["{", "", ":", "", "}"].map(label)
    : ["[", '{"key":', ',"value":', "}", "]"].map(label);
  return {
    size: 8,
    quotable: true,
    load: (vector, rows, validity) => list.load(vector, rows, validity, entries),
    write(row, start) {
      const first = list.start(row);
      const end = first + list.length(row);
      let at = writeLabel(open, start, 0);
      for (let i = first; i < end; i++) {
        if (i > first) out.bytes[at++] = comma;
        at = writeLabel(beforeKey, at, key.codec.size);
        at = key.codec.write(i, at);
        at = writeLabel(beforeValue, at, value.codec.size);
        at = writeOrNull(value.codec, value.validity, i, at);
        at = writeLabel(afterValue, at, 0);
      }
      return writeLabel(close, at, 0);
    },
  };
}

/** A UNION's vector is a struct of the tag and one field for each member. */
function jsonUnion(type: duckdb.LogicalType, nested: Nested): Codec {
  const members: Field[] = Array.from(
    { length: duckdb.union_type_member_count(type) },
    (_, i) => ({ codec: nested(duckdb.union_type_member_type(type, i)), validity: null }),
  );
  let tags = new Uint8Array(0);
  return {
    size: Math.max(8, ...members.map(({ codec }) => codec.size)),
    quotable: true,
    load(vector, rows) {
      tags = bytesOf(duckdb.struct_vector_get_child(vector, 0), rows, 1);
      for (let i = 0; i < members.length; i++) loadField(members[i], vector, i + 1, rows);
    },
    write(row, at) {
      const { codec, validity } = members[tags[row]];
      return writeOrNull(codec, validity, row, at);
    },
  };
}
