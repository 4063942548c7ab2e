import { lookup } from "../../../worker/api/lookup.ts";
import { PgError } from "../../../worker/api/error.ts";
import type { EnumGuc, Guc, NumberGuc } from "./guc.ts";
import { formatNumber, toUnit, unitHint } from "./units.ts";

/**
 * A value as a client wrote it, in the form it is kept in: booleans `on` and `off`, numbers in the setting's own unit,
 * words as the setting spells them. `name` is the setting's name as the client wrote it, for the error.
 *
 * Throws 22023 as PostgreSQL words it.
 */
export function parseValue(guc: Guc, name: string, value: string): string {
  switch (guc.kind) {
    case "bool":
      return parseBool(value) ?? invalid(`parameter "${name}" requires a Boolean value`);
    case "enum":
      return parseEnum(guc, name, value);
    case "integer":
    case "real":
      return parseNumber(guc, name, value);
    case "string":
      return value;
  }
}

function invalid(message: string, hint?: string): never {
  throw new PgError("22023", message, { hint });
}

/** Any unique prefix of true, false, yes, no, on, off, and 1 and 0; `null` for anything else. */
export function parseBool(value: string): "on" | "off" | null {
  const word = value.toLowerCase();
  if (word === "") return null;
  if (word === "on" || word === "1" || "true".startsWith(word) || "yes".startsWith(word)) return "on";
  if (word === "off" || word === "of" || word === "0" || "false".startsWith(word) || "no".startsWith(word)) {
    return "off";
  }
  return null;
}

/** Spellings that PostgreSQL accepts without listing them. */
const hiddenWords: Readonly<Record<string, string>> = lookup({
  debug: "debug2",
  true: "on",
  yes: "on",
  "1": "on",
  false: "off",
  no: "off",
  "0": "off",
});

function parseEnum(guc: EnumGuc, name: string, value: string): string {
  const word = value.toLowerCase();
  if (guc.values.includes(word)) return word;
  const hidden = hiddenWords[word];
  if (hidden && guc.values.includes(hidden)) return hidden;
  invalid(`invalid value for parameter "${name}": "${value}"`, `Available values: ${guc.values.join(", ")}.`);
}

const numberPattern = /^\s*([+-]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))\s*(\S*)\s*$/i;

function parseNumber(guc: NumberGuc, name: string, text: string): string {
  const refuse = (hint?: string) => invalid(`invalid value for parameter "${name}": "${text}"`, hint);
  const [, digits, unit] = numberPattern.exec(text) ?? refuse();
  let value = readNumber(digits);
  if (unit !== "") {
    if (guc.unit === null) return refuse();
    value = toUnit(value, unit, guc.unit) ?? refuse(unitHint(guc.unit));
  }
  if (guc.kind === "integer") {
    value = roundHalfToEven(value);
    if (value > 2147483647 || value < -2147483648) refuse("Value exceeds integer range.");
  }
  if (value < guc.min || value > guc.max) {
    const format = (number: number) => formatNumber(number, guc.kind);
    const shown = format(value) + (guc.unit ? ` ${guc.unit}` : "");
    const range = `(${format(guc.min)} .. ${format(guc.max)})`;
    invalid(`${shown} is outside the valid range for parameter "${name}" ${range}`);
  }
  return `${value}`;
}

/** As C's `strtol` with base 0 and `strtod` read it: hexadecimal, octal with a leading 0, or decimal. */
function readNumber(digits: string): number {
  const unsigned = digits.replace(/^[+-]/, "");
  const value = /^0[0-7]+$/.test(unsigned) ? parseInt(unsigned, 8) : Number(unsigned);
  return digits.startsWith("-") ? -value : value;
}

/** C's `rint`. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
