import { PgError } from "../../../worker/api/error.ts";
import { findTimeZone } from "./time_zone_names.ts";

/**
 * A time zone as PostgreSQL shows it: an IANA name in its own spelling, or a POSIX specification (whose sign is west of
 * Greenwich). A bare number counts hours east.
 *
 * Throws 22023 for what is neither, 0A000 for a specification that is not a whole number of hours from -12 to +14:
 * DuckDB has no zone for it.
 *
 * @example
 * ```ts
 * parseTimeZone("europe/berlin"); // "Europe/Berlin"
 * parseTimeZone("-8"); // "<-08>+08"
 * ```
 * @see https://www.postgresql.org/docs/16/datatype-datetime.html#DATATYPE-TIMEZONES
 */
export function parseTimeZone(value: string): string {
  const canonical = canonicalZone(value);
  if (canonical === null) throw new PgError("22023", `invalid value for parameter "TimeZone": "${value}"`);
  ianaZone(canonical);
  return canonical;
}

const number = /^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/;
const interval = /^interval\s*'\s*([+-]?)(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?(?:\s*hours?)?\s*'/i;
const posix = /^(<[A-Za-z0-9+:-]{3,}>|[A-Za-z]*)([+-]?)(\d{1,3})(?::(\d{2}))?(?::(\d{2}))?$/;

function canonicalZone(value: string): string | null {
  if (number.test(value)) return fromOffset(value, Number(value) * 3600);
  const span = interval.exec(value);
  if (span) return fromOffset(value, secondsOf(span[1], span[2], span[3], span[4]));
  const name = findTimeZone(value);
  if (name) return name;
  return posix.test(value) ? value.toUpperCase() : null;
}

function secondsOf(sign: string, hours: string, minutes = "0", seconds = "0"): number {
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === "-" ? -total : total;
}

/** How PostgreSQL writes an offset given as a number: its name in ISO's sign, then its rule in POSIX's. */
function fromOffset(value: string, secondsEast: number): string {
  if (Math.abs(secondsEast) > 167 * 3600) {
    throw new PgError("22023", `invalid value for parameter "TimeZone": "${value}"`, {
      detail: "UTC timezone offset is out of range.",
    });
  }
  const size = clock(Math.abs(secondsEast));
  return secondsEast < 0 ? `<-${size}>+${size}` : `<+${size}>-${size}`;
}

function clock(seconds: number): string {
  const parts = [Math.trunc(seconds / 3600), Math.trunc(seconds / 60) % 60, Math.trunc(seconds) % 60];
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  return parts.map((part) => `${part}`.padStart(2, "0")).join(":");
}

/**
 * The IANA name that stands for a zone {@linkcode parseTimeZone} accepted: what DuckDB and `Intl` take.
 */
export function ianaZone(canonical: string): string {
  if (findTimeZone(canonical)) return canonical;
  const [, , sign, ...parts] = posix.exec(canonical)!;
  const west = secondsOf(sign, parts[0], parts[1], parts[2]) / 3600;
  if (!Number.isInteger(west) || west > 12 || west < -14) {
    throw new PgError("0A000", `time zone "${canonical}" is not supported`, {
      hint: "Name a time zone such as Asia/Kolkata, or an offset of whole hours.",
    });
  }
  if (west === 0) return "Etc/GMT";
  return west > 0 ? `Etc/GMT+${west}` : `Etc/GMT${west}`;
}
