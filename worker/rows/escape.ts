/** Quotes text that has already been written, in place: array elements and JSON strings are written first and quoted after. */
import { ensure, out } from "./output.ts";

const quote = 34;
const backslash = 92;

/** Whether PostgreSQL's array_out puts quotes round a byte's element. */
const arraySpecial = new Uint8Array(256);
for (const char of '"\\{}, \t\n\v\f\r') arraySpecial[char.charCodeAt(0)] = 1;

/** Quotes the array element from `start` to `end` where it needs it; returns its new end. */
export function quoteElement(start: number, end: number): number {
  const bytes = out.bytes;
  let special = end === start || isNullWord(start, end);
  let escapes = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (arraySpecial[byte] === 0) continue;
    special = true;
    if (byte === quote || byte === backslash) escapes++;
  }
  return special ? wrap(start, end, escapes, escapeElementByte) : end;
}

/** Whether PostgreSQL's record_out puts quotes round a byte's field. */
const recordSpecial = new Uint8Array(256);
for (const char of '"\\(), \t\n\v\f\r') recordSpecial[char.charCodeAt(0)] = 1;

/** Quotes the field of a record from `start` to `end` where it needs it; returns its new end. */
export function quoteField(start: number, end: number): number {
  const bytes = out.bytes;
  let special = end === start;
  let escapes = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (recordSpecial[byte] === 0) continue;
    special = true;
    if (byte === quote || byte === backslash) escapes++;
  }
  return special ? wrap(start, end, escapes, doubleByte) : end;
}

function doubleByte(bytes: Uint8Array, byte: number, end: number): number {
  bytes[end - 1] = byte;
  if (byte !== quote && byte !== backslash) return end - 1;
  bytes[end - 2] = byte;
  return end - 2;
}

/** An unquoted NULL, in any case, would read as null. */
function isNullWord(start: number, end: number): boolean {
  if (end - start !== 4) return false;
  const bytes = out.bytes;
  return (bytes[start] | 32) === 110 && (bytes[start + 1] | 32) === 117 && (bytes[start + 2] | 32) === 108 &&
    (bytes[start + 3] | 32) === 108;
}

/** Makes a JSON string of the text from `start` to `end`; returns its new end. */
export function quoteJson(start: number, end: number): number {
  const bytes = out.bytes;
  let extra = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === quote || byte === backslash) extra++;
    else if (byte < 32) extra += shortEscape[byte] === 0 ? 5 : 1;
  }
  return wrap(start, end, extra, escapeJsonByte);
}

/** Writes a byte so that it ends before `end`, from the back; returns where it starts. */
type EscapeByte = (bytes: Uint8Array, byte: number, end: number) => number;

/** Moves the text back to front into its quoted form, `extra` bytes longer than the text and two quotes. */
function wrap(start: number, end: number, extra: number, escape: EscapeByte): number {
  ensure(end, extra + 2);
  const bytes = out.bytes;
  const newEnd = end + extra + 2;
  let to = newEnd - 1;
  bytes[to] = quote;
  if (extra === 0) bytes.copyWithin(start + 1, start, end);
  else for (let i = end - 1; i >= start; i--) to = escape(bytes, bytes[i], to);
  bytes[start] = quote;
  return newEnd;
}

function escapeElementByte(bytes: Uint8Array, byte: number, end: number): number {
  bytes[end - 1] = byte;
  if (byte !== quote && byte !== backslash) return end - 1;
  bytes[end - 2] = backslash;
  return end - 2;
}

/** The letter of JSON's two-character escapes. */
const shortEscape = new Uint8Array(32);
for (const [code, letter] of [[8, "b"], [9, "t"], [10, "n"], [12, "f"], [13, "r"]] as const) {
  shortEscape[code] = letter.charCodeAt(0);
}

function escapeJsonByte(bytes: Uint8Array, byte: number, end: number): number {
  if (byte >= 32) return escapeElementByte(bytes, byte, end);
  const letter = shortEscape[byte];
  if (letter !== 0) {
    bytes[end - 1] = letter;
    bytes[end - 2] = backslash;
    return end - 2;
  }
  const text = `\\u${byte.toString(16).padStart(4, "0")}`;
  for (let i = 0; i < 6; i++) bytes[end - 6 + i] = text.charCodeAt(i);
  return end - 6;
}
