import { PgError } from "../../worker/api/error.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Below this, reading characters one by one is quicker than calling the decoder. */
const shortText = 48;

/**
 * Strict UTF-8 to text.
 *
 * @throws {PgError} 22021 with the offending bytes, in PostgreSQL's words.
 */
export function decodeText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start <= shortText) {
    const ascii = decodeAscii(bytes, start, end);
    if (ascii !== null) return ascii;
  }
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    throw invalidByteSequence(bytes, start, end);
  }
}

/** Hot path: names and short statements. */
function decodeAscii(bytes: Uint8Array, start: number, end: number): string | null {
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** `report_invalid_encoding` of PostgreSQL's `mbutils.c`: the first bad sequence, as long as its first byte claims. */
function invalidByteSequence(bytes: Uint8Array, start: number, end: number): PgError {
  let at = start;
  while (at < end) {
    const length = legalLength(bytes, at, end);
    if (length === 0) break;
    at += length;
  }
  const shown = bytes.subarray(at, Math.min(end, at + claimedLength(bytes[at])));
  const hex = Array.from(shown, (byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(" ");
  return new PgError("22021", `invalid byte sequence for encoding "UTF8": ${hex}`);
}

function claimedLength(first: number): number {
  if (first >= 0xf0 && first < 0xf8) return 4;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xc0 && first < 0xe0) return 2;
  return 1;
}

/** Bytes of the character at `at`, or 0 when it is not one (`pg_utf8_islegal`). */
function legalLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first < 0x80) return 1;
  const length = claimedLength(first);
  if (length === 1 || first < 0xc2 || first > 0xf4 || at + length > end) return 0;
  for (let i = 1; i < length; i++) {
    if ((bytes[at + i] & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1];
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second > 0x8f) return 0;
  return length;
}
