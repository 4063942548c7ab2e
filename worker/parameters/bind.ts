/** Binds what a client sent for `$n` to a prepared statement. */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import { defaultRenderSettings, type Parameter, type RenderSettings } from "../api/executor.ts";
import { oids } from "../api/types.ts";
import { noOwnTypes, type OwnTypes, structFields } from "../types/own_types.ts";
import { elementType, pgTypeOf } from "../types/mod.ts";
import { parseArray } from "./arrays.ts";
import { parseBinary } from "./binary.ts";
import type { DecodeContext, Decoded } from "./decoded.ts";
import { parseRecord } from "./records.ts";
import { decodeUtf8, parseText } from "./text.ts";
import { valueFor } from "./value.ts";

const { Type } = duckdb;

/**
 * Reads a parameter as PostgreSQL reads its type and binds it.
 *
 * @param index 1-based
 * @param target what DuckDB expects, `null` where it cannot tell; a value it holds exactly is bound as that type, so that
 * the statement need not be planned again
 * @param oid what the bytes are encoded as; 0 for what the target is called, or text
 * @param settings the session's TimeZone, DateStyle and IntervalStyle, which decide how some texts are read
 * @param ownTypes the types of the database's own
 * @throws PgError as PostgreSQL's input functions do: 22P02, 22P03, 22003, 22007, 22008, 22021, …
 */
export function bindParameter(
  prepared: duckdb.PreparedStatement,
  index: number,
  target: duckdb.LogicalType | null,
  parameter: Parameter,
  oid: number,
  settings: RenderSettings = defaultRenderSettings,
  ownTypes: OwnTypes = noOwnTypes,
): void {
  const known = isKnown(target) ? target : null;
  if (parameter.bytes === null) return bindNull(prepared, index, known);
  const type = typeOfBytes(oid, known, ownTypes);
  const context: DecodeContext = {
    index,
    dateOrder: settings.dateOrder,
    intervalStyle: settings.intervalStyle,
    timeZone: settings.timeZone,
  };
  const decoded = parameter.format === 1
    ? parseBinary(parameter.bytes, type, context)
    : decodeText(decodeUtf8(parameter.bytes), type, known, context, ownTypes);
  if (isNumeric(type)) checkFinite(decoded, known);
  duckdb.bind_value(prepared, index, valueFor(decoded, known, ownTypes));
}

/**
 * Of a NULL without a type DuckDB makes another statement, with columns of other types: `CAST(NULL AS VARCHAR) || 'x'` is
 * an integer to it. There is no call for one with a type; the item of a list has it.
 */
function bindNull(
  prepared: duckdb.PreparedStatement,
  index: number,
  target: duckdb.LogicalType | null,
): void {
  if (target === null) return duckdb.bind_null(prepared, index);
  const list = duckdb.create_list_value(target, [duckdb.create_null_value()]);
  duckdb.bind_value(prepared, index, duckdb.get_list_child(list, 0));
}

function isKnown(target: duckdb.LogicalType | null): boolean {
  if (target === null) return false;
  const id = duckdb.get_type_id(target);
  return id !== Type.INVALID && id !== Type.SQLNULL && id !== Type.ANY;
}

function typeOfBytes(oid: number, target: duckdb.LogicalType | null, ownTypes: OwnTypes): number {
  if (oid !== 0 && oid !== oids.unknown) return oid;
  return target === null ? oids.text : pgTypeOf(target, ownTypes).oid;
}

/** A text as a value of a type; of a composite type the target tells the fields. */
function decodeText(
  text: string,
  oid: number,
  target: duckdb.LogicalType | null,
  context: DecodeContext,
  ownTypes: OwnTypes,
): Decoded {
  if (target === null || ownTypes.size === 0 || oid !== pgTypeOf(target, ownTypes).oid) {
    return parseText(text, oid, context);
  }
  const decode = (text: string, type: duckdb.LogicalType) =>
    decodeText(text, pgTypeOf(type, ownTypes).oid, type, context, ownTypes);
  const element = innermost(target);
  if (element) return parseArray(text, pgTypeOf(element, ownTypes).oid, (item) => decode(item, element));
  if (duckdb.get_type_id(target) !== Type.STRUCT) return parseText(text, oid, context);
  const fields = structFields(target);
  const texts = parseRecord(text, fields.length);
  return {
    kind: "record",
    fields: fields.map(({ type }, i) => texts[i] === null ? null : decode(texts[i], type)),
  };
}

/** What the elements of an array are, of whatever dimensions; `null` for what is none. */
function innermost(type: duckdb.LogicalType): duckdb.LogicalType | null {
  const element = elementType(type);
  return element && (innermost(element) ?? element);
}

function isNumeric(oid: number): boolean {
  return oid === oids.numeric;
}

/** DuckDB's DECIMAL has no NaN and no infinity; a DOUBLE parameter takes them. */
function checkFinite(decoded: Decoded, target: duckdb.LogicalType | null): void {
  if (decoded.kind !== "float") return;
  const id = target === null ? Type.DECIMAL : duckdb.get_type_id(target);
  if (id === Type.DOUBLE || id === Type.FLOAT) return;
  throw new PgError("22003", `value "${decoded.value}" is out of range for type numeric`);
}
