/** Which codec a column of each type has, in each format. */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import { type Format, formats, type RenderSettings } from "../api/executor.ts";
import { addressBytes, macaddrBytes } from "../parameters/network.ts";
import { elementType, isJson, isMarkedJson, isRecord, isShownNumeric, pgTypeOf } from "../types/mod.ts";
import { noOwnTypes, ownTypeOf, type OwnTypes } from "../types/own_types.ts";
import { timeZone } from "../types/time_zone.ts";
import { arrayBinary, arrayText } from "./arrays.ts";
import type { Codec } from "./codec.ts";
import { dateWriter, timestampWriter } from "./date_text.ts";
import {
  dateBinary,
  dateText,
  timeBinary,
  timestampBinary,
  timestampText,
  timeText,
  timetzBinary,
  timetzText,
} from "./dates.ts";
import { enumCodec } from "./enums.ts";
import { doubleText, floatBinary, floatText } from "./floats.ts";
import {
  bigintText,
  booleanBinary,
  booleanText,
  integerBinary,
  integerText,
  oidBinary,
  smallBinary,
  smallText,
  ubigintText,
  uintegerBinary,
  uintegerText,
  word64Binary,
} from "./integers.ts";
import { intervalBinary, intervalText } from "./intervals.ts";
import { jsonCodec } from "./json.ts";
import { moneyBinary, moneyText } from "./money.ts";
import { numericBinary, numericText } from "./numeric.ts";
import { jsonbBinary, jsonbText } from "./jsonb.ts";
import { recordBinary, recordText } from "./records.ts";
import { shownNumericBinary, shownNumericText } from "./shown_numeric.ts";
import { bitBinary, bitText, byteaEscape, byteaHex, stringCodec, textBytes } from "./strings.ts";
import { uuidBinary, uuidText } from "./uuids.ts";

const { Type } = duckdb;

/** Makes the codec of one column. */
type Make = (type: duckdb.LogicalType, settings: RenderSettings) => Codec;

interface Makers {
  text: Make;
  binary: Make;
}

const json: Make = (type, settings) => jsonCodec(type, settings, textCodec);
const timestamp: Makers = {
  text: (type, settings) => timestampText(duckdb.get_type_id(type), timestampWriter(settings, null)),
  binary: (type) => timestampBinary(duckdb.get_type_id(type)),
};
const time: Makers = {
  text: (type) => timeText(duckdb.get_type_id(type)),
  binary: (type) => timeBinary(duckdb.get_type_id(type)),
};
const small: Makers = {
  text: (type) => smallText(duckdb.get_type_id(type)),
  binary: (type) => smallBinary(duckdb.get_type_id(type)),
};
const numeric: Makers = { text: numericText, binary: numericBinary };
const bytea: Makers = {
  text: (_type, { byteaOutput }) => byteaOutput === "hex" ? byteaHex() : byteaEscape(),
  binary: stringCodec,
};

const makers: Readonly<Record<number, Makers>> = {
  [Type.BOOLEAN]: { text: booleanText, binary: booleanBinary },
  [Type.TINYINT]: small,
  [Type.SMALLINT]: small,
  [Type.UTINYINT]: small,
  [Type.USMALLINT]: small,
  [Type.INTEGER]: { text: integerText, binary: integerBinary },
  [Type.SQLNULL]: { text: integerText, binary: integerBinary },
  [Type.UINTEGER]: { text: uintegerText, binary: uintegerBinary },
  [Type.BIGINT]: { text: bigintText, binary: word64Binary },
  [Type.UBIGINT]: { text: ubigintText, binary: numericBinary },
  [Type.HUGEINT]: numeric,
  [Type.UHUGEINT]: numeric,
  [Type.BIGNUM]: numeric,
  [Type.DECIMAL]: numeric,
  [Type.FLOAT]: { text: (_type, { extraFloatDigits }) => floatText(extraFloatDigits), binary: floatBinary },
  [Type.DOUBLE]: {
    text: (_type, { extraFloatDigits }) => doubleText(extraFloatDigits),
    binary: word64Binary,
  },
  [Type.VARCHAR]: {
    text: (type) => isJson(type) ? jsonbText() : stringCodec(),
    binary: (type) => isJson(type) ? jsonbBinary() : stringCodec(),
  },
  [Type.BLOB]: bytea,
  [Type.GEOMETRY]: bytea,
  [Type.BIT]: { text: bitText, binary: bitBinary },
  [Type.UUID]: { text: uuidText, binary: uuidBinary },
  [Type.ENUM]: { text: enumCodec, binary: enumCodec },
  [Type.DATE]: { text: (_type, settings) => dateText(dateWriter(settings)), binary: dateBinary },
  [Type.TIME]: time,
  [Type.TIME_NS]: time,
  [Type.TIME_TZ]: { text: timetzText, binary: timetzBinary },
  [Type.TIMESTAMP]: timestamp,
  [Type.TIMESTAMP_S]: timestamp,
  [Type.TIMESTAMP_MS]: timestamp,
  [Type.TIMESTAMP_NS]: timestamp,
  [Type.TIMESTAMP_TZ]: {
    text: (_type, settings) =>
      timestampText(Type.TIMESTAMP_TZ, timestampWriter(settings, timeZone(settings.timeZone))),
    binary: () => timestampBinary(Type.TIMESTAMP_TZ),
  },
  [Type.INTERVAL]: {
    text: (_type, { intervalStyle }) => intervalText(intervalStyle),
    binary: intervalBinary,
  },
  [Type.STRUCT]: { text: json, binary: json },
  [Type.MAP]: { text: json, binary: json },
  [Type.UNION]: { text: json, binary: json },
  [Type.VARIANT]: { text: json, binary: json },
};

/** Of formats that are a type's own: what values of the engine's they are of. */
const toldCodecs: Readonly<Record<number, { of: number; make: (type: duckdb.LogicalType) => Codec }>> = {
  [formats.oidBinary]: { of: Type.BIGINT, make: oidBinary },
  [formats.inetBinary]: { of: Type.VARCHAR, make: () => textBytes((text) => addressBytes(text, "inet")) },
  [formats.cidrBinary]: { of: Type.VARCHAR, make: () => textBytes((text) => addressBytes(text, "cidr")) },
  [formats.macaddrBinary]: { of: Type.VARCHAR, make: () => textBytes(macaddrBytes) },
  [formats.moneyText]: { of: Type.DECIMAL, make: moneyText },
  [formats.moneyBinary]: { of: Type.DECIMAL, make: moneyBinary },
};

/** The codec for a column of this type in this format; for a column that is marked as json, that of its texts. */
export function codecOf(
  type: duckdb.LogicalType,
  format: Format,
  settings: RenderSettings,
  ownTypes: OwnTypes = noOwnTypes,
): Codec {
  if (isMarkedJson(type) || (format === formats.json && isJson(type))) return stringCodec();
  const told = toldCodecs[format];
  if (told && told.of === duckdb.get_type_id(type)) return told.make(type);
  return isBinary(format) ? binaryCodec(type, settings, ownTypes) : textCodec(type, settings, ownTypes);
}

/** Also of values that turn out not to be of the type that was told. */
function isBinary(format: Format): boolean {
  return format === 1 || (format >= formats.oidBinary && format !== formats.moneyText);
}

function textCodec(
  type: duckdb.LogicalType,
  settings: RenderSettings,
  ownTypes: OwnTypes = noOwnTypes,
): Codec {
  if (isComposite(type, ownTypes)) return recordText(type, (field) => textCodec(field, settings, ownTypes));
  if (isShownNumeric(type)) return shownNumericText(type);
  const element = elementType(type);
  if (element !== null) return arrayText(type, textCodec(element, settings, ownTypes));
  return makersOf(type).text(type, settings);
}

function binaryCodec(type: duckdb.LogicalType, settings: RenderSettings, ownTypes: OwnTypes): Codec {
  if (isComposite(type, ownTypes)) {
    return recordBinary(
      type,
      (field) => binaryCodec(field, settings, ownTypes),
      (field) => pgTypeOf(field, ownTypes).oid,
    );
  }
  if (isShownNumeric(type)) return shownNumericBinary(type);
  if (elementType(type) === null) return makersOf(type).binary(type, settings);
  const leaf = innermost(type);
  return arrayBinary(type, binaryCodec(leaf, settings, ownTypes), pgTypeOf(leaf, ownTypes).oid);
}

/** Whether it is a record, or of a composite type; all other structs are json. */
function isComposite(type: duckdb.LogicalType, ownTypes: OwnTypes): boolean {
  return duckdb.get_type_id(type) === Type.STRUCT &&
    (isRecord(type) || ownTypeOf(type, ownTypes) !== undefined);
}

function innermost(type: duckdb.LogicalType): duckdb.LogicalType {
  const element = elementType(type);
  return element === null ? type : innermost(element);
}

function makersOf(type: duckdb.LogicalType): Makers {
  const known = makers[duckdb.get_type_id(type)];
  if (known) return known;
  throw new PgError("0A000", `columns of DuckDB type ${Type[duckdb.get_type_id(type)]} cannot be sent`, {
    hint: "Cast the column to VARCHAR.",
  });
}
