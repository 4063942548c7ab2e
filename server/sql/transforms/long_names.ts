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
/** Quoted or not; other text of that length is caught, too, and then found to be no name. */
const mayBeLong = /[\w$]{64}|"[^"]{64}/;
/** The same where characters may have three bytes. */
const mayBeLongBeyondAscii = /[\w$\u0080-\uffff]{22}|"[^"]{22}/;
const encoder = new TextEncoder();

function truncate({ source, edits, notice }: TransformInput): void {
  const { text } = source;
  const isAscii = !/[\u0080-\uffff]/.test(text);
  if (!(isAscii ? mayBeLong : mayBeLongBeyondAscii).test(text)) return;
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

function truncated(name: string): string {
  const { read } = encoder.encodeInto(name, new Uint8Array(maxBytes));
  return name.slice(0, read);
}
