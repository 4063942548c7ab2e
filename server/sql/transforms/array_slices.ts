import type { A_Indices, A_Indirection, ColumnRef, Node } from "libpg-query";
import { dimensionsOf } from "../array_dimensions.ts";
import { endOfName, leftmostByte } from "../extent.ts";
import { closingIndex, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Subscripts of arrays of several dimensions. With a slice among them all are slices, and each is of a dimension of its own
 * (`a[1:2][2]` is `a[1:2][1:2]`); for DuckDB the second one would be of what the first one gives. Too few of them are NULL.
 *
 * @see https://www.postgresql.org/docs/18/arrays.html#ARRAYS-ACCESSING
 */
export const arraySlices: Transform = {
  visit: { A_Indirection: (fields, input) => subscripts(fields as A_Indirection, input) },
};

function subscripts({ arg, indirection = [] }: A_Indirection, input: TransformInput): void {
  const indices = indirection.flatMap((node) => "A_Indices" in node ? [node.A_Indices] : []);
  if (!arg || indices.length === 0 || indices.length !== indirection.length) return;
  if (indices.some((index) => index.is_slice)) {
    if (indices.length > 1) slices(arg, indices, input);
    return;
  }
  const missing = ("A_ArrayExpr" in arg ? dimensionsOf(arg) ?? 0 : 0) - indices.length;
  const place = missing > 0 ? bracketsOf(arg, indices.length, input.source) : null;
  if (!place) return;
  const { end } = input.source.tokens[place.brackets.at(-1)!.close];
  input.edits.wrap(end, end, "", "[NULL]".repeat(missing));
}

/** `list_transform(a[1:2], lambda dg_slice: dg_slice[1:2])`. */
function slices(arg: Node, indices: readonly A_Indices[], input: TransformInput): void {
  const { source, edits } = input;
  const { tokens } = source;
  const place = bracketsOf(arg, indices.length, source);
  if (!place) return;
  const { first, brackets } = place;
  const end = tokens[brackets.at(-1)!.close].end;
  brackets.forEach(({ open }, i) => {
    const start = tokens[open].start;
    if (i < brackets.length - 1) {
      edits.wrap(i === 0 ? tokens[first].start : start, end, "list_transform(", ")");
    }
    if (i > 0) edits.wrap(start, start, "", i === 1 ? ", lambda dg_slice: " : ", lambda dg_deeper: ");
  });
  brackets.forEach(({ open }, i) => {
    const { start, end } = tokens[open];
    const name = i === 0 ? "" : i === 1 ? "dg_slice" : "dg_deeper";
    if (name) edits.wrap(start, start, name, "");
    if (!indices[i].is_slice) edits.wrap(end, end, "", "1:");
  });
}

interface Place {
  /** Index of the first token of what has the subscripts. */
  first: number;
  brackets: { open: number; close: number }[];
}

function bracketsOf(arg: Node, count: number, source: Source): Place | null {
  const { text, tokens } = source;
  const base = baseOf(arg, source);
  if (!base) return null;
  const brackets: Place["brackets"] = [];
  for (let open = base.behind; brackets.length < count; open = brackets.at(-1)!.close + 1) {
    if (!isSymbol(text, tokens[open], "[")) return null;
    brackets.push({ open, close: closingIndex(text, tokens, open) });
  }
  return { first: base.first, brackets };
}

/** A column's name, or an expression in round brackets. */
function baseOf(arg: Node, source: Source): { first: number; behind: number } | null {
  const { text, tokens } = source;
  const first = "ColumnRef" in arg
    ? source.tokenAt(source.offsetOfByte((arg.ColumnRef as ColumnRef).location ?? 0))
    : source.tokenAt(source.offsetOfByte(leftmostByte(arg)));
  if ("ColumnRef" in arg) {
    const behind = endOfName(source, first);
    if (isSymbol(text, tokens[behind], "[")) return { first, behind };
  }
  for (let at = first - 1; isSymbol(text, tokens[at], "("); at--) {
    const close = closingIndex(text, tokens, at);
    if (isSymbol(text, tokens[close + 1], "[")) return { first: at, behind: close + 1 };
  }
  return null;
}
