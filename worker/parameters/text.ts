/** Parameters sent in text format. */
import { elementOidOf, oids } from "../api/types.ts";
import { PgError } from "../api/error.ts";
import { parseArray } from "./arrays.ts";
import { parseBits, parseBytea, parseUuid } from "./bytes.ts";
import { parseDate, parseTime, parseTimestamp, parseTimestamptz, parseTimetz } from "./datetime.ts";
import type { DecodeContext, Decoded } from "./decoded.ts";
import { parseInterval } from "./interval.ts";
import { parseJson, parseJsonb } from "./json.ts";
import { cidrText, inetText, macaddrText, parseNetwork } from "./network.ts";
import { parseBoolean, parseFloat8, parseInteger, parseMoney, parseNumeric } from "./numbers.ts";

type Parse = (text: string, context: DecodeContext) => Decoded;

const integer = (oid: number): Parse => (text) => parseInteger(text, oid);
const float = (oid: number): Parse => (text) => parseFloat8(text, oid);

/** Types that are not here are text. */
const parsers: Readonly<Record<number, Parse>> = {
  [oids.bool]: parseBoolean,
  [oids.int2]: integer(oids.int2),
  [oids.int4]: integer(oids.int4),
  [oids.int8]: integer(oids.int8),
  [oids.oid]: integer(oids.oid),
  28: integer(oids.oid), // xid
  29: integer(oids.oid), // cid
  [oids.float4]: float(oids.float4),
  [oids.float8]: float(oids.float8),
  [oids.numeric]: parseNumeric,
  [oids.money]: parseMoney,
  [oids.bytea]: parseBytea,
  [oids.bit]: parseBits,
  [oids.varbit]: parseBits,
  [oids.uuid]: parseUuid,
  [oids.json]: parseJson,
  [oids.jsonb]: parseJsonb,
  [oids.date]: parseDate,
  [oids.time]: parseTime,
  [oids.timetz]: parseTimetz,
  [oids.timestamp]: parseTimestamp,
  [oids.timestamptz]: parseTimestamptz,
  [oids.interval]: parseInterval,
  [oids.inet]: parseNetwork(inetText),
  [oids.cidr]: parseNetwork(cidrText),
  [oids.macaddr]: parseNetwork(macaddrText),
};

/**
 * A value from its text.
 *
 * @throws PgError 22P02, 22003, 22007, 22008 and others, in PostgreSQL's words
 */
export function parseText(text: string, oid: number, context: DecodeContext): Decoded {
  const element = elementOidOf(oid);
  if (element !== 0) return parseArray(text, element, (item) => parseText(item, element, context));
  const parse = parsers[oid];
  return parse ? parse(text, context) : { kind: "text", value: text };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Text from its bytes.
 *
 * @throws PgError 22021 for what is not UTF-8, and for a zero byte, which PostgreSQL's text cannot have
 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw invalidBytes("0x00");
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidBytes(firstInvalid(bytes));
  }
}

function invalidBytes(hex: string): PgError {
  return new PgError("22021", `invalid byte sequence for encoding "UTF8": ${hex}`);
}

/** The first bytes that are no character, as PostgreSQL prints them: as many as the first one announces. */
function firstInvalid(bytes: Uint8Array): string {
  let at = 0;
  while (at < bytes.length) {
    const length = announcedLength(bytes[at]);
    const character = bytes.subarray(at, at + length);
    try {
      utf8.decode(character);
    } catch {
      return Array.from(character, (byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(" ");
    }
    at += length;
  }
  return "";
}

function announcedLength(byte: number): number {
  if (byte < 0xc0) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 1;
}
