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
const bounds = /^(\[[+-]?\d+(?::[+-]?\d+)?\])+\s*=\s*/;

/** `{1,NULL,"a b"}`, with any number of dimensions; `element` reads one element's text. */
export function parseArray(
  text: string,
  elementOid: number,
  element: (text: string) => Decoded,
): DecodedArray {
  const reader = { text, at: 0 };
  const trimmed = text.trimStart();
  const prefix = bounds.exec(trimmed);
  reader.at = text.length - trimmed.length + (prefix ? prefix[0].length : 0);
  if (text[reader.at] !== "{") {
    throw malformed(text, 'Array value must start with "{" or dimension information.');
  }
  const parsed = readLevel(reader, 1);
  if (text.slice(reader.at).trim() !== "") throw malformed(text, "Junk after closing right brace.");
  const dimensions = depthOf(parsed, text);
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
  return value;
}

function readBare(reader: Reader): string | null {
  const { text } = reader;
  let value = "";
  let escaped = false;
  let kept = 0; // how much of it is not white space at the end
  for (; reader.at < text.length && !/[,}]/.test(text[reader.at]); reader.at++) {
    if (/["{]/.test(text[reader.at])) throw malformed(text, `Unexpected "${text[reader.at]}" character.`);
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
