/**
 * Dates, times and timestamps as PostgreSQL reads them from text: ISO 8601, the other orders by DateStyle, names of months,
 * BC, time zones, and the special words.
 *
 * @see https://www.postgresql.org/docs/16/datetime-input-rules.html
 */
import { lookup } from "../api/lookup.ts";
import { PgError } from "../api/error.ts";
import { civilFromDays, daysFromCivil, daysInMonth, secondsPerDay } from "../types/calendar.ts";
import { offsetOfLocal, timeZone } from "../types/time_zone.ts";
import { dateInfinity, type DecodeContext, type Decoded, timestampInfinity } from "./decoded.ts";

const micros = 1_000_000n;
const microsPerDay = 86_400_000_000n;
/** PostgreSQL's limits for a zone's offset. */
const maxOffsetSeconds = 16 * 3600 - 1;

/** PostgreSQL's dates go from 4714-11-24 BC, its Julian day 0, to 5874897-12-31; its timestamps begin there too. */
const firstDay = -2440588;
const lastDay = 2145042905;
const firstInstant = BigInt(firstDay) * microsPerDay;

/** What was found in a text, before it is checked. */
interface Found {
  date?: { year: number; month: number; day: number };
  /** Numbers whose place the DateStyle decides, and names of months. */
  loose: { text: string; month?: number }[];
  time?: { hour: number; minute: number; second: number; micros: number; half?: "am" | "pm" };
  offset?: number;
  zone?: string;
  bc: boolean;
  special?: "epoch" | "infinity" | "-infinity" | "now" | "today" | "tomorrow" | "yesterday" | "allballs";
}

/** A text being read, for what errors say. */
interface Source {
  text: string;
  type: string;
  context: DecodeContext;
}

/** `date` from text. */
export function parseDate(text: string, context: DecodeContext): Decoded {
  const source = { text, type: "date", context };
  const found = read(source);
  if (found.special === "infinity") return { kind: "date", days: dateInfinity };
  if (found.special === "-infinity") return { kind: "date", days: -dateInfinity };
  if (found.special) return { kind: "date", days: specialDays(found.special, context) };
  const days = daysOf(found, source);
  if (found.time) timeOfDay(found, source); // it is not used, but has to be one
  if (days < firstDay || days > lastDay) throw new PgError("22008", `date out of range: "${text}"`);
  return { kind: "date", days };
}

/** `timestamp` from text; a time zone in it is read and ignored, as in PostgreSQL. */
export function parseTimestamp(text: string, context: DecodeContext): Decoded {
  const source = { text, type: "timestamp", context };
  return { kind: "timestamp", micros: instantOf(read(source), source, false) };
}

/** `timestamptz` from text; without a time zone it is in the session's. */
export function parseTimestamptz(text: string, context: DecodeContext): Decoded {
  const source = { text, type: "timestamp with time zone", context };
  return { kind: "timestamptz", micros: instantOf(read(source), source, true) };
}

/** Whether the text of a timestamp or time says its time zone, so that the session's does not matter. */
export function namesZone(text: string, type: string, context: DecodeContext): boolean {
  const { offset, zone } = read({ text, type, context });
  return offset !== undefined || zone !== undefined;
}

/** `time` from text; a date or a time zone in it is ignored. */
export function parseTime(text: string, context: DecodeContext): Decoded {
  const source = { text, type: "time", context };
  return { kind: "time", micros: timeOfDay(read(source), source) };
}

/** `timetz` from text; without a time zone it has the session's offset of now. */
export function parseTimetz(text: string, context: DecodeContext): Decoded {
  const source = { text, type: "time with time zone", context };
  const found = read(source);
  const time = timeOfDay(found, source);
  return { kind: "timetz", micros: time, offset: offsetOf(found, source, localSeconds(found, time, source)) };
}

function localSeconds(found: Found, time: bigint, source: Source): number {
  const days = found.date || found.loose.length > 0
    ? daysOf(found, source)
    : specialDays("today", source.context);
  return days * secondsPerDay + Number(time / micros);
}

function instantOf(found: Found, source: Source, zoned: boolean): bigint {
  const instant = exactInstant(found, source, zoned);
  if (found.special === "infinity" || found.special === "-infinity") return instant;
  if (instant >= timestampInfinity || instant < firstInstant) {
    throw new PgError("22008", `timestamp out of range: "${source.text}"`);
  }
  return instant;
}

function exactInstant(found: Found, source: Source, zoned: boolean): bigint {
  switch (found.special) {
    case "infinity":
      return timestampInfinity;
    case "-infinity":
      return -timestampInfinity;
    case "epoch":
      return 0n;
    case "now":
      return nowMicros(source.context, zoned);
  }
  const relative = found.special === undefined || found.special === "allballs" ? undefined : found.special;
  const days = relative ? specialDays(relative, source.context) : daysOf(found, source);
  const local = BigInt(days) * microsPerDay + (found.time ? timeOfDay(found, source) : 0n);
  if (!zoned) return local;
  const seconds = Number(local / micros);
  return local - BigInt(offsetOf(found, source, seconds)) * micros;
}

function nowMicros(context: DecodeContext, zoned: boolean): bigint {
  const now = BigInt(Date.now()) * 1000n;
  if (zoned) return now;
  return now + BigInt(timeZone(context.timeZone).offsetAt(Number(now / micros))) * micros;
}

function specialDays(special: NonNullable<Found["special"]>, context: DecodeContext): number {
  if (special === "epoch") return 0;
  const now = Math.floor(Date.now() / 1000);
  const today = Math.floor((now + timeZone(context.timeZone).offsetAt(now)) / secondsPerDay);
  if (special === "tomorrow") return today + 1;
  return special === "yesterday" ? today - 1 : today;
}

/** The offset that is given, that of the zone that is named, or that of the session's zone. */
function offsetOf(found: Found, source: Source, seconds: number): number {
  if (found.offset !== undefined) return found.offset;
  return offsetOfLocal(zoneNamed(found.zone ?? source.context.timeZone), seconds);
}

function zoneNamed(name: string) {
  const fixed = fixedAbbreviations[name.toLowerCase()];
  if (fixed !== undefined) return { name, offsetAt: () => fixed * 3600, abbreviationAt: () => name };
  return timeZone(name);
}

/** Hours east of UTC, of the abbreviations of PostgreSQL's default set that are in common use. */
const fixedAbbreviations: Readonly<Record<string, number>> = lookup({
  akdt: -8,
  akst: -9,
  aedt: 11,
  aest: 10,
  bst: 1,
  cdt: -5,
  cest: 2,
  cet: 1,
  cst: -6,
  edt: -4,
  eest: 3,
  eet: 2,
  est: -5,
  hst: -10,
  ist: 2,
  jst: 9,
  kst: 9,
  mdt: -6,
  msk: 3,
  mst: -7,
  nzdt: 13,
  nzst: 12,
  pdt: -7,
  pst: -8,
  sast: 2,
  west: 1,
  wet: 0,
});

function badFormat({ type, text }: Source): PgError {
  return new PgError("22007", `invalid input syntax for type ${type}: "${text}"`);
}

function outOfRange({ text }: Source, hint?: string): PgError {
  return new PgError("22008", `date/time field value out of range: "${text}"`, { hint });
}

function daysOf(found: Found, source: Source): number {
  if (found.special && found.special !== "allballs") return specialDays(found.special, source.context);
  const date = found.date ?? looseDate(found, source);
  if (!date) throw badFormat(source);
  if (found.bc && date.year <= 0) throw outOfRange(source);
  if (!found.bc && date.year === 0) throw outOfRange(source);
  const year = found.bc ? 1 - date.year : date.year;
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) {
    throw outOfRange(source, 'Perhaps you need a different "datestyle" setting.');
  }
  if (date.day > daysInMonth(year, date.month)) throw outOfRange(source);
  return daysFromCivil(year, date.month, date.day);
}

/** Puts three loose fields in their places. */
function looseDate({ loose, bc }: Found, { context }: Source): Found["date"] {
  if (loose.length !== 3) return undefined;
  const fullYear = bc ? Number : centuryOf;
  const numbers = loose.filter(({ month }) => month === undefined).map(({ text }) => text);
  const month = loose.find((field) => field.month !== undefined)?.month;
  if (month !== undefined) {
    if (numbers.length !== 2) return undefined;
    const yearFirst = numbers[0].length > 2 || (context.dateOrder === "YMD" && loose[0].month === undefined);
    const [year, day] = yearFirst ? numbers : [numbers[1], numbers[0]];
    return { year: fullYear(year), month, day: Number(day) };
  }
  const [a, b, c] = numbers;
  if (a.length > 2 || context.dateOrder === "YMD") {
    return { year: fullYear(a), month: Number(b), day: Number(c) };
  }
  const [m, d] = context.dateOrder === "DMY" ? [b, a] : [a, b];
  return { year: fullYear(c), month: Number(m), day: Number(d) };
}

/** Two digits are a year from 1970 to 2069. */
function centuryOf(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year < 70 ? year + 2000 : year + 1900;
}

function timeOfDay(found: Found, source: Source): bigint {
  if (found.special === "allballs") return 0n;
  if (found.special === "now") return nowMicros(source.context, false) % microsPerDay;
  const { time } = found;
  if (!time) throw badFormat(source);
  let hour = time.hour;
  if (time.half) {
    if (hour < 1 || hour > 12) throw outOfRange(source);
    hour = hour % 12 + (time.half === "pm" ? 12 : 0);
  }
  const total = BigInt(hour * 3600 + time.minute * 60 + time.second) * micros + BigInt(time.micros);
  if (time.minute > 59 || time.second > 60 || total > microsPerDay) throw outOfRange(source);
  return total;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const fullMonths = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const weekdayWord = /^(sun|mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?)(day)?$/;

function monthOf(word: string): number | undefined {
  const index = months.indexOf(word === "sept" ? "sep" : word);
  const full = index >= 0 ? index : fullMonths.indexOf(word);
  return full >= 0 ? full + 1 : undefined;
}

/** What can stand next in a text, and what it means. The first that matches is taken. */
type Rule = readonly [RegExp, (match: RegExpExecArray, found: Found, source: Source) => void];

const compactTime = /t?(\d{2})(\d{2})(?:(\d{2})(?:\.(\d+))?)?(?=[\sz+-]|$)/iy;
const compactDate = /(\d{4,7}|\d{2})(\d{2})(\d{2})(?=[\st]|$)/iy;
const dayOfYear = /(\d{4,7})[-.](\d{3})(?=[\st]|$)/iy;
const zoneOffset = /([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?(?!\d)/y;

const rules: readonly Rule[] = [
  [/[\s,]+/y, () => {}],
  [/(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d*))?)?(?:\s*([ap]m)\b)?/iy, readTime],
  [dayOfYear, readDayOfYear],
  [/(\d{1,7}|[a-z]{3,9})([-/.])(\d{1,2}|[a-z]{3,9})\2(\d{1,7})/iy, readDateFields],
  [compactTime, readCompactTime],
  [compactDate, readCompactDate],
  [/j(\d+)/iy, readJulian],
  [zoneOffset, readOffset],
  [/t(?=\d)/iy, () => {}],
  [/[-+]infinity|[a-z]+(?:[/_][a-z0-9_+-]+)*/iy, readWord],
  [/(\d{1,7})(?=[\s,-]|$)-?/y, (match, found) => void found.loose.push({ text: match[1] })],
];

function read(source: Source): Found {
  const found: Found = { loose: [], bc: false };
  const text = source.text.trim();
  if (text === "") throw badFormat(source);
  for (let at = 0; at < text.length;) {
    const end = readNext(text, at, found, source);
    if (end === at) throw badFormat(source);
    at = end;
  }
  if (found.special && (found.date || found.loose.length > 0)) throw badFormat(source);
  return found;
}

function readNext(text: string, at: number, found: Found, source: Source): number {
  for (const [pattern, apply] of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match || !applies(pattern, found, source)) continue;
    apply(match, found, source);
    return at + match[0].length;
  }
  return at;
}

/** An offset only follows a time or a date, and digits without colons are a time where a date is there or none is wanted. */
function applies(pattern: RegExp, found: Found, { type }: Source): boolean {
  const hasDate = found.date !== undefined || found.loose.length > 0;
  const timeOnly = type.startsWith("time ") || type === "time";
  if (pattern === zoneOffset) return found.time !== undefined || hasDate;
  const wholeDate = found.date !== undefined || found.loose.length === 3;
  if (pattern === compactTime) return found.time === undefined && (wholeDate || (timeOnly && !hasDate));
  if (pattern === dayOfYear) return !hasDate && !timeOnly;
  if (pattern === compactDate) return !hasDate;
  return true;
}

function setTime(found: Found, source: Source, time: Found["time"]): void {
  if (found.time) throw badFormat(source);
  found.time = time;
}

/** Digits behind a second's point as microseconds, rounded as PostgreSQL does. */
export function fractionMicros(digits: string | undefined): number {
  if (!digits) return 0;
  return roundHalfEven(Number(`0.${digits}`) * 1e6);
}

/** As C's rint: a tie goes to the even side. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function readTime(match: RegExpExecArray, found: Found, source: Source): void {
  setTime(found, source, {
    hour: Number(match[1]),
    minute: Number(match[2]),
    second: Number(match[3] ?? 0),
    micros: fractionMicros(match[4]),
    half: match[5]?.toLowerCase() as "am" | "pm" | undefined,
  });
}

function readCompactTime(match: RegExpExecArray, found: Found, source: Source): void {
  setTime(found, source, {
    hour: Number(match[1]),
    minute: Number(match[2]),
    second: Number(match[3] ?? 0),
    micros: fractionMicros(match[4]),
  });
}

function readDateFields(match: RegExpExecArray, found: Found, source: Source): void {
  if (found.date || found.loose.length > 0) throw badFormat(source);
  const [, first, , middle, last] = match;
  const fields = [first, middle, last].map((text) => ({ text, month: monthOf(text.toLowerCase()) }));
  if (fields.some(({ text, month }) => month === undefined && !/^\d/.test(text))) throw badFormat(source);
  found.loose.push(...fields);
}

function readCompactDate(match: RegExpExecArray, found: Found): void {
  found.date = { year: centuryOf(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

function readDayOfYear(match: RegExpExecArray, found: Found, source: Source): void {
  const year = centuryOf(match[1]);
  const day = Number(match[2]);
  if (day < 1 || day > 366) throw outOfRange(source);
  const date = { year: 0, month: 0, day: 0 };
  civilFromDays(daysFromCivil(year, 1, 1) + day - 1, date);
  found.date = date;
}

const julianEpoch = 2440588; // the Julian day of 1970-01-01

function readJulian(match: RegExpExecArray, found: Found, source: Source): void {
  if (found.date) throw badFormat(source);
  const date = { year: 0, month: 0, day: 0 };
  civilFromDays(Number(match[1]) - julianEpoch, date);
  found.bc = date.year <= 0;
  found.date = found.bc ? { ...date, year: 1 - date.year } : date;
}

function readOffset(match: RegExpExecArray, found: Found, source: Source): void {
  if (found.offset !== undefined) throw badFormat(source);
  const [, sign, hours, minutes = "0", seconds = "0"] = match;
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (offset > maxOffsetSeconds || Number(minutes) > 59) {
    throw new PgError("22009", `time zone displacement out of range: "${source.text}"`);
  }
  found.offset = sign === "-" ? -offset : offset;
}

const specials: ReadonlySet<string> = new Set([
  "epoch",
  "infinity",
  "-infinity",
  "now",
  "today",
  "tomorrow",
  "yesterday",
  "allballs",
]);

function readWord(match: RegExpExecArray, found: Found, source: Source): void {
  const word = match[0].toLowerCase();
  const month = monthOf(word);
  if (month !== undefined) {
    found.loose.push({ text: word, month });
    return;
  }
  if (weekdayWord.test(word) || word === "on" || word === "at") return;
  if (word === "bc" || word === "ad") {
    found.bc = word === "bc";
    return;
  }
  if ((word === "am" || word === "pm") && found.time) {
    found.time.half = word;
    return;
  }
  if (specials.has(word) || word === "+infinity") {
    found.special = word.replace("+", "") as Found["special"];
    return;
  }
  readZone(match[0], word, found, source);
}

function readZone(name: string, word: string, found: Found, source: Source): void {
  if (word === "z" || word === "zulu" || word === "utc" || word === "gmt" || word === "ut") {
    found.offset = 0;
    return;
  }
  if (!found.time && !found.date && found.loose.length === 0) throw badFormat(source);
  if (found.zone !== undefined) throw badFormat(source);
  if (fixedAbbreviations[word] === undefined && !name.includes("/")) throw badFormat(source);
  zoneNamed(name); // where the zone does not matter, it has to exist all the same
  found.zone = name;
}
