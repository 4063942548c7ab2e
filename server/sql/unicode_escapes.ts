import { PgError } from "../../worker/api/error.ts";
import { type Edited, editsOf } from "./edits.ts";
import { isKeyword, stringBody, stringValue, type Token, tokenize } from "./lexer.ts";
import { quoteText } from "../../worker/api/quote.ts";
import { characterOf } from "./source.ts";

/**
 * Literals and names with Unicode escapes or escaped bytes (`U&'d\0061t'`, `U&"\0061"`, `E'\u0061'`, `E'\xc3\xa9'`) as
 * plain ones: neither the WebAssembly build of PostgreSQL's parser nor DuckDB's can read them. `null` where there are none,
 * which is nearly always.
 *
 * @returns an error for an escape that is none: 22025, 22021 or 42601, as PostgreSQL has it
 * @see https://www.postgresql.org/docs/16/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-UESCAPE
 */
export function withoutEscapes(text: string): Edited | PgError | null {
  if (!mayHaveEscapes(text)) return null;
  const edits = editsOf(text);
  const tokens = tokenize(text);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    const written = text.slice(token.start, token.end);
    try {
      if (/^u&/i.test(written)) {
        const last = isKeyword(text, tokens[i + 1], "uescape") ? i + 2 : i;
        edits.replace(
          token.start,
          tokens[last]?.end ?? text.length,
          plain(written, escapeIn(text, tokens, last, i)),
        );
      } else if (/^e'/i.test(written) && needsDecoding.test(written)) {
        edits.replace(token.start, token.end, quoteText(decoded(stringBody(written))));
      }
    } catch (error) {
      if (!(error instanceof PgError)) throw error;
      return error.with({ position: characterOf(text, token.start) });
    }
  }
  return edits.size === 0 ? null : edits.apply();
}

/** Most statements have neither `&` nor backslash. */
function mayHaveEscapes(text: string): boolean {
  if (text.includes("&") && /[uU]&['"]/.test(text)) return true;
  return text.includes("\\") && needsDecoding.test(text) && /[eE]'/.test(text);
}

/** Escaped characters beyond ASCII; the rest both parsers read by themselves. */
const needsDecoding = /\\(?:[uU]|x[89a-fA-F][0-9a-fA-F]|[2-3][0-7][0-7])/;

function escapeIn(text: string, tokens: readonly Token[], last: number, literal: number): string {
  if (last === literal) return "\\";
  const token = tokens[last];
  const value = token?.kind === "string" ? stringValue(text.slice(token.start, token.end)) : null;
  if (value === null) throw new PgError("42601", "UESCAPE must be followed by a simple string literal");
  if (!/^[^0-9a-fA-F+'"\s]$/u.test(value)) throw new PgError("42601", "invalid Unicode escape character");
  return value;
}

/** `U&'…'` or `U&"…"` without its escapes. */
function plain(written: string, escape: string): string {
  const quote = written[2];
  const raw = quote === "'" ? stringBody(written) : written.slice(3, -1);
  const body = raw.replaceAll(quote + quote, quote);
  const value = unescaped(body, escape);
  return quote + value.replaceAll(quote, quote + quote) + quote;
}

function unescaped(body: string, escape: string): string {
  let value = "";
  for (let at = 0; at < body.length;) {
    if (body[at] !== escape) {
      value += body[at++];
      continue;
    }
    if (body[at + 1] === escape) {
      value += escape;
      at += 2;
      continue;
    }
    const digits = /^(?:\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4}))/.exec(body.slice(at + 1, at + 8));
    if (!digits) {
      throw new PgError("42601", "invalid Unicode escape", {
        hint: "Unicode escapes must be \\XXXX or \\+XXXXXX.",
      });
    }
    value += character(parseInt(digits[1] ?? digits[2], 16));
    at += 1 + digits[0].length;
  }
  return paired(value);
}

/** UTF-16's surrogates are put together later. */
function character(code: number): string {
  if (code === 0 || code > 0x10ffff) throw new PgError("42601", "invalid Unicode escape value");
  return code < 0x10000 ? String.fromCharCode(code) : String.fromCodePoint(code);
}

function paired(value: string): string {
  if (!value.isWellFormed()) throw new PgError("42601", "invalid Unicode surrogate pair");
  return value;
}

const controls: Record<string, number> = { b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The value of an escape string's body: its escapes make bytes, which must be UTF-8. */
function decoded(body: string): string {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  const escapes =
    /\\(?:(u)([0-9a-fA-F]{0,4})|(U)([0-9a-fA-F]{0,8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([^]))|''|[^\\]/gu;
  let half = "";
  for (const [part, u, short, U, long, hex, octal, other] of body.matchAll(escapes)) {
    if (u ?? U) {
      if ((u ? short : long).length < (u ? 4 : 8)) {
        throw new PgError("22025", "invalid Unicode escape", {
          hint: "Unicode escapes must be \\uXXXX or \\UXXXXXXXX.",
        });
      }
      half += character(parseInt(u ? short : long, 16));
      if (half.length === 1 && /[\ud800-\udbff]/.test(half)) continue;
      bytes.push(...encoder.encode(paired(half)));
      half = "";
      continue;
    }
    paired(half);
    if (hex ?? octal) bytes.push(parseInt(hex ?? octal, hex ? 16 : 8) & 255);
    else if (other) bytes.push(...(other in controls ? [controls[other]] : encoder.encode(other)));
    else bytes.push(...encoder.encode(part === "''" ? "'" : part));
  }
  paired(half);
  return utf8(Uint8Array.from(bytes));
}

function utf8(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  const wrong = zero < 0 ? firstInvalid(bytes) : "0x00";
  if (wrong === null) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  throw new PgError("22021", `invalid byte sequence for encoding "UTF8": ${wrong}`);
}

/** The bytes from the first that begins no character. */
function firstInvalid(bytes: Uint8Array): string | null {
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at] < 0x80 ? 1 : bytes[at] < 0xe0 ? 2 : bytes[at] < 0xf0 ? 3 : 4;
    const part = bytes.subarray(at, at + length);
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(part);
    } catch {
      return Array.from(part, (byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(" ");
    }
    at += length;
  }
  return null;
}
