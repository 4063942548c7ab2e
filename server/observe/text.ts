/** The most bytes of a client's text that a log line or a list shows. */
export const textLimit = 4096;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ellipsis = encoder.encode("…");

/**
 * At most {@linkcode textLimit} bytes of UTF-8, whole characters, with `…` at the end where something was left out.
 *
 * What comes back shares no memory with a longer text, so that keeping it does not keep the whole.
 *
 * @param more whether the text is itself only the beginning of what there was
 */
export function capText(text: string, more = false): string {
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (!more && text.length * 3 <= textLimit) return text;
  const bytes = encoder.encode(text.slice(0, textLimit));
  if (!more && text.length <= textLimit && bytes.length <= textLimit) return text;
  const room = Math.min(bytes.length, textLimit - ellipsis.length);
  return decoder.decode(bytes.subarray(0, wholeCharacters(bytes, room))) + "…";
}

/** The greatest length up to `length` that does not end within a character. */
function wholeCharacters(bytes: Uint8Array, length: number): number {
  while (length > 0 && length < bytes.length && (bytes[length] & 0xc0) === 0x80) length--;
  return length;
}
