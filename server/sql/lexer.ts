/**
 * PostgreSQL's lexical rules, enough to find where tokens begin and end. It never throws: what is not closed ends with
 * the text, and the parser complains about it later.
 *
 * @see https://www.postgresql.org/docs/16/sql-syntax-lexical.html
 */

/** What a token is. Keywords are words: which of them are keywords depends on where they stand. */
export type TokenKind =
  | "word"
  | "quoted"
  | "string"
  | "number"
  | "parameter"
  | "operator"
  /** One of `( ) [ ] { } , ; . :` or `::`. */
  | "punctuation";

/** A token; comments and white space are not tokens. Offsets are UTF-16 code units. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

const isSpace = table(" \t\n\r\f\v");
const isDigit = table("0123456789");
const isOperator = table("~!@#^&|`?+-*/%<>=");
const isWordStart = table("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
const isWordPart = table("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$");
/** An operator of several characters may end in + or - only if it has one of these. */
const freesTrailingSign = table("~!@#%^&|`?");

/** All tokens of a text. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = skipBlank(text, 0);
  while (at < text.length) {
    const kind = kindAt(text, at);
    const end = endOfToken(text, at, kind);
    tokens.push({ kind, start: at, end });
    at = skipBlank(text, end);
  }
  return tokens;
}

/** Where the next token begins: behind white space and comments. One that is not closed is for the parser to refuse. */
export function skipBlank(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (isSpace[code] || (code > 127 && isUnicodeSpace(code))) at++;
    else if (code === 45 /* - */ && text.charCodeAt(at + 1) === 45) at = endOfLine(text, at);
    else if (code === 47 /* / */ && text.charCodeAt(at + 1) === 42 /* * */) {
      const end = endOfBlockComment(text, at);
      if (end < 0) return at;
      at = end;
    } else return at;
  }
}

/** What kind of token begins here; `at` must not be blank. */
export function kindAt(text: string, at: number): TokenKind {
  const code = text.charCodeAt(at);
  if (code === 39 /* ' */) return "string";
  if (code === 34 /* " */) return "quoted";
  if (code === 36 /* $ */) return dollarTagEnd(text, at) > 0 ? "string" : "parameter";
  if (isWordStart[code] || code > 127) return prefixedKind(text, at);
  if (isDigit[code] || (code === 46 /* . */ && isDigit[text.charCodeAt(at + 1)])) return "number";
  return isOperator[code] ? "operator" : "punctuation";
}

/** Where the token that begins at `at` ends. */
export function endOfToken(text: string, at: number, kind: TokenKind): number {
  switch (kind) {
    case "string":
      return endOfString(text, at);
    case "quoted":
      return endOfQuoted(text, text.indexOf('"', at), 34, false);
    case "word":
      return endOfWord(text, at);
    case "number":
      return endOfNumber(text, at);
    case "parameter":
      return endOfWord(text, at + 1);
    case "operator":
      return endOfOperator(text, at);
    case "punctuation":
      return at + (text.charCodeAt(at) === 58 /* : */ && text.charCodeAt(at + 1) === 58 ? 2 : 1);
  }
}

/** The text of a token. */
export function textOf(text: string, token: Token): string {
  return text.slice(token.start, token.end);
}

/** A word in lower case, a quoted identifier without its quotes; `null` for any other token. */
export function identifierOf(text: string, token: Token | undefined): string | null {
  if (token?.kind === "word") return textOf(text, token).toLowerCase();
  if (token?.kind !== "quoted") return null;
  const raw = textOf(text, token);
  return raw.slice(raw.indexOf('"') + 1, -1).replaceAll('""', '"');
}

/** Whether a token is this keyword (given in lower case), not quoted. */
export function isKeyword(text: string, token: Token | undefined, keyword: string): boolean {
  return token?.kind === "word" && token.end - token.start === keyword.length &&
    textOf(text, token).toLowerCase() === keyword;
}

/** Whether a token is exactly this punctuation or operator. */
export function isSymbol(text: string, token: Token | undefined, symbol: string): boolean {
  return token !== undefined && token.end - token.start === symbol.length &&
    text.startsWith(symbol, token.start) &&
    (token.kind === "punctuation" || token.kind === "operator");
}

/** Index of the token that closes the bracket at `open`, or of the last token when nothing closes it. */
export function closingIndex(text: string, tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const step = depthStep(text, tokens[i]);
    depth += step;
    if (step < 0 && depth <= 0) return i;
  }
  return tokens.length - 1;
}

/** +1 for an opening bracket, -1 for a closing one, else 0. */
export function depthStep(text: string, token: Token): -1 | 0 | 1 {
  if (token.kind !== "punctuation") return 0;
  const c = text[token.start];
  if (c === "(" || c === "[" || c === "{") return 1;
  return c === ")" || c === "]" || c === "}" ? -1 : 0;
}

/** The value of a string literal, as PostgreSQL and DuckDB read it; `null` for bit strings and Unicode escapes. */
export function stringValue(literal: string): string | null {
  if (literal.startsWith("$")) {
    const tag = dollarTagEnd(literal, 0);
    return literal.slice(tag, Math.max(tag, literal.length - tag));
  }
  const prefix = literal.slice(0, literal.indexOf("'")).toLowerCase();
  const body = stringBody(literal).replaceAll("''", "'");
  if (prefix === "" || prefix === "n") return body;
  return prefix === "e" ? unescape(body) : null;
}

/** What stands between the quotes, put together where the string goes on on another line. */
export function stringBody(literal: string): string {
  const escaped = /^e/i.test(literal);
  let body = "";
  for (let open = literal.indexOf("'"); open >= 0;) {
    const end = endOfQuoted(literal, open, 39, escaped);
    body += literal.slice(open + 1, end - 1);
    open = continuation(literal, end);
  }
  return body;
}

const escapes: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function unescape(body: string): string {
  return body.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([^]))/g,
    (_, hex, unicode, long, octal, other) => {
      if (other !== undefined) return escapes[other] ?? other;
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 255);
      const code = parseInt(hex ?? unicode ?? long, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    },
  );
}

/** `E'…'`, `U&'…'`, `B'…'`, `X'…'`, `N'…'` are strings, `U&"…"` is an identifier, the rest are words. */
function prefixedKind(text: string, at: number): TokenKind {
  const next = text.charCodeAt(at + 1);
  if (next === 39 && "eEbBxXnN".includes(text[at])) return "string";
  if (next !== 38 /* & */ || (text[at] !== "u" && text[at] !== "U")) return "word";
  const third = text.charCodeAt(at + 2);
  if (third === 39) return "string";
  return third === 34 ? "quoted" : "word";
}

function endOfString(text: string, at: number): number {
  if (text.charCodeAt(at) === 36) {
    const body = dollarTagEnd(text, at);
    const close = text.indexOf(text.slice(at, body), body);
    return close < 0 ? text.length : close + body - at;
  }
  const escaped = text[at] === "e" || text[at] === "E";
  let end = endOfQuoted(text, text.indexOf("'", at), 39, escaped);
  for (let next = continuation(text, end); next >= 0; next = continuation(text, end)) {
    end = endOfQuoted(text, next, 39, escaped);
  }
  return end;
}

/** Where a string goes on behind its closing quote, on another line; -1 where it does not. */
function continuation(text: string, at: number): number {
  continued.lastIndex = at;
  return continued.test(text) ? continued.lastIndex - 1 : -1;
}
const continued = /(?:[ \t\f\v]|--[^\r\n]*)*[\r\n](?:[ \t\f\v\r\n]|--[^\r\n]*[\r\n])*'/y;

/** Behind the closing quote; a doubled quote stays inside, and so does an escaped one where backslashes escape. */
function endOfQuoted(text: string, open: number, quote: number, backslash: boolean): number {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (backslash && code === 92) at++;
    else if (code === quote) {
      if (text.charCodeAt(at + 1) !== quote) return at + 1;
      at++;
    }
  }
  return text.length;
}

/** Behind `$tag$`, or 0 when this `$` opens no dollar quote. */
function dollarTagEnd(text: string, at: number): number {
  let end = at + 1;
  if (isDigit[text.charCodeAt(end)]) return 0;
  while (text.charCodeAt(end) !== 36 && partOfWord(text.charCodeAt(end))) end++;
  return text.charCodeAt(end) === 36 ? end + 1 : 0;
}

function partOfWord(code: number): boolean {
  return isWordPart[code] === 1 || (code > 127 && !isUnicodeSpace(code));
}

/** Unicode's spaces are letters to PostgreSQL but blanks to DuckDB; nobody has one in an unquoted name on purpose. */
function isUnicodeSpace(code: number): boolean {
  return code === 0xa0 || (code >= 0x2000 && code <= 0x200d) || code === 0x202f || code === 0x205f ||
    code === 0x2060 || code === 0x3000 || code === 0xfeff;
}

function endOfWord(text: string, at: number): number {
  while (partOfWord(text.charCodeAt(at))) at++;
  return at;
}

function endOfNumber(text: string, at: number): number {
  // `0x1F`, `1_000`, `1.5e-10`; `1..2` is a range in DuckDB, not a number.
  number.lastIndex = at;
  return number.test(text) ? number.lastIndex : at + 1;
}
const number =
  /0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y;

function endOfOperator(text: string, start: number): number {
  let end = start;
  let free = false;
  while (isOperator[text.charCodeAt(end)] && !(end > start && commentBegins(text, end))) {
    free ||= freesTrailingSign[text.charCodeAt(end)] === 1;
    end++;
  }
  while (!free && end > start + 1 && "+-".includes(text[end - 1])) end--;
  return end;
}

function commentBegins(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  return (code === 45 && next === 45) || (code === 47 && next === 42);
}

function endOfLine(text: string, at: number): number {
  while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
  return at;
}

/** Comments nest, as in PostgreSQL. -1 where it is not closed. */
function endOfBlockComment(text: string, at: number): number {
  let depth = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    if (code === 47 && next === 42) {
      depth++;
      at += 2;
    } else if (code === 42 && next === 47) {
      at += 2;
      if (--depth === 0) return at;
    } else at++;
  }
  return -1;
}

function table(characters: string): Uint8Array {
  const flags = new Uint8Array(128);
  for (const c of characters) flags[c.charCodeAt(0)] = 1;
  return flags;
}
// A code above 127 reads `undefined` from such a table, which is falsy: it is neither space, digit nor operator.
