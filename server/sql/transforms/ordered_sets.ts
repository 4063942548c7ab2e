import type { FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { type CallText, callText } from "../call.ts";
import { lastPart } from "../constant.ts";
import { type Extent, splitAtCommas } from "../ddl/extents.ts";
import { closingIndex, isKeyword } from "../lexer.ts";
import type { Source } from "../source.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Aggregates over ordered values. `percentile_cont` gives a double precision, DuckDB's the type of what it orders, rounded.
 * `rank(2) WITHIN GROUP (ORDER BY x)`, the rank a row would have, is `duckgres_rank(2, x, true)`, a macro of ordinary
 * aggregates, with the condition of FILTER in the place of `true`.
 *
 * @see https://www.postgresql.org/docs/current/functions-aggregate.html#FUNCTIONS-HYPOTHETICAL-TABLE
 */
export const orderedSets: Transform = { visit: { FuncCall: call } };

function call(fields: Fields, input: TransformInput): void {
  const node = fields as FuncCall;
  if (!node.agg_within_group) return;
  const name = lastPart(node.funcname) ?? "";
  const text = callText(input.source, node);
  if (!text) return;
  if (name === "percentile_cont") ofDoubles(text, input);
  if (hypothetical.has(name)) rankOf(name, node, text, input);
}

const hypothetical = new Set(["rank", "dense_rank", "percent_rank", "cume_dist"]);

function ofDoubles(text: CallText, { source, edits }: TransformInput): void {
  const [key] = keysOf(text, source);
  const last = source.tokens[endOfKey(source, key) - 1];
  edits.wrap(source.tokens[key.first].start, last.end, "CAST(", " AS DOUBLE)");
}

/** The items of ORDER BY. */
function keysOf({ close }: CallText, source: Source): Extent[] {
  // WITHIN GROUP ( ORDER BY …
  return splitAtCommas(source, {
    first: close + 6,
    end: closingIndex(source.text, source.tokens, close + 3),
  });
}

/** Index of the token behind the expression of an item: at its direction. */
function endOfKey({ text, tokens }: Source, { end }: Extent): number {
  let last = end;
  if (isKeyword(text, tokens[last - 2], "nulls")) last -= 2;
  return ["asc", "desc"].some((word) => isKeyword(text, tokens[last - 1], word)) ? last - 1 : last;
}

function rankOf(name: string, node: FuncCall, text: CallText, input: TransformInput): void {
  const { source, edits } = input;
  const { tokens } = source;
  const keys = keysOf(text, source);
  const orders = new Set((node.agg_order ?? []).map(orderOf));
  if (keys.length !== text.arguments.length) {
    return input.refuse(new PgError("42883", `function ${name} does not take these arguments`));
  }
  const [order] = orders;
  if (orders.size > 1 || order === null) {
    return input.refuse(new PgError("0A000", `${name}() of keys in several directions is not supported`));
  }
  const row = keys.length > 1 ? ["row(", ")"] : ["", ""];
  const [first, last] = [keys[0], keys.at(-1)!];
  edits.replace(tokens[text.name].start, tokens[text.open].end, `duckgres_${name}${order}(${row[0]}`);
  edits.replace(tokens[text.close].start, tokens[first.first].start, `${row[1]}, ${row[0]}`);
  for (const key of keys) {
    const end = endOfKey(source, key);
    if (end < key.end) edits.replace(tokens[end].start, tokens[key.end - 1].end, "");
  }
  const filter = last.end + 1;
  if (!node.agg_filter) {
    return edits.replace(tokens[last.end].start, tokens[last.end].end, `${row[1]}, true)`);
  }
  // ) FILTER ( WHERE …
  edits.replace(tokens[last.end].start, tokens[filter + 3].start, `${row[1]}, `);
}

/** What the macro's name ends in; `null` for nulls at the unusual end. */
function orderOf(item: Node): string | null {
  if (!("SortBy" in item)) return null;
  const { sortby_dir, sortby_nulls } = item.SortBy;
  if (sortby_dir === "SORTBY_DESC") return sortby_nulls === "SORTBY_NULLS_LAST" ? null : "_desc";
  return sortby_dir === "SORTBY_USING" || sortby_nulls === "SORTBY_NULLS_FIRST" ? null : "";
}
