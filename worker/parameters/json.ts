/** json as PostgreSQL reads it, and what it says of what is no json. */
import { PgError } from "../api/error.ts";
import { jsonbText } from "../api/jsonb.ts";
import type { Decoded } from "./decoded.ts";

/**
 * The text as it is, once it has proved to be json.
 *
 * @throws PgError 22P02, with PostgreSQL's detail
 */
export function parseJson(text: string): Decoded {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw invalid(firstMistake(text), cause);
  }
  return { kind: "text", value: text };
}

/**
 * The text as jsonb has it, in the style of DuckDB's own functions, so that equal values are equal texts.
 *
 * @throws PgError 22P02, with PostgreSQL's detail
 */
export function parseJsonb(text: string): Decoded {
  parseJson(text);
  return { kind: "text", value: jsonbText(text, "minified") };
}

function invalid(detail: string | undefined, cause: unknown): PgError {
  return new PgError("22P02", "invalid input syntax for type json", { detail, cause });
}

/** Thrown by the reader below; never leaves this file. */
class Mistake extends Error {}

function firstMistake(text: string): string | undefined {
  try {
    new Reader(text).readAll();
  } catch (error) {
    if (error instanceof Mistake) return error.message;
    throw error;
  }
}

type Kind = "{" | "}" | "[" | "]" | "," | ":" | "string" | "scalar" | "end";

const space = /[ \t\n\r]*/y;
const word = /[\w\u0080-\u{10ffff}]+/yu;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A number that is none stops where PostgreSQL's lexer gives it up, and takes the letters and digits behind. */
const numberLike = /-?\d*(?:\.\d*)?(?:[eE][+-]?\d*)?[\w\u0080-\u{10ffff}]*/yu;

/**
 * A reader with one token ahead, like PostgreSQL's: which mistake is told depends on that.
 *
 * @see PostgreSQL's src/common/jsonapi.c
 */
class Reader {
  readonly #text: string;
  #kind: Kind = "end";
  #start = 0;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
    this.#next();
  }

  readAll(): void {
    this.#value();
    if (this.#kind !== "end") this.#unexpected("end of input");
  }

  #value(): void {
    if (this.#kind === "{") return this.#object();
    if (this.#kind === "[") return this.#array();
    if (this.#kind !== "string" && this.#kind !== "scalar") this.#unexpected("JSON value");
    this.#next();
  }

  #object(): void {
    this.#next();
    if (this.#kind !== "}") {
      if (this.#kind !== "string") this.#unexpected('string or "}"');
      this.#field();
      while (this.#is(",")) {
        this.#next();
        this.#field();
      }
    }
    this.#expect("}", '"," or "}"');
  }

  #field(): void {
    this.#expect("string", "string");
    this.#expect(":", '":"');
    this.#value();
  }

  #array(): void {
    this.#next();
    if (this.#kind !== "]") {
      this.#value();
      while (this.#is(",")) {
        this.#next();
        this.#value();
      }
    }
    this.#expect("]", '"," or "]"');
  }

  #is(kind: Kind): boolean {
    return this.#kind === kind;
  }

  #expect(kind: Kind, wanted: string): void {
    if (this.#kind !== kind) this.#unexpected(wanted);
    this.#next();
  }

  #unexpected(wanted: string): never {
    if (this.#kind === "end") throw new Mistake("The input string ended unexpectedly.");
    throw new Mistake(`Expected ${wanted}, but found "${this.#text.slice(this.#start, this.#end)}".`);
  }

  #next(): void {
    this.#start = this.#match(space, this.#end);
    const char = this.#text[this.#start];
    if (char === undefined) {
      this.#kind = "end";
      return;
    }
    if ("{}[],:".includes(char)) {
      this.#kind = char as Kind;
      this.#end = this.#start + 1;
      return;
    }
    if (char === '"') return this.#string();
    this.#kind = "scalar";
    if (char === "-" || (char >= "0" && char <= "9")) return this.#number();
    this.#end = Math.max(this.#match(word, this.#start), this.#start + 1);
    if (!["true", "false", "null"].includes(this.#text.slice(this.#start, this.#end))) this.#badToken();
  }

  #number(): void {
    this.#end = this.#match(number, this.#start);
    const longest = this.#match(numberLike, this.#start);
    if (longest === this.#end) return;
    this.#end = longest;
    this.#badToken();
  }

  #string(): void {
    this.#kind = "string";
    for (let at = this.#start + 1; at < this.#text.length; at++) {
      const char = this.#text[at];
      if (char === '"') {
        this.#end = at + 1;
        return;
      }
      if (char < " ") {
        const code = char.charCodeAt(0).toString(16).padStart(2, "0");
        throw new Mistake(`Character with value 0x${code} must be escaped.`);
      }
      if (char === "\\") at = this.#escape(at + 1);
    }
    this.#end = this.#text.length;
    this.#badToken();
  }

  /** Checks the escape sequence of the character at `at`; returns its last. */
  #escape(at: number): number {
    const char = this.#text[at];
    if (char === undefined) return at; // the string's missing end is the mistake
    if (char === "u") {
      if (/^[\da-fA-F]{4}/.test(this.#text.slice(at + 1))) return at + 4;
      throw new Mistake('"\\u" must be followed by four hexadecimal digits.');
    }
    if (!'"\\/bfnrt'.includes(char)) {
      const whole = String.fromCodePoint(this.#text.codePointAt(at)!);
      throw new Mistake(`Escape sequence "\\${whole}" is invalid.`);
    }
    return at;
  }

  #badToken(): never {
    throw new Mistake(`Token "${this.#text.slice(this.#start, this.#end)}" is invalid.`);
  }

  /** Where a match from `at` on ends; `at` itself where there is none. */
  #match(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    const match = pattern.exec(this.#text);
    return match === null ? at : at + match[0].length;
  }
}
