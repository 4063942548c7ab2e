import type { GroupingSet, Node, SelectStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { nameParts } from "../constant.ts";
import { endOfName, leftmostByte } from "../extent.ts";
import { closingIndex, isKeyword, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `GROUP BY DISTINCT`, which DuckDB does not know: the grouping sets are written out, each once.
 *
 * @see https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-GROUPING-SETS
 */
export const distinctGroups: Transform = {
  visit: {
    SelectStmt: (node, input) => {
      if ((node as SelectStmt).groupDistinct) writeOut((node as SelectStmt).groupClause ?? [], input);
    },
  },
};

function writeOut(items: readonly Node[], { source, edits, refuse }: TransformInput): void {
  const { text, tokens } = source;
  let distinct = source.tokenAt(source.offsetOfByte(leftmostByte(items[0])));
  while (!isKeyword(text, tokens[distinct], "distinct")) distinct--;
  if (!items.some((item) => "GroupingSet" in item)) {
    return edits.replace(tokens[distinct].start, tokens[distinct].end, "");
  }
  const sets = combined(items.map(setsOf));
  if (sets === null) {
    return refuse(new PgError("0A000", "GROUP BY DISTINCT is supported for sets of columns only"));
  }
  const unique = new Map(sets.map((set) => [[...new Set(set)].toSorted().join(), [...new Set(set)]]));
  const list = [...unique.values()].map((set) => `(${set.join(", ")})`).join(", ");
  const end = endOfGroup(items.at(-1)!, source);
  edits.replace(tokens[distinct].start, end, `GROUPING SETS (${list})`);
}

/** Columns, as SQL. */
type ColumnSet = readonly string[];

/** The sets an item stands for; `null` where there is more to it than columns. */
function setsOf(item: Node): ColumnSet[] | null {
  if ("ColumnRef" in item) return [[nameParts(item.ColumnRef.fields).map(quoteName).join(".")]];
  if ("RowExpr" in item) return combined((item.RowExpr.args ?? []).map(setsOf));
  return "GroupingSet" in item ? setsOfGroup(item.GroupingSet) : null;
}

function setsOfGroup({ kind, content = [] }: GroupingSet): ColumnSet[] | null {
  if (kind === "GROUPING_SET_EMPTY") return [[]];
  const parts: ColumnSet[][] = [];
  for (const item of content) {
    const sets = setsOf(item);
    if (!sets) return null;
    parts.push(sets);
  }
  switch (kind) {
    case "GROUPING_SET_SETS":
      return parts.flat();
    case "GROUPING_SET_ROLLUP":
      return Array.from({ length: parts.length + 1 }, (_, i) => parts.slice(0, parts.length - i).flat(2));
    case "GROUPING_SET_CUBE":
      return Array.from(
        { length: 2 ** parts.length },
        (_, bits) => parts.filter((_, i) => bits & 2 ** i).flat(2),
      );
    default:
      return null;
  }
}

/** Each set of one with each of the others. */
function combined(parts: readonly (ColumnSet[] | null)[]): ColumnSet[] | null {
  let sets: ColumnSet[] = [[]];
  for (const part of parts) {
    if (!part) return null;
    sets = sets.flatMap((set) => part.map((other) => [...set, ...other]));
  }
  return sets;
}

/** The offset behind the last item of GROUP BY. */
function endOfGroup(item: Node, source: Source): number {
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(leftmostByte(item)));
  if ("ColumnRef" in item) return tokens[endOfName(source, first) - 1].end;
  let open = first;
  while (!isSymbol(text, tokens[open], "(")) open++;
  return tokens[closingIndex(text, tokens, open)].end;
}
