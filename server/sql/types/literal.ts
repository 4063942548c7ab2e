/**
 * Literals of PostgreSQL's types as DuckDB expressions. DuckDB reads the text of a literal by rules of its own, refuses
 * forms that PostgreSQL accepts and takes others for something else; so the text is read here by PostgreSQL's rules and
 * written in the one form that both agree on.
 */
import { lookup } from "../../../worker/api/lookup.ts";
import { PgError } from "../../../worker/api/error.ts";
import {
  cidrText,
  decimalText,
  type DecodeContext,
  type Decoded,
  inetText,
  macaddrText,
  namesZone,
  parseArray,
  parseIntervalFields,
  parseText,
} from "../../../worker/api/input.ts";
import { typeByName } from "../../../worker/api/types.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { blobText, dateText, intervalText, offsetText, timestampText, timeText } from "./engine_text.ts";
import type { NamedType } from "./type_name.ts";

/** The session's settings that decide how a literal is read. */
export type LiteralSettings = Pick<DecodeContext, "dateOrder" | "intervalStyle">;

export const defaultLiteralSettings: LiteralSettings = { dateOrder: "MDY", intervalStyle: "postgres" };

type Read = (text: string, modifiers: readonly number[], context: DecodeContext) => string | null;

/**
 * The DuckDB expression of a type's literal; `null` where DuckDB reads the text as PostgreSQL does, and for types that
 * are not read here.
 *
 * @throws PgError as PostgreSQL's input functions do: 22P02, 22003, 22007, 22008, …
 * @example literalExpression({ name: "date", modifiers: [], isArray: false }, "Jan 8, 1999", settings) // "CAST('1999-01-08' AS DATE)"
 */
export function literalExpression(type: NamedType, text: string, settings: LiteralSettings): string | null {
  if (type.isArray) return arrayExpression(type, text, settings);
  const read = readers[type.name];
  return read ? read(text, type.modifiers, { ...settings, index: 1, timeZone: "UTC" }) : null;
}

/** Whether literals of a type are read here. */
export function isReadType({ name, isArray }: NamedType): boolean {
  return isArray || readers[name] !== undefined;
}

/**
 * The elements of an array's text, each as an untyped literal; `null` for a text that is no array of one dimension.
 *
 * @example arrayItems('{1,NULL,"a b"}') // ["'1'", "NULL", "'a b'"]
 */
export function arrayItems(text: string): string[] | null {
  try {
    const array = parseArray(text, 0, (item) => ({ kind: "text", value: item }));
    const items: string[] = [];
    for (const item of array.elements) {
      if (item?.kind === "array") return null;
      items.push(item?.kind === "text" ? quoteText(item.value) : "NULL");
    }
    return items;
  } catch (error) {
    if (error instanceof PgError) return null;
    throw error;
  }
}

/** A DuckDB list's first element is the one with the number 1. */
export const otherLowerBound = new PgError(
  "0A000",
  "arrays with a lower bound other than 1 are not supported",
);

/**
 * `{1,NULL,{"a b"}}` as a list.
 *
 * @param engineType what DuckDB calls the elements' type, where it is not one of PostgreSQL's own
 */
export function arrayExpression(
  { name, modifiers }: NamedType,
  text: string,
  settings: LiteralSettings,
  engineType: string | null = typeByName(name)?.duckdb ?? null,
): string | null {
  if (engineType === null) return null;
  const lower = /^\s*\[\s*([-+]?\d+)\s*:/.exec(text);
  if (lower && Number(lower[1]) !== 1) {
    throw otherLowerBound;
  }
  const array = parseArray(text, 0, (item) => ({ kind: "text", value: item }));
  const element = { name, modifiers, isArray: false };
  const list = ({ elements }: typeof array): string => {
    const items = elements.map((item) => {
      if (item === null) return "NULL";
      if (item.kind === "array") return list(item);
      const value = item.kind === "text" ? item.value : "";
      return literalExpression(element, value, settings) ?? quoteText(value);
    });
    return `[${items.join(", ")}]`;
  };
  // The elements say what scale they have.
  if (name === "numeric" && modifiers.length === 0 && array.dimensions > 0) return list(array);
  return `CAST(${list(array)} AS ${engineType}${"[]".repeat(Math.max(1, array.dimensions))})`;
}

const readers: Readonly<Record<string, Read>> = lookup({
  date: readDate,
  time: readTime,
  timetz: readTimetz,
  timestamp: readTimestamp,
  timestamptz: readTimestamptz,
  interval: readInterval,
  bool: (text, _, context) => {
    const value = String(valueOf("bool", text, context).value);
    return text === value ? null : value;
  },
  int2: (text, _, context) => readInteger("int2", "SMALLINT", text, context),
  int4: (text, _, context) => readInteger("int4", "INTEGER", text, context),
  int8: (text, _, context) => readInteger("int8", "BIGINT", text, context),
  oid: (text, _, context) => {
    const { value } = valueOf("int", text, context, "oid");
    return cast(String(value < 0n ? value + 2n ** 32n : value), "BIGINT");
  },
  float4: readFloat("float4", "FLOAT"),
  float8: readFloat("float8", "DOUBLE"),
  numeric: readNumeric,
  bytea: (text, _, context) => cast(blobText(valueOf("bytes", text, context, "bytea").value), "BLOB"),
  uuid: (text, _, context) => {
    const digits = valueOf("uuid", text, context).value.toString(16).padStart(32, "0");
    const canonical = digits.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
    return text === canonical ? null : cast(canonical, "UUID");
  },
  json: (text, _, context) => cast(valueOf("text", text, context, "json").value, "JSON"),
  jsonb: (text, _, context) => cast(valueOf("text", text, context, "jsonb").value, "JSON"),
  inet: (text) => addressExpression(text, inetText(text)),
  cidr: (text) => addressExpression(text, cidrText(text)),
  macaddr: (text) => addressExpression(text, macaddrText(text)),
  money: (text, _, context) => {
    const { unscaled, scale } = valueOf("numeric", text, context, "money");
    return cast(decimalText(unscaled, scale), "DECIMAL(18, 2)");
  },
  bit: (text, [length = 1]) => bitExpression(bitsOf(text).padEnd(length, "0").slice(0, length)),
  varbit: (text, [length = Infinity]) => bitExpression(bitsOf(text).slice(0, length)),
});

/** Addresses are kept as text. */
function addressExpression(text: string, address: string): string | null {
  return address === text ? null : cast(address, "VARCHAR");
}

function cast(text: string, type: string): string {
  return `CAST(${quoteText(text)} AS ${type})`;
}

/** Reads a text as a type of which the values are of this kind. */
function valueOf<K extends Decoded["kind"]>(
  kind: K,
  text: string,
  context: DecodeContext,
  type: string = kind,
): Extract<Decoded, { kind: K }> {
  const value = parseText(text, typeByName(type)!.oid, context);
  return value as Extract<Decoded, { kind: K }>;
}

/** A day that depends on when it is read, with what may stand behind it: a time of day. */
const movingDay = /^\s*(now|today|tomorrow|yesterday)(?:\s+(\S.*?))?\s*$/i;
const daysFromToday: Readonly<Record<string, string>> = lookup({
  tomorrow: " + 1",
  yesterday: " - 1",
  today: "",
  now: "",
});

/** DuckDB's `now()` is the beginning of the transaction, as in PostgreSQL. */
function moving(text: string): { word: string; day: string; rest: string | undefined } | null {
  const match = movingDay.exec(text);
  if (!match) return null;
  const word = match[1].toLowerCase();
  return { word, day: `(CAST(now() AS DATE)${daysFromToday[word]})`, rest: match[2] };
}

function readDate(text: string, _: readonly number[], context: DecodeContext): string | null {
  const day = moving(text);
  if (day) return day.day;
  const canonical = dateText(valueOf("date", text, context).days);
  return text === canonical ? null : cast(canonical, "DATE");
}

function readTime(text: string, [precision]: readonly number[], context: DecodeContext): string | null {
  if (moving(text)?.word === "now") return "CAST(CAST(now() AS TIMESTAMP) AS TIME)";
  return cast(timeText(rounded(valueOf("time", text, context).micros, precision)), "TIME");
}

function readTimetz(text: string, [precision]: readonly number[], context: DecodeContext): string | null {
  const { micros, offset } = valueOf("timetz", text, context);
  const time = timeText(rounded(micros, precision));
  // Without a zone DuckDB takes the session's, too.
  return cast(namesZone(text, "time with time zone", context) ? time + offsetText(offset) : time, "TIMETZ");
}

function readTimestamp(text: string, [precision]: readonly number[], context: DecodeContext): string | null {
  return movingTimestamp(text, "TIMESTAMP", context) ??
    cast(timestampText(rounded(valueOf("timestamp", text, context).micros, precision)), "TIMESTAMP");
}

function readTimestamptz(
  text: string,
  [precision]: readonly number[],
  context: DecodeContext,
): string | null {
  const now = movingTimestamp(text, "TIMESTAMPTZ", context);
  if (now !== null) return now;
  const local = timestampText(rounded(valueOf("timestamptz", text, context).micros, precision));
  // Without a zone DuckDB takes the session's, too.
  const zone = local.endsWith("infinity") || !namesZone(text, "timestamp with time zone", context)
    ? ""
    : "+00";
  return cast(local + zone, "TIMESTAMPTZ");
}

function movingTimestamp(text: string, type: string, context: DecodeContext): string | null {
  const day = moving(text);
  if (day === null) return null;
  if (day.word === "now" && day.rest === undefined) {
    return type === "TIMESTAMPTZ" ? "now()" : "CAST(now() AS TIMESTAMP)";
  }
  const time = day.rest === undefined
    ? ""
    : ` + ${cast(timeText(valueOf("time", day.rest, context).micros), "TIME")}`;
  return `CAST(${day.day}${time} AS ${type})`;
}

/** Rounds to a number of digits of a second, halves away from zero. */
function rounded(micros: bigint, digits: number | undefined): bigint {
  if (digits === undefined || digits >= 6 || micros === BigInt.asIntN(64, 2n ** 63n - 1n)) return micros;
  const unit = 10n ** BigInt(6 - digits);
  const half = micros < 0n ? -unit / 2n : unit / 2n;
  return (micros + half) / unit * unit;
}

const allFields = 0x7fff;

function readInterval(
  text: string,
  [fields = allFields, precision]: readonly number[],
  context: DecodeContext,
): string | null {
  const value = parseIntervalFields(text, fields, context);
  return cast(intervalText({ ...value, micros: rounded(value.micros, precision) }), "INTERVAL");
}

function readInteger(name: string, engine: string, text: string, context: DecodeContext): string | null {
  const value = String(valueOf("int", text, context, name).value);
  return text === value ? null : cast(value, engine);
}

function readFloat(name: string, engine: string): Read {
  return (text, _, context) => {
    const { value } = valueOf("float", text, context, name);
    return /^-?\d+(\.\d+)?$/.test(text) ? null : cast(String(value), engine);
  };
}

const maxDigits = 38;

function readNumeric(text: string, modifiers: readonly number[], context: DecodeContext): string | null {
  const value = parseText(text, typeByName("numeric")!.oid, context);
  // DuckDB's DECIMAL has no NaN and no infinities.
  if (value.kind === "float") return modifiers.length === 0 ? cast(String(value.value), "DOUBLE") : null;
  if (value.kind !== "numeric") return null;
  if (modifiers.length > 0) {
    return /^-?\d+(\.\d+)?$/.test(text) ? null : decimalText(value.unscaled, value.scale);
  }
  return numericExpression(value.unscaled, value.scale);
}

/**
 * A numeric without a modifier: a DECIMAL of the scale it is written with, and with room for arithmetic.
 *
 * @throws PgError 22003 for more than the 38 digits DuckDB has
 */
export function numericExpression(unscaled: bigint, scale: number): string {
  const text = decimalText(unscaled, scale);
  const digits = Math.max(text.replace(/[-.]/g, "").length, scale);
  if (digits > maxDigits) {
    throw new PgError("22003", `value "${text}" is out of range for type numeric`, {
      detail: `A numeric has at most ${maxDigits} digits here.`,
    });
  }
  return cast(text, `DECIMAL(${digits <= 18 ? 18 : maxDigits}, ${scale})`);
}

/** `101`, `b101`, `x1F` as binary digits. */
function bitsOf(text: string): string {
  const hex = /^x/i.test(text);
  const digits = text.replace(/^[xb]/i, "");
  const bad = (hex ? /[^\da-f]/iu : /[^01]/u).exec(digits);
  if (bad) throw new PgError("22P02", `"${bad[0]}" is not a valid ${hex ? "hexadecimal" : "binary"} digit`);
  if (!hex) return digits;
  return Array.from(digits, (digit) => parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
}

function bitExpression(bits: string): string {
  if (bits === "") throw new PgError("0A000", "bit strings of length 0 are not supported");
  return cast(bits, "BIT");
}
