/**
 * Intervals as PostgreSQL reads them from text: its own units, `HH:MM:SS`, SQL's `Y-M D H:M:S`, and ISO 8601.
 *
 * @see https://www.postgresql.org/docs/16/datatype-datetime.html#DATATYPE-INTERVAL-INPUT
 */
import { PgError } from "../api/error.ts";
import { fractionMicros, roundHalfEven } from "./datetime.ts";
import type { DecodeContext, Decoded } from "./decoded.ts";

interface Totals {
  months: number;
  days: number;
  micros: bigint;
  /** Units given so far: none may come twice. */
  seen: Set<Unit>;
  /** The fields the type is restricted to, as in `interval day to second`; 0 for all. */
  fields: number;
}

/** Bits of `interval`'s modifier for the fields that its type names. */
const bits = { month: 1 << 1, year: 1 << 2, day: 1 << 3, hour: 1 << 10, minute: 1 << 11, second: 1 << 12 };
const allFields = 0x7fff;

const microsPerDay = 86_400_000_000;

/** What one of a unit is: months, days or microseconds. */
type Unit = readonly ["months" | "days" | "micros", number];

const units: Readonly<Record<string, Unit>> = Object.fromEntries(
  ([
    ["us usec usecs usecond useconds microsecon microsecond microseconds", ["micros", 1]],
    ["ms msec msecs msecond mseconds millisecon millisecond milliseconds", ["micros", 1e3]],
    ["s sec secs second seconds", ["micros", 1e6]],
    ["m min mins minute minutes", ["micros", 6e7]],
    ["h hr hrs hour hours", ["micros", 3.6e9]],
    ["d day days", ["days", 1]],
    ["w week weeks", ["days", 7]],
    ["mon mons month months", ["months", 1]],
    ["y yr yrs year years", ["months", 12]],
    ["dec decs decade decades", ["months", 120]],
    ["c cent century centuries", ["months", 1200]],
    ["mil mils millennia millennium", ["months", 12000]],
  ] as [string, Unit][]).flatMap(([words, unit]) => words.split(" ").map((word) => [word, unit])),
);

function badFormat(text: string): PgError {
  return new PgError("22007", `invalid input syntax for type interval: "${text}"`);
}

function mark(totals: Totals, text: string, ...given: Unit[]): void {
  for (const unit of given) {
    if (totals.seen.has(unit)) throw badFormat(text);
    totals.seen.add(unit);
  }
}

/** `interval` from text. */
export function parseInterval(text: string, context: DecodeContext): Decoded {
  return parseIntervalFields(text, allFields, context);
}

/**
 * `interval` from text for a type that names fields: a number without a unit is of the last of them, and what is smaller
 * is cut off.
 *
 * @param fields the modifier's mask
 */
export function parseIntervalFields(text: string, fields: number, context: DecodeContext): IntervalValue {
  const trimmed = text.trim();
  if (trimmed === "") throw badFormat(text);
  if (/^[-+]?infinity$/i.test(trimmed)) throw new PgError("0A000", "infinite intervals are not supported");
  const restricted = fields === allFields ? 0 : fields;
  const totals: Totals = { months: 0, days: 0, micros: 0n, seen: new Set(), fields: restricted };
  if (/^P/i.test(trimmed)) readIso(trimmed, text, totals);
  else readWords(trimmed, text, totals, context.intervalStyle === "sql_standard");
  return limited(checked(totals, text), restricted);
}

type IntervalValue = Extract<Decoded, { kind: "interval" }>;

function limited(value: IntervalValue, fields: number): IntervalValue {
  const { months, micros } = value;
  const cut = (unit: bigint) => ({ ...value, micros: micros - micros % unit });
  if (fields === 0 || fields & bits.second) return value;
  if (fields & bits.minute) return cut(60_000_000n);
  if (fields & bits.hour) return cut(3_600_000_000n);
  if (fields & bits.day) return { ...value, micros: 0n };
  return {
    kind: "interval",
    months: fields & bits.month ? months : months - months % 12,
    days: 0,
    micros: 0n,
  };
}

function checked({ months, days, micros }: Totals, text: string): IntervalValue {
  const fits = isInt32(months) && isInt32(days) && micros === BigInt.asIntN(64, micros);
  if (!fits) throw new PgError("22015", `interval field value out of range: "${text}"`);
  return { kind: "interval", months: months + 0, days: days + 0, micros };
}

function isInt32(value: number): boolean {
  return value >= -0x80000000 && value <= 0x7fffffff;
}

/** Adds whole and fraction of a unit; a fraction of a month becomes days of 30 a month, one of a day becomes time. */
function add(totals: Totals, [kind, factor]: Unit, whole: number, fraction: number): void {
  if (kind === "micros") {
    totals.micros = totals.micros + BigInt(whole) * BigInt(factor) +
      BigInt(roundHalfEven(fraction * factor));
    return;
  }
  if (kind === "days") {
    totals.days += whole * factor;
    addDays(totals, fraction * factor);
    return;
  }
  totals.months += whole * factor;
  if (factor > 1) {
    totals.months += roundHalfEven(fraction * factor);
    return;
  }
  addDays(totals, fraction * 30);
}

function addDays(totals: Totals, days: number): void {
  const whole = Math.trunc(days);
  totals.days += whole;
  totals.micros = totals.micros + BigInt(roundHalfEven((days - whole) * microsPerDay));
}

const timeToken = /([+-]?)(\d+):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?/y;
const yearMonthToken = /([+-]?)(\d+)-(\d{1,2})(?![\d-])/y;
const numberToken = /([+-]?)(\d*)(?:\.(\d*))?/y;
const wordToken = /[a-z]+/iy;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readWords(trimmed: string, text: string, totals: Totals, sqlStandard: boolean): void {
  // In SQL's style a sign in front holds for every field, as long as there is no other.
  const allNegative = sqlStandard && trimmed.startsWith("-") &&
    !/[+-]/.test(trimmed.slice(1).replace(/\d-\d/, ""));
  let ago = false;
  let count = 0;
  for (let at = 0; at < trimmed.length;) {
    if (/[\s@,]/.test(trimmed[at])) {
      at++;
      continue;
    }
    const word = match(wordToken, trimmed, at);
    if (word) {
      if (word[0].toLowerCase() !== "ago" || trimmed.slice(at + 3).trim() !== "") throw badFormat(text);
      ago = true;
      break;
    }
    at = readField(trimmed, text, at, totals, allNegative);
    count++;
  }
  if (count === 0) throw badFormat(text);
  if (ago) negate(totals);
}

function negate(totals: Totals): void {
  totals.months = -totals.months;
  totals.days = -totals.days;
  totals.micros = -totals.micros;
}

function readField(trimmed: string, text: string, at: number, totals: Totals, allNegative: boolean): number {
  const time = match(timeToken, trimmed, at);
  if (time) {
    addTime(totals, time, text, allNegative);
    return at + time[0].length;
  }
  const yearMonth = match(yearMonthToken, trimmed, at);
  if (yearMonth) {
    const months = Number(yearMonth[2]) * 12 + Number(yearMonth[3]);
    if (Number(yearMonth[3]) > 11) throw new PgError("22015", `interval field value out of range: "${text}"`);
    mark(totals, text, units.year, units.month);
    totals.months += yearMonth[1] === "-" || allNegative ? -months : months;
    return at + yearMonth[0].length;
  }
  return readNumber(trimmed, text, at, totals, allNegative);
}

function addTime(totals: Totals, time: RegExpExecArray, text: string, allNegative: boolean): void {
  const ofMinutes = totals.fields === (bits.minute | bits.second) && time[4] === undefined;
  const [, sign, hours, minutes, seconds = "0", fraction] = ofMinutes
    ? [time[0], time[1], "0", time[2], time[3], time[5]]
    : time;
  mark(totals, text, units.hour, units.minute, units.second);
  if (Number(minutes) > 59 || Number(seconds) > 60) {
    throw new PgError("22015", `interval field value out of range: "${text}"`);
  }
  const whole = (BigInt(hours) * 3600n + BigInt(Number(minutes) * 60 + Number(seconds))) * 1_000_000n;
  const value = whole + BigInt(fractionMicros(fraction));
  totals.micros = totals.micros + (sign === "-" || allNegative ? -value : value);
}

function readNumber(trimmed: string, text: string, at: number, totals: Totals, allNegative: boolean): number {
  const number = match(numberToken, trimmed, at);
  if (!number || (number[2] === "" && !number[3])) throw badFormat(text);
  let end = at + number[0].length;
  const space = /\s*/y;
  space.lastIndex = end;
  const next = end + (space.exec(trimmed)?.[0].length ?? 0);
  const word = match(wordToken, trimmed, next);
  const unit = word && word[0].toLowerCase() !== "ago"
    ? units[word[0].toLowerCase()]
    : defaultUnit(trimmed, next, totals.fields);
  if (!unit) throw badFormat(text);
  mark(totals, text, unit);
  if (word && unit === units[word[0].toLowerCase()]) end = next + word[0].length;
  const sign = number[1] === "-" || allNegative ? -1 : 1;
  const fraction = number[3] ? Number(`0.${number[3]}`) : 0;
  add(totals, unit, sign * Number(number[2] || 0), sign * fraction);
  return end;
}

/** A number without a unit is days before a time or, where hours may follow, another number; else of the last field. */
function defaultUnit(trimmed: string, next: number, fields: number): Unit {
  if (match(timeToken, trimmed, next)) return units.day;
  if (fields & bits.second) return units.second;
  if (fields & bits.minute) return units.minute;
  if (fields & bits.hour) return /^[+-]?\d/.test(trimmed.slice(next)) ? units.day : units.hour;
  if (fields & bits.day) return units.day;
  if (fields & bits.month) return units.month;
  return fields & bits.year ? units.year : units.second;
}

const isoField = /([+-]?)(\d*)(?:[.,](\d*))?([YMWDHS])/iy;
const isoDateUnits: Readonly<Record<string, string>> = { Y: "year", M: "month", W: "week", D: "day" };
const isoTimeUnits: Readonly<Record<string, string>> = { H: "hour", M: "minute", S: "second" };
const isoAlternative =
  /^P(?:(\d{4})(\d\d)(\d\d)|(\d+)(?:-(\d+)(?:-(\d+))?)?)?(?:T(?:(\d\d)(\d\d)(\d\d)|(\d+)(?::(\d+)(?::(\d+)(?:\.(\d*))?)?)?)?)?$/i;

/** `P1Y2M3DT4H5M6S`, `P0001-02-03T04:05:06` and `P00010203T040506`. */
function readIso(trimmed: string, text: string, totals: Totals): void {
  const alternative = isoAlternative.exec(trimmed);
  if (alternative && alternative[0].length > 1) return readIsoAlternative(alternative, totals);
  let at = 1;
  let inTime = false;
  let count = 0;
  while (at < trimmed.length) {
    if (!inTime && trimmed[at].toUpperCase() === "T") {
      inTime = true;
      at++;
      continue;
    }
    const field = match(isoField, trimmed, at);
    const unit = field && (inTime ? isoTimeUnits : isoDateUnits)[field[4].toUpperCase()];
    if (!field || !unit || (field[2] === "" && !field[3])) throw badFormat(text);
    const sign = field[1] === "-" ? -1 : 1;
    add(totals, units[unit], sign * Number(field[2] || 0), sign * (field[3] ? Number(`0.${field[3]}`) : 0));
    at += field[0].length;
    count++;
  }
  if (count === 0) throw badFormat(text);
}

/** Fields told by their place alone; each comes with separators or, in its full width, without. */
function readIsoAlternative(match: RegExpExecArray, totals: Totals): void {
  const field = (compact: number, separated: number) => Number(match[compact] ?? match[separated] ?? 0);
  totals.months = field(1, 4) * 12 + field(2, 5);
  totals.days = field(3, 6);
  const seconds = field(7, 10) * 3600 + field(8, 11) * 60 + field(9, 12);
  totals.micros = BigInt(seconds) * 1_000_000n + BigInt(fractionMicros(match[13]));
}
