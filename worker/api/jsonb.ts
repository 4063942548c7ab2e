/** jsonb's form of a JSON text: what PostgreSQL makes of it when it is stored, and how it is printed. */
import { PgError } from "./error.ts";

/** How a text is printed: as PostgreSQL prints jsonb, or as DuckDB's functions print JSON. */
export type JsonbStyle = "spaced" | "minified";

/**
 * A JSON text as jsonb has it: of several equal keys the last, keys by length and then by their bytes, numbers without
 * exponents, strings without needless escapes.
 *
 * @param text valid JSON
 * @throws `PgError` 54001 where it is nested more deeply than can be read
 * @see https://www.postgresql.org/docs/current/datatype-json.html
 * @example jsonbText('{"b":1e2, "a":"\\u0041"}', "spaced") // '{"a": "A", "b": 100}'
 */
export function jsonbText(text: string, style: JsonbStyle): string {
  try {
    return new Printer(text, style === "spaced").value();
  } catch (error) {
    if (error instanceof RangeError) throw new PgError("54001", "stack depth limit exceeded");
    throw error;
  }
}

const space = /[ \t\n\r]*/y;
const plainString = /"[^"\\]*"/y;
const anyString = /"(?:[^"\\]|\\[^])*"/y;
const word = /[^\s,\]}]+/y;

/** Reads a text once, from the left, and gives what it becomes. */
class Printer {
  readonly #text: string;
  readonly #comma: string;
  readonly #colon: string;
  #at = 0;

  constructor(text: string, spaced: boolean) {
    this.#text = text;
    this.#comma = spaced ? ", " : ",";
    this.#colon = spaced ? ": " : ":";
  }

  value(): string {
    this.#match(space);
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return this.#string();
    }
    const text = this.#match(word);
    return text === "true" || text === "false" || text === "null" ? text : plainNumber(text);
  }

  #array(): string {
    const items: string[] = [];
    this.#at++;
    while (!this.#isNext("]")) items.push(this.value());
    return `[${items.join(this.#comma)}]`;
  }

  #object(): string {
    const fields = new Map<string, string>();
    this.#at++;
    while (!this.#isNext("}")) {
      const key = this.#string();
      this.#isNext(":");
      fields.set(key, this.value());
    }
    const keys = [...fields.keys()];
    if (keys.length > 1) keys.sort(compareKeys);
    return `{${keys.map((key) => key + this.#colon + fields.get(key)).join(this.#comma)}}`;
  }

  /** Steps over white space, a comma and this character; whether that was there. */
  #isNext(char: string): boolean {
    this.#match(space);
    if (this.#text[this.#at] === ",") {
      this.#at++;
      this.#match(space);
    }
    if (this.#text[this.#at] !== char && this.#at < this.#text.length) return false;
    this.#at++;
    return true;
  }

  #string(): string {
    const plain = this.#match(plainString);
    return plain !== "" ? plain : JSON.stringify(JSON.parse(this.#match(anyString)));
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

const encoder = new TextEncoder();

/** Both are quoted, which changes nothing. */
function compareKeys(a: string, b: string): number {
  const left = encoder.encode(JSON.parse(a));
  const right = encoder.encode(JSON.parse(b));
  if (left.length !== right.length) return left.length - right.length;
  const differs = left.findIndex((byte, i) => byte !== right[i]);
  return differs < 0 ? 0 : left[differs] - right[differs];
}

/** The longest run of zeros an exponent may stand for. */
const mostZeros = 131_072;

/** A number as numeric prints it: no exponent, no sign before zero, its fraction as it was. */
function plainNumber(text: string): string {
  const [, sign, whole, fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === undefined || Math.abs(Number(exponent)) > mostZeros) return text;
  const shift = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  const before = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0").replace(/^0+(?=\d)/, "");
  const after = point < 0 ? digits.padStart(digits.length - point, "0") : digits.slice(point);
  const isZero = !/[1-9]/.test(digits);
  return `${isZero ? "" : sign}${before}${after === "" ? "" : `.${after}`}`;
}
