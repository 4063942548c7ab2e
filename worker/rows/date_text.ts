/**
 * Dates and times as text in every `DateStyle`.
 *
 * @see https://www.postgresql.org/docs/16/datatype-datetime.html#DATATYPE-DATETIME-OUTPUT
 */
import type { RenderSettings } from "../api/executor.ts";
import { type CivilDate, civilFromDays, dayOfWeek, secondsPerDay } from "../types/calendar.ts";
import type { TimeZone } from "../types/time_zone.ts";
import { writePadded, writeTwo, writeUnsigned } from "./digits.ts";
import { out, writeAscii } from "./output.ts";

/** Longest text: a style with names, a year of seven digits, microseconds, a zone and ` BC`. */
export const timestampSize = 64;
export const dateSize = 24;

const dash = 45;
const colon = 58;
const space = 32;
const point = 46;
const slash = 47;

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Writes a day (since 1970-01-01). */
export type DateWriter = (at: number, days: number) => number;

/**
 * Writes a timestamp: `seconds` since 1970-01-01 (UTC where there is a zone, otherwise local) and micros from 0 to 999999.
 */
export type TimestampWriter = (at: number, seconds: number, micros: number) => number;

const civil: CivilDate = { year: 0, month: 0, day: 0 };

/** The writer for dates in a style. */
export function dateWriter(settings: RenderSettings): DateWriter {
  const write = datePart(settings.dateStyle === "Postgres" ? dashedParts(settings) : partsOf(settings));
  return (at, days) => {
    civilFromDays(days, civil);
    return writeEra(write(at));
  };
}

/** The writer for timestamps in a style; with a zone for `timestamptz`. */
export function timestampWriter(settings: RenderSettings, zone: TimeZone | null): TimestampWriter {
  if (settings.dateStyle === "ISO") return isoWriter(space, zone, false);
  const abbreviate = (at: number, seconds: number) =>
    zone === null ? at : writeAscii(` ${zone.abbreviationAt(seconds)}`, at);
  if (settings.dateStyle === "Postgres") return namesWriter(settings, zone, abbreviate);
  const writeDate = datePart(partsOf(settings));
  return (at, seconds, micros) => {
    const local = zone === null ? seconds : seconds + zone.offsetAt(seconds);
    const days = Math.floor(local / secondsPerDay);
    civilFromDays(days, civil);
    out.bytes[at = writeDate(at)] = space;
    const p = writeTimeOfDay(at + 1, (local - days * secondsPerDay) | 0, micros);
    return writeEra(abbreviate(p, seconds));
  };
}

/** ISO 8601 as XML and JSON have it, whatever the style: a `T`, and minutes in every offset. */
export function jsonTimestampWriter(zone: TimeZone | null): TimestampWriter {
  return isoWriter(84, zone, true);
}

/** ISO 8601: the style of almost every session, so it is a path of its own. */
function isoWriter(separator: number, zone: TimeZone | null, minutesAlways: boolean): TimestampWriter {
  return (at, seconds, micros) => {
    const offset = zone === null ? 0 : zone.offsetAt(seconds);
    const local = seconds + offset;
    const days = Math.floor(local / secondsPerDay);
    civilFromDays(days, civil);
    let p = writeIsoDate(at);
    out.bytes[p++] = separator;
    p = writeTimeOfDay(p, (local - days * secondsPerDay) | 0, micros);
    if (zone !== null) p = writeOffset(p, offset, minutesAlways);
    return civil.year > 0 ? p : writeEra(p);
  };
}

/** `Wed Dec 17 07:37:16 1997 PST`; with DMY the day comes before the month. */
function namesWriter(
  settings: RenderSettings,
  zone: TimeZone | null,
  abbreviate: (at: number, seconds: number) => number,
): TimestampWriter {
  return (at, seconds, micros) => {
    const local = zone === null ? seconds : seconds + zone.offsetAt(seconds);
    const days = Math.floor(local / secondsPerDay);
    civilFromDays(days, civil);
    const month = months[civil.month - 1];
    const day = String(civil.day).padStart(2, "0");
    const parts = settings.dateOrder === "DMY" ? `${day} ${month}` : `${month} ${day}`;
    let p = writeAscii(`${weekdays[dayOfWeek(days)]} ${parts} `, at);
    p = writeTimeOfDay(p, (local - days * secondsPerDay) | 0, micros);
    out.bytes[p++] = space;
    return writeEra(abbreviate(writeYear(p), seconds));
  };
}

/** In which order a style has year, month and day, and what stands between. */
interface Parts {
  order: "YMD" | "DMY" | "MDY";
  separator: number;
}

function partsOf({ dateStyle, dateOrder }: RenderSettings): Parts {
  if (dateStyle === "ISO") return { order: "YMD", separator: dash };
  if (dateStyle === "German") return { order: "DMY", separator: point };
  return { order: dateOrder === "DMY" ? "DMY" : "MDY", separator: slash };
}

function dashedParts({ dateOrder }: RenderSettings): Parts {
  return { order: dateOrder === "DMY" ? "DMY" : "MDY", separator: dash };
}

/** Writes `civil`, without its era. */
function datePart({ order, separator }: Parts): (at: number) => number {
  if (order === "YMD") return writeIsoDate;
  return (at) => {
    const first = order === "DMY" ? civil.day : civil.month;
    const second = order === "DMY" ? civil.month : civil.day;
    let p = writeTwo(out.bytes, at, first);
    out.bytes[p++] = separator;
    p = writeTwo(out.bytes, p, second);
    out.bytes[p++] = separator;
    return writeYear(p);
  };
}

function writeIsoDate(at: number): number {
  const bytes = out.bytes;
  const p = writeYear(at);
  bytes[p] = dash;
  writeTwo(bytes, p + 1, civil.month);
  bytes[p + 3] = dash;
  return writeTwo(bytes, p + 4, civil.day);
}

/** At least four digits; a year BC by its number there. */
function writeYear(at: number): number {
  const year = civil.year > 0 ? civil.year : 1 - civil.year;
  if (year > 9999) return writeUnsigned(out.bytes, at, year);
  return writePadded(out.bytes, at, year, 4);
}

function writeEra(at: number): number {
  return civil.year > 0 ? at : writeAscii(" BC", at);
}

/** `HH:MM:SS`, and the fraction without trailing zeros. */
export function writeTimeOfDay(at: number, secondOfDay: number, micros: number): number {
  const bytes = out.bytes;
  const hour = (secondOfDay / 3600) | 0;
  const rest = secondOfDay - hour * 3600;
  const minute = (rest / 60) | 0;
  writeTwo(bytes, at, hour);
  bytes[at + 2] = colon;
  writeTwo(bytes, at + 3, minute);
  bytes[at + 5] = colon;
  writeTwo(bytes, at + 6, rest - minute * 60);
  return micros === 0 ? at + 8 : writeFraction(at + 8, micros);
}

/** `.5`: micros from 1 to 999999. */
export function writeFraction(at: number, micros: number): number {
  const bytes = out.bytes;
  bytes[at] = point;
  let end = writePadded(bytes, at + 1, micros, 6);
  while (bytes[end - 1] === 48) end--;
  return end;
}

/** `+02`, `-03:30`, `-07:52:58`. */
export function writeOffset(start: number, offset: number, minutesAlways: boolean): number {
  const bytes = out.bytes;
  const magnitude = offset < 0 ? -offset : offset;
  bytes[start] = offset < 0 ? dash : 43;
  const hour = (magnitude / 3600) | 0;
  let at = writeTwo(bytes, start + 1, hour);
  const minute = ((magnitude / 60) | 0) % 60;
  const second = magnitude % 60;
  if (minute === 0 && second === 0 && !minutesAlways) return at;
  bytes[at] = colon;
  at = writeTwo(bytes, at + 1, minute);
  if (second === 0) return at;
  bytes[at] = colon;
  return writeTwo(bytes, at + 1, second);
}
