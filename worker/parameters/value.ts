/** Decoded parameters as DuckDB values, of the type a statement expects where that holds them exactly. */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import { oids } from "../api/types.ts";
import { enumLabels, noOwnTypes, ownTypeOf, type OwnTypes, structFields } from "../types/own_types.ts";
import { elementType, pgTypeOf } from "../types/mod.ts";
import { decimalText, type Decoded, type DecodedArray } from "./decoded.ts";

const { Type } = duckdb;

type Target = duckdb.LogicalType | null;

/**
 * The value for a target type. `null` when the target cannot hold it exactly: then {@linkcode naturalValue} is bound, and
 * DuckDB plans the statement again for its type, just as it would compare or convert a literal of that type.
 *
 * @param ownTypes the types of the database's own that the target may be of
 */
export function valueFor(decoded: Decoded, target: Target, ownTypes: OwnTypes): duckdb.Value {
  if (decoded.kind === "array" && target !== null) checkDimensions(decoded, target);
  const fitted = target === null ? null : fit(decoded, target, ownTypes);
  return fitted ?? naturalValue(decoded);
}

/**
 * PostgreSQL's `integer[]` has any number of dimensions, DuckDB's only one.
 *
 * @throws PgError 2202E for an array of more dimensions than the target has
 */
function checkDimensions({ dimensions }: DecodedArray, target: duckdb.LogicalType): void {
  const depth = depthOf(target);
  if (depth === 0 || dimensions <= depth) return;
  throw new PgError("2202E", `array of ${dimensions} dimensions where ${depth} expected`, {
    hint: `Cast the parameter, e.g. $1::INTEGER${"[]".repeat(dimensions)}.`,
  });
}

/**
 * What is too large for any DECIMAL does not get as far as DuckDB's own check against the target.
 *
 * @throws PgError 22003
 */
function checkOverflow(unscaled: bigint, scale: number, target: duckdb.LogicalType): void {
  if (duckdb.get_type_id(target) !== Type.DECIMAL || digitsOf(unscaled) - scale <= maxDigits) return;
  const [width, targetScale] = [duckdb.decimal_width(target), duckdb.decimal_scale(target)];
  throw new PgError("22003", "numeric field overflow", {
    detail:
      `A field with precision ${width}, scale ${targetScale} must round to an absolute value less than ` +
      `10^${width - targetScale}.`,
  });
}

function depthOf(type: duckdb.LogicalType): number {
  const element = elementType(type);
  return element === null ? 0 : 1 + depthOf(element);
}

function fit(decoded: Decoded, target: duckdb.LogicalType, ownTypes: OwnTypes): duckdb.Value | null {
  switch (decoded.kind) {
    case "int":
      return fitDecimal(decoded.value, 0, target);
    case "numeric":
      checkOverflow(decoded.unscaled, decoded.scale, target);
      return fitDecimal(decoded.unscaled, decoded.scale, target);
    case "float":
      return fitFloat(decoded.value, target);
    case "text":
      return fitText(decoded.value, target, ownTypes);
    case "timestamp":
      return fitTimestamp(decoded.micros, target);
    case "time":
      return duckdb.get_type_id(target) === Type.TIME_NS
        ? duckdb.create_time_ns({ nanos: decoded.micros * 1000n })
        : null;
    case "array":
      return fitArray(decoded, target, ownTypes);
    case "record":
      return recordValue(decoded.fields, target, ownTypes);
    default:
      return null;
  }
}

/** Makers and ranges of DuckDB's integer types. */
const integers: Readonly<Record<number, readonly [bigint, bigint, (value: bigint) => duckdb.Value]>> = {
  [Type.TINYINT]: [-0x80n, 0x7fn, (v) => duckdb.create_int8(Number(v))],
  [Type.UTINYINT]: [0n, 0xffn, (v) => duckdb.create_uint8(Number(v))],
  [Type.SMALLINT]: [-0x8000n, 0x7fffn, (v) => duckdb.create_int16(Number(v))],
  [Type.USMALLINT]: [0n, 0xffffn, (v) => duckdb.create_uint16(Number(v))],
  [Type.INTEGER]: [-0x80000000n, 0x7fffffffn, (v) => duckdb.create_int32(Number(v))],
  [Type.UINTEGER]: [0n, 0xffffffffn, (v) => duckdb.create_uint32(Number(v))],
  [Type.BIGINT]: [-(2n ** 63n), 2n ** 63n - 1n, (v) => duckdb.create_int64(v)],
  [Type.UBIGINT]: [0n, 2n ** 64n - 1n, (v) => duckdb.create_uint64(v)],
  [Type.HUGEINT]: [-(2n ** 127n), 2n ** 127n - 1n, (v) => duckdb.create_hugeint(v)],
  [Type.UHUGEINT]: [0n, 2n ** 128n - 1n, (v) => duckdb.create_uhugeint(v)],
};

function fitDecimal(unscaled: bigint, scale: number, target: duckdb.LogicalType): duckdb.Value | null {
  const id = duckdb.get_type_id(target);
  if (id === Type.DOUBLE) return duckdb.create_double(toNumber(unscaled, scale));
  if (id === Type.FLOAT) return duckdb.create_float(toNumber(unscaled, scale));
  if (id === Type.DECIMAL) {
    const width = duckdb.decimal_width(target);
    const targetScale = duckdb.decimal_scale(target);
    const value = rescale(unscaled, scale, targetScale);
    if (value === null || digitsOf(value) > width) return null;
    return duckdb.create_decimal({ width, scale: targetScale, value });
  }
  const whole = rescale(unscaled, scale, 0);
  if (whole === null) return null;
  if (id === Type.BIGNUM) return duckdb.create_bignum(whole);
  const integer = integers[id];
  if (!integer) return null;
  const [low, high, create] = integer;
  return whole >= low && whole <= high ? create(whole) : null;
}

/** The unscaled value at another scale, `null` when digits would be lost. */
function rescale(unscaled: bigint, from: number, to: number): bigint | null {
  if (to >= from) return unscaled * 10n ** BigInt(to - from);
  const divisor = 10n ** BigInt(from - to);
  return unscaled % divisor === 0n ? unscaled / divisor : null;
}

function digitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString().length;
}

function toNumber(unscaled: bigint, scale: number): number {
  return Number(`${unscaled}e-${scale}`);
}

function fitFloat(value: number, target: duckdb.LogicalType): duckdb.Value | null {
  const id = duckdb.get_type_id(target);
  if (id === Type.FLOAT && Object.is(Math.fround(value), value)) return duckdb.create_float(value);
  return id === Type.DOUBLE ? duckdb.create_double(value) : null;
}

/** @throws PgError 22P02 for a label that an enum does not have */
function fitText(value: string, target: duckdb.LogicalType, ownTypes: OwnTypes): duckdb.Value | null {
  if (duckdb.get_type_id(target) !== Type.ENUM) return null;
  const index = enumLabels(target).indexOf(value);
  if (index >= 0) return duckdb.create_enum_value(target, index);
  const name = ownTypeOf(target, ownTypes)?.name ?? "enum";
  throw new PgError("22P02", `invalid input value for enum ${name}: "${value}"`);
}

function fitTimestamp(micros: bigint, target: duckdb.LogicalType): duckdb.Value | null {
  switch (duckdb.get_type_id(target)) {
    case Type.TIMESTAMP_S:
      return micros % 1_000_000n === 0n ? duckdb.create_timestamp_s({ seconds: micros / 1_000_000n }) : null;
    case Type.TIMESTAMP_MS:
      return micros % 1000n === 0n ? duckdb.create_timestamp_ms({ millis: micros / 1000n }) : null;
    case Type.TIMESTAMP_NS:
      return fitsNanos(micros) ? duckdb.create_timestamp_ns({ nanos: micros * 1000n }) : null;
    default:
      return null;
  }
}

function fitsNanos(micros: bigint): boolean {
  const nanos = micros * 1000n;
  return nanos === BigInt.asIntN(64, nanos);
}

function fitArray(
  decoded: DecodedArray,
  target: duckdb.LogicalType,
  ownTypes: OwnTypes,
): duckdb.Value | null {
  const element = elementType(target);
  if (element === null) return null;
  const fixed = duckdb.get_type_id(target) === Type.ARRAY;
  if (fixed && duckdb.array_type_array_size(target) !== decoded.elements.length) return null;
  const values: duckdb.Value[] = [];
  for (const item of decoded.elements) {
    const value = item === null ? duckdb.create_null_value() : fitElement(item, element, ownTypes);
    if (value === null) return null;
    values.push(value);
  }
  return fixed ? duckdb.create_array_value(element, values) : duckdb.create_list_value(element, values);
}

/** A field that does not fit as it is gets its type where the struct is made. */
function recordValue(
  fields: readonly (Decoded | null)[],
  target: duckdb.LogicalType,
  ownTypes: OwnTypes,
): duckdb.Value {
  const types = structFields(target);
  const values = fields.map((field, i) =>
    field === null ? duckdb.create_null_value() : valueFor(field, types[i].type, ownTypes)
  );
  return duckdb.create_struct_value(target, values);
}

/** An element must be of the list's element type itself: one that needs no fitting is, when PostgreSQL calls both the same. */
function fitElement(
  decoded: Decoded,
  element: duckdb.LogicalType,
  ownTypes: OwnTypes,
): duckdb.Value | null {
  const fitted = fit(decoded, element, ownTypes);
  if (fitted !== null || decoded.kind === "array") return fitted;
  return sameKind(decoded, pgTypeOf(element).oid) ? naturalValue(decoded) : null;
}

function sameKind(decoded: Decoded, oid: number): boolean {
  return kindsByOid[oid] === decoded.kind;
}

const kindsByOid: Readonly<Record<number, Decoded["kind"]>> = {
  [oids.bool]: "bool",
  [oids.text]: "text",
  [oids.json]: "text",
  [oids.jsonb]: "text",
  [oids.bytea]: "bytes",
  [oids.varbit]: "bits",
  [oids.uuid]: "uuid",
  [oids.date]: "date",
  [oids.time]: "time",
  [oids.timetz]: "timetz",
  [oids.timestamp]: "timestamp",
  [oids.timestamptz]: "timestamptz",
  [oids.interval]: "interval",
};

/** The value in the DuckDB type that stands for its PostgreSQL type. */
function naturalValue(decoded: Decoded): duckdb.Value {
  switch (decoded.kind) {
    case "bool":
      return duckdb.create_bool(decoded.value);
    case "int":
      return integers[naturalTypes[decoded.oid]][2](decoded.value);
    case "float":
      return decoded.oid === oids.float4
        ? duckdb.create_float(decoded.value)
        : duckdb.create_double(decoded.value);
    case "numeric":
      return naturalDecimal(decoded.unscaled, decoded.scale);
    case "text":
      return duckdb.create_varchar(decoded.value);
    case "bytes":
      return duckdb.create_blob(decoded.value);
    case "bits":
      return duckdb.create_bit(decoded.value);
    case "uuid":
      return duckdb.create_uuid(decoded.value);
    case "date":
      return duckdb.create_date({ days: decoded.days });
    case "time":
      return duckdb.create_time({ micros: decoded.micros });
    case "timetz":
      return duckdb.create_time_tz_value(duckdb.create_time_tz(Number(decoded.micros), decoded.offset));
    case "timestamp":
      return duckdb.create_timestamp({ micros: decoded.micros });
    case "timestamptz":
      return duckdb.create_timestamp_tz({ micros: decoded.micros });
    case "interval":
      return duckdb.create_interval({ months: decoded.months, days: decoded.days, micros: decoded.micros });
    case "array":
      return naturalArray(decoded);
    case "record":
      throw new PgError("XX000", "a record is of the type it was read for");
  }
}

const maxDigits = 38;

/** @throws PgError 22003 for more than the 38 digits DuckDB's DECIMAL has */
function naturalDecimal(unscaled: bigint, scale: number): duckdb.Value {
  const digits = Math.max(digitsOf(unscaled), scale);
  if (digits > maxDigits) {
    throw new PgError("22003", `value "${decimalText(unscaled, scale)}" is out of range for type numeric`, {
      detail: `A numeric has at most ${maxDigits} digits here.`,
    });
  }
  // Room to grow, so that arithmetic with it does not overflow at once.
  return duckdb.create_decimal({ width: digits <= 18 ? 18 : maxDigits, scale, value: unscaled });
}

function naturalArray(decoded: DecodedArray): duckdb.Value {
  let type = naturalElementType(decoded);
  for (let depth = 1; depth < decoded.dimensions; depth++) type = duckdb.create_list_type(type);
  const values = decoded.elements.map((item) =>
    item === null ? duckdb.create_null_value() : valueFor(item, type, noOwnTypes)
  );
  return duckdb.create_list_value(type, values);
}

const naturalTypes: Readonly<Record<number, duckdb.Type>> = {
  [oids.bool]: Type.BOOLEAN,
  [oids.int2]: Type.SMALLINT,
  [oids.int4]: Type.INTEGER,
  [oids.int8]: Type.BIGINT,
  [oids.oid]: Type.BIGINT,
  [oids.float4]: Type.FLOAT,
  [oids.float8]: Type.DOUBLE,
  [oids.bytea]: Type.BLOB,
  [oids.bit]: Type.BIT,
  [oids.varbit]: Type.BIT,
  [oids.uuid]: Type.UUID,
  [oids.date]: Type.DATE,
  [oids.time]: Type.TIME,
  [oids.timetz]: Type.TIME_TZ,
  [oids.timestamp]: Type.TIMESTAMP,
  [oids.timestamptz]: Type.TIMESTAMP_TZ,
  [oids.interval]: Type.INTERVAL,
};

function naturalElementType(decoded: DecodedArray): duckdb.LogicalType {
  if (decoded.elementOid !== oids.numeric && decoded.elementOid !== oids.money) {
    return duckdb.create_logical_type(naturalTypes[decoded.elementOid] ?? Type.VARCHAR);
  }
  const scale = Math.min(maxDigits, largestScale(decoded));
  return duckdb.create_decimal_type(maxDigits, scale);
}

function largestScale(decoded: DecodedArray): number {
  let scale = 0;
  for (const item of decoded.elements) {
    if (item?.kind === "array") scale = Math.max(scale, largestScale(item));
    if (item?.kind === "numeric") scale = Math.max(scale, item.scale);
  }
  return scale;
}
