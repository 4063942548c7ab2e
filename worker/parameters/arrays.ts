/**
 * Arrays from text.
 *
 * @see https://www.postgresql.org/docs/16/arrays.html#ARRAYS-IO
 */
import { PgError } from "../api/error.ts";
import type { Decoded, DecodedArray } from "./decoded.ts";

/** An array's text taken apart: strings, `null` for NULL, and arrays in arrays. */
type Parsed = (string | null | Parsed)[];

const maxDimensions = 6;

/** `{1,NULL,"a b"}`, with any number of dimensions; `element` reads one element's text. */
export function parseArray(
  text: string,
  elementOid: number,
  element: (text: string) => Decoded,
): DecodedArray {
  const reader = { text, at: 0 };
  skipSpace(reader);
  const bounds = readBounds(reader);
  if (text[reader.at] !== "{") {
    const must = bounds.length > 0
      ? 'contents must start with "{"'
      : 'value must start with "{" or dimension information';
    throw malformed(text, `Array ${must}.`);
  }
  const parsed = readLevel(reader, 1);
  if (text.slice(reader.at).trim() !== "") throw malformed(text, "Junk after closing right brace.");
  const dimensions = depthOf(parsed, text);
  if (bounds.length > 0) checkBounds(bounds, parsed, text);
  const decode = (level: Parsed, depth: number): DecodedArray => ({
    kind: "array",
    elementOid,
    dimensions: depth,
    elements: level.map((item) =>
      item === null ? null : typeof item === "string" ? element(item) : decode(item, depth - 1)
    ),
  });
  return dimensions === 0
    ? { kind: "array", elementOid, dimensions, elements: [] }
    : decode(parsed, dimensions);
}

function malformed(text: string, detail: string): PgError {
  return new PgError("22P02", `malformed array literal: "${text}"`, { detail });
}

interface Reader {
  text: string;
  at: number;
}

const oneBound = /([+-]?\d+)(?::([+-]?\d+))?/y;

/** `[1:2][0:4]=`: the lengths of the dimensions; none where the text does not begin so. */
function readBounds(reader: Reader): number[] {
  const { text } = reader;
  const lengths: number[] = [];
  while (text[reader.at] === "[") {
    reader.at++;
    lengths.push(readBound(reader));
    skipSpace(reader);
  }
  if (lengths.length === 0) return lengths;
  if (text[reader.at++] !== "=") throw malformed(text, 'Missing "=" after array dimensions.');
  skipSpace(reader);
  return lengths;
}

function readBound(reader: Reader): number {
  const { text } = reader;
  oneBound.lastIndex = reader.at;
  const match = oneBound.exec(text);
  if (!match) throw malformed(text, '"[" must introduce explicitly-specified array dimensions.');
  reader.at += match[0].length;
  if (text[reader.at++] !== "]") throw malformed(text, 'Missing "]" after array dimensions.');
  const [low, high] = match[2] === undefined ? [1, Number(match[1])] : [Number(match[1]), Number(match[2])];
  if (high < low) throw new PgError("2202E", "upper bound cannot be less than lower bound");
  return high - low + 1;
}

/** All levels are as long as their siblings, so the first of each tells. */
function checkBounds(bounds: readonly number[], parsed: Parsed, text: string): void {
  let level: Parsed[number] = parsed;
  for (const length of bounds) {
    if (!Array.isArray(level) || level.length !== length) throw mismatch(text);
    level = level[0];
  }
  if (Array.isArray(level)) throw mismatch(text);
}

function mismatch(text: string): PgError {
  return malformed(text, "Specified array dimensions do not match array contents.");
}

/** Reads from `{` to behind its `}`. */
function readLevel(reader: Reader, depth: number): Parsed {
  if (depth > maxDimensions) {
    throw new PgError("54000", `number of array dimensions exceeds the maximum allowed (${maxDimensions})`);
  }
  const { text } = reader;
  const items: Parsed = [];
  reader.at++;
  skipSpace(reader);
  if (text[reader.at] === "}") {
    reader.at++;
    return items;
  }
  while (true) {
    skipSpace(reader);
    items.push(text[reader.at] === "{" ? readLevel(reader, depth + 1) : readItem(reader));
    skipSpace(reader);
    const next = text[reader.at++];
    if (next === "}") return items;
    if (next === undefined) throw malformed(text, "Unexpected end of input.");
    if (next !== ",") throw malformed(text, `Unexpected "${next}" character.`);
  }
}

function skipSpace(reader: Reader): void {
  while (/[ \t\n\v\f\r]/.test(reader.text[reader.at] ?? "")) reader.at++;
}

function readItem(reader: Reader): string | null {
  return reader.text[reader.at] === '"' ? readQuoted(reader) : readBare(reader);
}

function readQuoted(reader: Reader): string {
  const { text } = reader;
  let value = "";
  for (reader.at++; text[reader.at] !== '"'; reader.at++) {
    if (text[reader.at] === "\\") reader.at++;
    if (reader.at >= text.length) throw malformed(text, "Unexpected end of input.");
    value += text[reader.at];
  }
  reader.at++;
  if (/[^\s,{}]/.test(text[reader.at] ?? "")) throw malformed(text, "Unexpected array element.");
  return value;
}

function readBare(reader: Reader): string | null {
  const { text } = reader;
  let value = "";
  let escaped = false;
  let kept = 0; // how much of it is not white space at the end
  for (; reader.at < text.length && !/[,}]/.test(text[reader.at]); reader.at++) {
    if (text[reader.at] === '"') throw malformed(text, "Unexpected array element.");
    if (text[reader.at] === "{") throw malformed(text, 'Unexpected "{" character.');
    if (text[reader.at] === "\\") {
      escaped = true;
      reader.at++;
      if (reader.at >= text.length) throw malformed(text, "Unexpected end of input.");
      kept = value.length + 1;
    }
    value += text[reader.at];
    if (!/\s/.test(text[reader.at])) kept = value.length;
  }
  value = value.slice(0, kept);
  if (value === "") throw malformed(text, `Unexpected "${text[reader.at] ?? ""}" character.`);
  return !escaped && value.toUpperCase() === "NULL" ? null : value;
}

/** The number of dimensions; every sub-array must be as deep and as long as its siblings. */
function depthOf(level: Parsed, text: string): number {
  if (level.length === 0) return 0;
  if (level.some((item) => Array.isArray(item) && item.length === 0)) {
    throw malformed(text, 'Unexpected "}" character.');
  }
  const shapes = level.map((item) => Array.isArray(item) ? shapeOf(item, text) : "");
  if (shapes.some((shape) => shape !== shapes[0])) throw ragged(text);
  return 1 + (Array.isArray(level[0]) ? depthOf(level[0], text) : 0);
}

function shapeOf(level: Parsed, text: string): string {
  const inner = level.map((item) => Array.isArray(item) ? shapeOf(item, text) : "");
  if (inner.some((shape) => shape !== inner[0])) throw ragged(text);
  return `${level.length},${inner[0] ?? ""}`;
}

function ragged(text: string): PgError {
  return malformed(text, "Multidimensional arrays must have sub-arrays with matching dimensions.");
}
