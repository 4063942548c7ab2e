/**
 * Columns of INTERVAL in every `IntervalStyle`.
 *
 * @see https://www.postgresql.org/docs/16/datatype-datetime.html#DATATYPE-INTERVAL-OUTPUT
 */
import duckdb from "@duckdb/node-bindings";
import type { RenderSettings } from "../api/executor.ts";
import type { Codec } from "./codec.ts";
import { out, writeAscii } from "./output.ts";
import { bytesOf } from "./vector.ts";

const intervalBytes = 16;
/** Longest: `@ -178956970 years -8 mons …` with every part at its largest. */
const textSize = 128;

/** An interval in the parts that are printed; all of them have the sign of what they come from. */
interface Parts {
  years: number;
  months: number;
  days: number;
  hours: number;
  minutes: number;
  seconds: number;
  micros: number;
}

type Style = (parts: Parts) => string;

const styles: Readonly<Record<RenderSettings["intervalStyle"], Style>> = {
  postgres: postgresStyle,
  postgres_verbose: verboseStyle,
  sql_standard: sqlStyle,
  iso_8601: isoStyle,
};

/** INTERVAL as text. Through strings: it is not a hot column. */
export function intervalText(style: RenderSettings["intervalStyle"]): Codec {
  const format = styles[style];
  let fields = new Int32Array(0);
  let micros = new BigInt64Array(0);
  return {
    size: textSize,
    quotable: true,
    load(vector, rows) {
      fields = intervalFields(vector, rows);
      micros = new BigInt64Array(fields.buffer, fields.byteOffset, rows * 2);
    },
    write: (row, at) =>
      writeAscii(format(split(fields[row * 4], fields[row * 4 + 1], micros[row * 2 + 1])), at),
  };
}

/** INTERVAL as microseconds, days, months. */
export function intervalBinary(): Codec {
  let fields = new Int32Array(0);
  return {
    size: intervalBytes,
    quotable: false,
    load: (vector, rows) => void (fields = intervalFields(vector, rows)),
    write(row, at) {
      const view = out.view;
      view.setInt32(at, fields[row * 4 + 3]);
      view.setInt32(at + 4, fields[row * 4 + 2]);
      view.setInt32(at + 8, fields[row * 4 + 1]);
      view.setInt32(at + 12, fields[row * 4]);
      return at + intervalBytes;
    },
  };
}

function intervalFields(vector: duckdb.Vector, rows: number): Int32Array<ArrayBuffer> {
  const data = bytesOf(vector, rows, intervalBytes);
  return new Int32Array(data.buffer, data.byteOffset, rows * 4);
}

function split(months: number, days: number, micros: bigint): Parts {
  const seconds = micros / 1_000_000n;
  const minutes = seconds / 60n;
  return {
    years: Math.trunc(months / 12) + 0,
    months: months % 12,
    days,
    hours: Number(minutes / 60n),
    minutes: Number(minutes % 60n),
    seconds: Number(seconds % 60n),
    micros: Number(micros % 1_000_000n),
  };
}

function hasTime({ hours, minutes, seconds, micros }: Parts): boolean {
  return hours !== 0 || minutes !== 0 || seconds !== 0 || micros !== 0;
}

function timeIsNegative({ hours, minutes, seconds, micros }: Parts): boolean {
  return hours < 0 || minutes < 0 || seconds < 0 || micros < 0;
}

function two(n: number): string {
  return String(Math.abs(n)).padStart(2, "0");
}

/** Seconds with their fraction, without a sign. */
function secondsText({ seconds, micros }: Parts, width: number): string {
  const whole = String(Math.abs(seconds)).padStart(width, "0");
  if (micros === 0) return whole;
  return `${whole}.${String(Math.abs(micros)).padStart(6, "0").replace(/0+$/, "")}`;
}

/** `1 year 2 mons -3 days +04:05:06.7`. */
function postgresStyle(parts: Parts): string {
  let text = "";
  let negativeBefore = false;
  const units: [number, string][] = [[parts.years, "year"], [parts.months, "mon"], [parts.days, "day"]];
  for (const [value, unit] of units) {
    if (value === 0) continue;
    const plus = negativeBefore && value > 0 ? "+" : "";
    text += `${text && " "}${plus}${value} ${unit}${value === 1 ? "" : "s"}`;
    negativeBefore = value < 0;
  }
  if (text && !hasTime(parts)) return text;
  const sign = timeIsNegative(parts) ? "-" : negativeBefore ? "+" : "";
  return `${text}${text && " "}${sign}${two(parts.hours)}:${two(parts.minutes)}:${secondsText(parts, 2)}`;
}

/** `@ 1 year 2 mons -3 days ago`: the first part decides what "ago" is. */
function verboseStyle(parts: Parts): string {
  let text = "@";
  let empty = true;
  let ago = false;
  const units: [number, string][] = [
    [parts.years, "year"],
    [parts.months, "mon"],
    [parts.days, "day"],
    [parts.hours, "hour"],
    [parts.minutes, "min"],
  ];
  for (const [part, unit] of units) {
    if (part === 0) continue;
    if (empty) ago = part < 0;
    const value = ago ? -part : part;
    text += ` ${value} ${unit}${value === 1 ? "" : "s"}`;
    empty = false;
  }
  if (parts.seconds !== 0 || parts.micros !== 0) {
    const negative = parts.seconds < 0 || parts.micros < 0;
    if (empty) ago = negative;
    const sign = negative !== ago ? "-" : "";
    const plural = Math.abs(parts.seconds) !== 1 || parts.micros !== 0 ? "s" : "";
    text += ` ${sign}${secondsText(parts, 1)} sec${plural}`;
    empty = false;
  }
  return `${text}${empty ? " 0" : ""}${ago ? " ago" : ""}`;
}

/** `1-2`, `3 4:05:06`, or both with a sign each where SQL's own form cannot tell. */
function sqlStyle(parts: Parts): string {
  const values = Object.values(parts) as number[];
  const negative = values.some((value) => value < 0);
  const positive = values.some((value) => value > 0);
  if (!negative && !positive) return "0";
  const yearMonth = parts.years !== 0 || parts.months !== 0;
  const dayTime = parts.days !== 0 || hasTime(parts);
  const years = `${Math.abs(parts.years)}-${Math.abs(parts.months)}`;
  const time = `${Math.abs(parts.hours)}:${two(parts.minutes)}:${secondsText(parts, 2)}`;
  if ((negative && positive) || (yearMonth && dayTime)) {
    const yearSign = parts.years < 0 || parts.months < 0 ? "-" : "+";
    const daySign = parts.days < 0 ? "-" : "+";
    const timeSign = timeIsNegative(parts) ? "-" : "+";
    return `${yearSign}${years} ${daySign}${Math.abs(parts.days)} ${timeSign}${time}`;
  }
  const sign = negative ? "-" : "";
  if (yearMonth) return sign + years;
  return parts.days === 0 ? sign + time : `${sign}${Math.abs(parts.days)} ${time}`;
}

/** `P1Y2M3DT4H5M6.7S`. */
function isoStyle(parts: Parts): string {
  const part = (value: number, unit: string) => value === 0 ? "" : `${value}${unit}`;
  const date = part(parts.years, "Y") + part(parts.months, "M") + part(parts.days, "D");
  if (!hasTime(parts)) return date === "" ? "PT0S" : `P${date}`;
  let time = part(parts.hours, "H") + part(parts.minutes, "M");
  if (parts.seconds !== 0 || parts.micros !== 0) {
    const sign = parts.seconds < 0 || parts.micros < 0 ? "-" : "";
    time += `${sign}${secondsText(parts, 1)}S`;
  }
  return `P${date}T${time}`;
}
