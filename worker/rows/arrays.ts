/**
 * Columns of LIST and ARRAY as PostgreSQL arrays.
 *
 * @see https://www.postgresql.org/docs/16/arrays.html#ARRAYS-IO
 */
import type duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import { elementType } from "../types/mod.ts";
import type { Codec } from "./codec.ts";
import { isValid } from "./codec.ts";
import { quoteElement } from "./escape.ts";
import { type ListSource, listSource } from "./lists.ts";
import { ensure, out, writeAscii } from "./output.ts";

const open = 123;
const close = 125;
const comma = 44;

/** `{1,2,NULL}`; the elements are written by `element`, which is an array's codec itself where lists are nested. */
export function arrayText(type: duckdb.LogicalType, element: Codec): Codec {
  const list = listSource(type);
  return {
    size: element.size + 8,
    quotable: false,
    load: (vector, rows, validity) => list.load(vector, rows, validity, element),
    write(row, start) {
      const first = list.start(row);
      const end = first + list.length(row);
      let at = start;
      out.bytes[at++] = open;
      for (let i = first; i < end; i++) {
        ensure(at, element.size + 8);
        if (i > first) out.bytes[at++] = comma;
        at = writeElement(list, element, i, at);
      }
      out.bytes[at] = close;
      return at + 1;
    },
  };
}

function writeElement(list: ListSource, element: Codec, i: number, at: number): number {
  if (!isValid(list.elements, i)) return writeAscii("NULL", at);
  const end = element.write(i, at);
  return element.quotable ? quoteElement(at, end) : end;
}

const lowerBound = 1;

/**
 * The binary form: dimensions, whether there are NULLs, the element type, then length and bytes of each element. Lists in
 * lists become dimensions, so they must be of equal length.
 *
 * @throws PgError 2202E for lists of unequal length, which PostgreSQL's arrays cannot hold.
 */
export function arrayBinary(type: duckdb.LogicalType, element: Codec, elementOid: number): Codec {
  const levels = levelsOf(type);
  const leaf = levels[levels.length - 1];
  const dimensions: number[] = [];
  let hasNull = false;

  function load(level: number): Pick<Codec, "load"> {
    if (level === levels.length) return element;
    return { load: (vector, rows, validity) => levels[level].load(vector, rows, validity, load(level + 1)) };
  }

  function writeLevel(level: number, row: number, start: number): number {
    const first = levels[level].start(row);
    const end = first + dimensions[level];
    let at = start;
    for (let i = first; i < end; i++) {
      at = level === levels.length - 1 ? writeField(i, at) : writeLevel(level + 1, i, at);
    }
    return at;
  }

  function writeField(i: number, at: number): number {
    ensure(at, element.size + 8);
    if (!isValid(leaf.elements, i)) {
      hasNull = true;
      out.view.setInt32(at, -1);
      return at + 4;
    }
    const end = element.write(i, at + 4);
    out.view.setInt32(at, end - at - 4);
    return end;
  }

  return {
    size: 12 + levels.length * 8 + 8,
    quotable: false,
    load: load(0).load,
    write(row, start) {
      measure(levels, row, dimensions);
      hasNull = false;
      out.view.setInt32(start, dimensions.length);
      out.view.setInt32(start + 8, elementOid);
      let at = start + 12;
      for (const length of dimensions) {
        out.view.setInt32(at, length);
        out.view.setInt32(at + 4, lowerBound);
        at += 8;
      }
      if (dimensions.length > 0) at = writeLevel(0, row, at);
      out.view.setInt32(start + 4, hasNull ? 1 : 0);
      return at;
    },
  };
}

function levelsOf(type: duckdb.LogicalType): ListSource[] {
  const levels: ListSource[] = [];
  for (let at: duckdb.LogicalType | null = type; at !== null;) {
    const element = elementType(at);
    if (element !== null) levels.push(listSource(at));
    at = element;
  }
  return levels;
}

/** Fills in the length of each dimension; none when there are no elements, as PostgreSQL has it. */
function measure(levels: readonly ListSource[], row: number, dimensions: number[]): void {
  dimensions.length = 0;
  measureLevel(levels, 0, row, dimensions);
  if (dimensions.includes(0)) dimensions.length = 0;
}

function measureLevel(levels: readonly ListSource[], level: number, row: number, dimensions: number[]): void {
  const list = levels[level];
  const length = list.length(row);
  if (dimensions.length === level) dimensions.push(length);
  if (dimensions[level] !== length) throw ragged();
  if (level === levels.length - 1) return;
  const first = list.start(row);
  for (let i = first; i < first + length; i++) {
    if (!isValid(list.elements, i)) throw ragged();
    measureLevel(levels, level + 1, i, dimensions);
  }
}

function ragged(): PgError {
  return new PgError(
    "2202E",
    "multidimensional arrays must have array expressions with matching dimensions",
    {
      detail: "The nested lists are of different lengths, or some are NULL.",
      hint: "Ask for the column in text format, or cast it to JSON.",
    },
  );
}
