/** Parameters sent in binary format, as the types' receive functions read them. */
import { PgError } from "../api/error.ts";
import { elementOidOf, oids, sqlTypeName, typeByName, typeByOid } from "../api/types.ts";
import { postgresEpochDays } from "../types/calendar.ts";
import { duckdbBits } from "./bytes.ts";
import {
  dateInfinity,
  type DecodeContext,
  type Decoded,
  type DecodedArray,
  timestampInfinity,
} from "./decoded.ts";
import { addressOfBytes } from "./network.ts";
import { decodeUtf8, parseText } from "./text.ts";

/** A message being read; every read checks that it is there. */
class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(size: number): number {
    if (this.left < size) throw new PgError("08P01", "insufficient data left in message");
    this.#at += size;
    return this.#at - size;
  }

  uint8 = () => this.#view.getUint8(this.#take(1));
  int16 = () => this.#view.getInt16(this.#take(2));
  uint16 = () => this.#view.getUint16(this.#take(2));
  int32 = () => this.#view.getInt32(this.#take(4));
  uint32 = () => this.#view.getUint32(this.#take(4));
  int64 = () => this.#view.getBigInt64(this.#take(8));
  float32 = () => this.#view.getFloat32(this.#take(4));
  float64 = () => this.#view.getFloat64(this.#take(8));

  bytes(size: number): Uint8Array {
    const start = this.#take(size);
    return this.#bytes.subarray(start, start + size);
  }

  rest(): Uint8Array {
    return this.bytes(this.left);
  }
}

type Read = (reader: Reader, context: DecodeContext) => Decoded;

const uint32: Read = (reader) => ({ kind: "int", value: BigInt(reader.uint32()), oid: oids.oid });
const text: Read = (reader) => ({ kind: "text", value: decodeUtf8(reader.rest()) });

/** Types that are not here are text, except that those with a number behind a name (`regclass`) come as that number. */
const readers: Readonly<Record<number, Read>> = {
  [oids.bool]: (reader) => ({ kind: "bool", value: reader.uint8() !== 0 }),
  [oids.int2]: (reader) => ({ kind: "int", value: BigInt(reader.int16()), oid: oids.int2 }),
  [oids.int4]: (reader) => ({ kind: "int", value: BigInt(reader.int32()), oid: oids.int4 }),
  [oids.int8]: (reader) => ({ kind: "int", value: reader.int64(), oid: oids.int8 }),
  [oids.oid]: uint32,
  28: uint32, // xid
  29: uint32, // cid
  [oids.float4]: (reader) => ({ kind: "float", value: reader.float32(), oid: oids.float4 }),
  [oids.float8]: (reader) => ({ kind: "float", value: reader.float64(), oid: oids.float8 }),
  [oids.numeric]: readNumeric,
  [oids.money]: (reader) => ({ kind: "numeric", unscaled: reader.int64(), scale: 2 }),
  [oids.bytea]: (reader) => ({ kind: "bytes", value: reader.rest().slice() }),
  [oids.bit]: readBits,
  [oids.varbit]: readBits,
  [oids.uuid]: readUuid,
  [oids.json]: (reader, context) => parseText(decodeUtf8(reader.rest()), oids.json, context),
  [oids.jsonb]: readJsonb,
  [oids.date]: readDate,
  [oids.time]: (reader) => ({ kind: "time", micros: timeOfDay(reader.int64()) }),
  [oids.timetz]: (reader) => ({ kind: "timetz", micros: timeOfDay(reader.int64()), offset: -reader.int32() }),
  [oids.timestamp]: (reader) => ({ kind: "timestamp", micros: readTimestamp(reader) }),
  [oids.timestamptz]: (reader) => ({ kind: "timestamptz", micros: readTimestamp(reader) }),
  [oids.interval]: readInterval,
  [oids.inet]: readAddress,
  [oids.cidr]: readAddress,
  [oids.macaddr]: (reader, context) => {
    const bytes = Array.from({ length: 6 }, () => reader.uint8().toString(16).padStart(2, "0"));
    return parseText(bytes.join(":"), oids.macaddr, context);
  },
};

/**
 * A value from its binary form.
 *
 * @throws PgError 22P03 for bytes too many, 08P01 for bytes too few
 */
export function parseBinary(bytes: Uint8Array, oid: number, context: DecodeContext): Decoded {
  const reader = new Reader(bytes);
  const element = elementOidOf(oid);
  const value = element !== 0 ? readArray(reader, element, context) : readerOf(oid)(reader, context);
  if (reader.left > 0) throw incorrect(context);
  return value;
}

/** Types that are kept as text here, but whose binary form is none. */
const notInBinary: ReadonlySet<number> = new Set(
  ["tid", "jsonpath"].map((name) => typeByName(name)!.oid),
);

function readerOf(oid: number): Read {
  const known = readers[oid];
  if (known) return known;
  if (notInBinary.has(oid)) {
    throw new PgError("42883", `no binary input function available for type ${sqlTypeName(oid)}`);
  }
  return typeByOid(oid)?.length === 4 ? readRegistered : text;
}

/** The third byte says whether it is a `cidr`. */
function readAddress(reader: Reader, context: DecodeContext): Decoded {
  const bytes = reader.rest();
  const text = addressOfBytes(bytes);
  if (text === null) throw incorrect(context);
  return parseText(text, bytes[2] === 1 ? oids.cidr : oids.inet, context);
}

function readRegistered(reader: Reader): Decoded {
  return { kind: "text", value: String(reader.uint32()) };
}

function incorrect({ index }: DecodeContext): PgError {
  return new PgError("22P03", `incorrect binary data format in bind parameter ${index}`);
}

const base = 10000n;
const negative = 0x4000;
const specialSigns: Readonly<Record<number, number>> = { 0xc000: NaN, 0xd000: Infinity, 0xf000: -Infinity };

function readNumeric(reader: Reader): Decoded {
  const count = reader.uint16();
  const weight = reader.int16();
  const sign = reader.uint16();
  const scale = reader.uint16();
  if (sign in specialSigns) return { kind: "float", value: specialSigns[sign], oid: oids.numeric };
  if (sign !== 0 && sign !== negative) throw new PgError("22P03", 'invalid sign in external "numeric" value');
  let digits = 0n;
  for (let i = 0; i < count; i++) {
    const digit = reader.int16();
    if (digit < 0 || digit > 9999) throw new PgError("22P03", 'invalid digit in external "numeric" value');
    digits = digits * base + BigInt(digit);
  }
  // The value is digits × 10000^(weight - count + 1); PostgreSQL cuts it to the scale that is given.
  const power = (weight - count + 1) * 4 + scale;
  const magnitude = power >= 0 ? digits * 10n ** BigInt(power) : digits / 10n ** BigInt(-power);
  return { kind: "numeric", unscaled: sign === negative ? -magnitude : magnitude, scale };
}

function readBits(reader: Reader): Decoded {
  const count = reader.int32();
  if (count < 0) throw new PgError("22P03", "invalid length in external bit string");
  return { kind: "bits", value: duckdbBits(reader.bytes(Math.ceil(count / 8)), count) };
}

function readUuid(reader: Reader): Decoded {
  const high = BigInt.asUintN(64, reader.int64());
  return { kind: "uuid", value: (high << 64n) | BigInt.asUintN(64, reader.int64()) };
}

function readJsonb(reader: Reader, context: DecodeContext): Decoded {
  const version = reader.uint8();
  if (version !== 1) throw new PgError("XX000", `unsupported jsonb version number ${version}`);
  return parseText(decodeUtf8(reader.rest()), oids.jsonb, context);
}

function readDate(reader: Reader): Decoded {
  const days = reader.int32();
  if (days === 0x7fffffff) return { kind: "date", days: dateInfinity };
  if (days === -0x80000000) return { kind: "date", days: -dateInfinity };
  if (days + postgresEpochDays >= dateInfinity) throw new PgError("22008", "date out of range");
  return { kind: "date", days: days + postgresEpochDays };
}

const postgresEpochMicros = BigInt(postgresEpochDays) * 86_400_000_000n;

function readTimestamp(reader: Reader): bigint {
  const micros = reader.int64();
  if (micros === timestampInfinity) return timestampInfinity;
  if (micros === -timestampInfinity - 1n) return -timestampInfinity;
  const shifted = micros + postgresEpochMicros;
  if (shifted >= timestampInfinity) throw new PgError("22008", "timestamp out of range");
  return shifted;
}

function timeOfDay(micros: bigint): bigint {
  if (micros < 0n || micros > 86_400_000_000n) throw new PgError("22008", "time out of range");
  return micros;
}

function readInterval(reader: Reader): Decoded {
  const micros = reader.int64();
  const days = reader.int32();
  return { kind: "interval", months: reader.int32(), days, micros };
}

const maxDimensions = 6;
const maxElements = 0x7ffffff;

function readArray(reader: Reader, elementOid: number, context: DecodeContext): DecodedArray {
  const count = reader.int32();
  if (count < 0 || count > maxDimensions) {
    throw new PgError("22P03", `invalid number of dimensions: ${count}`);
  }
  reader.int32(); // whether there are NULLs: the elements say so themselves
  const sent = reader.uint32();
  if (sent !== elementOid) {
    throw new PgError(
      "42804",
      `binary data has array element type ${sent} (${sqlTypeName(sent)}) ` +
        `instead of expected ${elementOid} (${sqlTypeName(elementOid)})`,
    );
  }
  const lengths = Array.from({ length: count }, () => {
    const length = reader.int32();
    reader.int32(); // the lower bound: DuckDB's lists always start at 1
    return length;
  });
  const total = lengths.reduce((product, length) => product * length, 1);
  if (lengths.some((length) => length < 0) || total > maxElements) {
    throw new PgError("22P03", "invalid array dimensions in bind parameter");
  }
  if (count === 0 || total === 0) return { kind: "array", elementOid, dimensions: 0, elements: [] };
  return readDimension(reader, lengths, elementOid, context);
}

function readDimension(
  reader: Reader,
  [length, ...inner]: readonly number[],
  elementOid: number,
  context: DecodeContext,
): DecodedArray {
  const elements: (Decoded | null)[] = [];
  for (let i = 0; i < length; i++) {
    elements.push(
      inner.length > 0
        ? readDimension(reader, inner, elementOid, context)
        : readElement(reader, elementOid, context),
    );
  }
  return { kind: "array", elementOid, dimensions: inner.length + 1, elements };
}

function readElement(reader: Reader, elementOid: number, context: DecodeContext): Decoded | null {
  const length = reader.int32();
  if (length === -1) return null;
  if (length < 0) throw incorrect(context);
  return parseBinary(reader.bytes(length), elementOid, context);
}
