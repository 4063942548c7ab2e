import { identifierOf } from "../lexer.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Names end after 63 bytes, at the border of a character, and PostgreSQL says so.
 *
 * @see https://www.postgresql.org/docs/16/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
 */
export const longNames: Transform = { whole: truncate, visit: {} };

const maxBytes = 63;
/** Characters of a name that has more bytes than that; beyond ASCII a character may have three. */
const longCharacters = maxBytes + 1;
const longCharactersBeyondAscii = Math.ceil(longCharacters / 3);
const encoder = new TextEncoder();

function truncate({ source, edits, notice }: TransformInput): void {
  const { text } = source;
  if (!mayBeLong(text)) return;
  for (const token of source.tokens) {
    if (token.end - token.start < maxBytes / 3) continue;
    const name = identifierOf(text, token);
    if (name === null || encoder.encode(name).length <= maxBytes) continue;
    const short = truncated(name);
    edits.replace(token.start, token.end, quoteName(short));
    notice({
      severity: "NOTICE",
      sqlstate: "42622",
      message: `identifier "${name}" will be truncated to "${short}"`,
    });
  }
}

/**
 * Whether so many characters of words follow each other, or stand between quotes. Other text of that length is caught, too, and
 * then found to be no name. Of each stretch of that length the last character is looked at first: nearly always it is in no
 * such word, and the next one to look at is that far behind the word's beginning.
 */
function mayBeLong(text: string): boolean {
  const long = /[\u0080-\uffff]/.test(text) ? longCharactersBeyondAscii : longCharacters;
  for (let at = long - 1; at < text.length;) {
    let first = at;
    while (first > at - long && isInWord(text.charCodeAt(first))) first--;
    if (first === at - long) return true;
    at = first + long;
  }
  for (let open = text.indexOf('"'); open >= 0;) {
    const close = text.indexOf('"', open + 1);
    if ((close < 0 ? text.length : close) - open > long) return true;
    open = close;
  }
  return false;
}

/** A letter, a digit, `_`, `$` or anything beyond ASCII. */
function isInWord(code: number): boolean {
  return code >= 97 && code <= 122 || code >= 65 && code <= 90 || code >= 48 && code <= 57 || code === 95 ||
    code === 36 || code > 127;
}

function truncated(name: string): string {
  const { read } = encoder.encodeInto(name, new Uint8Array(maxBytes));
  return name.slice(0, read);
}
