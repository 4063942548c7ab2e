import { PgError } from "../../../worker/api/error.ts";

/** A token of a jsonpath. */
export interface PathToken {
  kind: "word" | "string" | "variable" | "number" | "symbol" | "end";
  /** What a word, string or variable says, or the number or symbol as it is written. */
  value: string;
}

const blank = /(?:\s|\/\*[^]*?\*\/)+/y;
const symbol = /\*\*|&&|\|\||==|<>|!=|<=|>=|[$@.*[\](){}?,<>!+\-/%]/y;
const number =
  /(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const quoted = /"(?:[^"\\]|\\[^])*"/y;
const word = /(?:[^\s"?%$.[\]{}()|&!=<>@#,*:\-+/\\]|\\[^])+/y;

/**
 * The tokens of a jsonpath, the last one of kind `end`.
 *
 * @throws PgError 42601 for what is none
 */
export function pathTokens(text: string): PathToken[] {
  const tokens: PathToken[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  for (;;) {
    take(blank);
    if (at >= text.length) return [...tokens, { kind: "end", value: "" }];
    tokens.push(next(take) ?? wrong(text[at]));
  }
}

function next(take: (pattern: RegExp) => string | null): PathToken | null {
  const literal = take(number);
  if (literal !== null) return { kind: "number", value: literal };
  const sign = take(symbol);
  if (sign === "$") {
    const name = take(quoted) ?? take(word);
    return name === null ? { kind: "symbol", value: "$" } : { kind: "variable", value: plain(name) };
  }
  if (sign !== null) return { kind: "symbol", value: sign };
  const text = take(quoted);
  if (text !== null) return { kind: "string", value: plain(text) };
  const name = take(word);
  return name === null ? null : { kind: "word", value: plain(name) };
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** Without quotes, and with what its escapes stand for. */
function plain(text: string): string {
  const inside = text.startsWith('"') ? text.slice(1, -1) : text;
  return inside.replace(
    /\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|([^]))/g,
    (_, point, unit, byte, char) =>
      char === undefined ? String.fromCodePoint(parseInt(point ?? unit ?? byte, 16)) : escapes[char] ?? char,
  );
}

/** What PostgreSQL says of a token that cannot stand where it is. */
export function wrong(found: string): never {
  const where = found === "" ? "at end" : `at or near "${found}"`;
  throw new PgError("42601", `syntax error ${where} of jsonpath input`);
}
