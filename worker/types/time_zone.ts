/** Offsets and abbreviations of IANA time zones, cached between transitions so that a column of timestamps is cheap. */
import { PgError } from "../api/error.ts";
import { zoneLetters } from "./zone_letters.ts";

/** A time zone as rendering and parsing need it. Seconds are since 1970-01-01 UTC; offsets are seconds east of UTC. */
export interface TimeZone {
  readonly name: string;
  offsetAt(seconds: number): number;
  /** What PostgreSQL prints in the styles other than ISO: `CET`, or `+08` where the zone has no letters. */
  abbreviationAt(seconds: number): string;
}

/** A span without a transition: from `start` to before `end`. */
interface Span {
  start: number;
  end: number;
  offset: number;
  abbreviation?: string;
}

const maxSpans = 1024;
const maxSeconds = 8.64e12 - 1; // what Temporal can represent
const zones = new Map<string, TimeZone>();

/**
 * The zone of this name; zones are kept, there are only a few hundred.
 *
 * @throws PgError 22023 for a name that is not known.
 */
export function timeZone(name: string): TimeZone {
  const known = zones.get(name);
  if (known) return known;
  const zone = isUtc(name) ? utc(name) : ianaZone(name);
  zones.set(name, zone);
  return zone;
}

/** Seconds east of UTC that apply at a local time; in a gap or an overlap the standard (earlier) side, as PostgreSQL does. */
export function offsetOfLocal(zone: TimeZone, localSeconds: number): number {
  const before = zone.offsetAt(localSeconds - 86400);
  const after = zone.offsetAt(localSeconds + 86400);
  if (before === after) return zone.offsetAt(localSeconds - before);
  const beforeHolds = zone.offsetAt(localSeconds - before) === before;
  const afterHolds = zone.offsetAt(localSeconds - after) === after;
  if (beforeHolds !== afterHolds) return beforeHolds ? before : after;
  // Both in an overlap, neither in a gap. PostgreSQL reads an ambiguous time as standard time and a skipped one with the
  // offset before the jump: the smaller of the two offsets each time.
  return Math.min(before, after);
}

function isUtc(name: string): boolean {
  return /^(utc|gmt|etc\/(utc|gmt|uct|zulu|universal)|uct|zulu|universal|z)$/i.test(name);
}

function utc(name: string): TimeZone {
  const abbreviation = /gmt$/i.test(name) ? "GMT" : "UTC";
  return { name, offsetAt: () => 0, abbreviationAt: () => abbreviation };
}

function ianaZone(name: string): TimeZone {
  checkName(name);
  const spans: Span[] = [];
  let last: Span = findSpan(name, 0);
  spans.push(last);

  function spanAt(seconds: number): Span {
    if (seconds >= last.start && seconds < last.end) return last;
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle].end <= seconds) low = middle + 1;
      else high = middle;
    }
    if (low === spans.length || spans[low].start > seconds) {
      if (spans.length >= maxSpans) low = spans.length = 0;
      spans.splice(low, 0, findSpan(name, seconds));
    }
    return last = spans[low];
  }

  return {
    name,
    offsetAt: (seconds) => spanAt(seconds).offset,
    abbreviationAt(seconds) {
      const span = spanAt(seconds);
      span.abbreviation ??= abbreviation(name, span.offset);
      return span.abbreviation;
    },
  };
}

function checkName(name: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    throw new PgError("22023", `time zone "${name.toLowerCase()}" not recognized`);
  }
}

function findSpan(name: string, seconds: number): Span {
  const clamped = Math.max(-maxSeconds, Math.min(maxSeconds, seconds));
  const at = (s: number) => new Temporal.ZonedDateTime(BigInt(Math.floor(s)) * 1_000_000_000n, name);
  const offset = at(clamped).offsetNanoseconds / 1e9;
  const next = at(clamped).getTimeZoneTransition("next");
  // A transition at this very second belongs to the span it starts, and "previous" means strictly before.
  const previous = at(clamped + 1).getTimeZoneTransition("previous");
  return {
    start: previous ? Math.ceil(previous.epochMilliseconds / 1000) : -Infinity,
    end: next ? Math.ceil(next.epochMilliseconds / 1000) : Infinity,
    offset,
  };
}

/**
 * What a zone goes by: the letters it has today at that offset, whenever it was; before it was a zone, local mean time.
 */
function abbreviation(name: string, offset: number): string {
  if (offset % 60 !== 0) return "LMT";
  return zoneLetters(name, offset) ?? offsetText(offset).replaceAll(":", "");
}

/** `+02`, `-03:30`, `-07:52:58`: an offset as PostgreSQL prints it in ISO style. */
export function offsetText(offset: number): string {
  const magnitude = Math.abs(offset);
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = two(Math.floor(magnitude / 3600));
  const minutes = Math.floor(magnitude / 60) % 60;
  const seconds = magnitude % 60;
  const tail = seconds ? `:${two(minutes)}:${two(seconds)}` : minutes ? `:${two(minutes)}` : "";
  return `${offset < 0 ? "-" : "+"}${hours}${tail}`;
}
