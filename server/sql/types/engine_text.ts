/** Values as DuckDB reads them from text. */
import { civilFromDays, dateInfinity, type Decoded, timestampInfinity } from "../../../worker/api/input.ts";

const microsPerDay = 86_400_000_000n;

/** `2024-01-31`; years before the first are `0044-03-15 (BC)`. */
export function dateText(days: number): string {
  if (days === dateInfinity) return "infinity";
  if (days === -dateInfinity) return "-infinity";
  const date = { year: 0, month: 0, day: 0 };
  civilFromDays(days, date);
  const year = date.year > 0 ? date.year : 1 - date.year;
  const text = `${pad(year, 4)}-${pad(date.month)}-${pad(date.day)}`;
  return date.year > 0 ? text : `${text} (BC)`;
}

/** `04:05:06.789` of microseconds since midnight. */
export function timeText(micros: bigint): string {
  const seconds = Number(micros / 1_000_000n);
  const fraction = Number(micros % 1_000_000n);
  const text = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${
    pad(seconds % 60)
  }`;
  return fraction === 0 ? text : `${text}.${pad(fraction, 6).replace(/0+$/, "")}`;
}

/** A date and a time of microseconds since 1970-01-01. */
export function timestampText(micros: bigint): string {
  if (micros === timestampInfinity) return "infinity";
  if (micros === -timestampInfinity) return "-infinity";
  const rest = ((micros % microsPerDay) + microsPerDay) % microsPerDay;
  return `${dateText(Number((micros - rest) / microsPerDay))} ${timeText(rest)}`;
}

/** `-08`, `+05:30`, of seconds east of UTC. */
export function offsetText(seconds: number): string {
  const size = Math.abs(seconds);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60];
  while (parts.length > 1 && parts[parts.length - 1] === 0) parts.pop();
  return (seconds < 0 ? "-" : "+") + parts.map((part) => pad(part)).join(":");
}

/** `14 months 3 days -04:05:06`. */
export function intervalText({ months, days, micros }: Extract<Decoded, { kind: "interval" }>): string {
  const size = micros < 0n ? -micros : micros;
  return `${months} months ${days} days ${micros < 0n ? "-" : ""}${timeText(size)}`;
}

/** `\x00\xFF`. */
export function blobText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `\\x${pad(byte, 2, 16).toUpperCase()}`).join("");
}

function pad(value: number, width = 2, radix = 10): string {
  return value.toString(radix).padStart(width, "0");
}
