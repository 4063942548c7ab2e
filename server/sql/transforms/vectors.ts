import type { A_Indirection, Node, SelectStmt } from "libpg-query";
import { columnTypes } from "../column_types.ts";
import { endOfName } from "../extent.ts";
import { closingIndex } from "../lexer.ts";
import { vectorColumn } from "../vector_columns.ts";
import type { Fields } from "../walk.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * The vectors of PostgreSQL's catalogue are lists to DuckDB, so that they can be subscripted and unnested. Where a query
 * returns one as it is, it is printed as PostgreSQL does, which drivers split at the blanks: `1 2`, not `{1,2}`.
 */
export const vectors: Transform = {
  whole: (input) => {
    if ("SelectStmt" in input.tree) showVectors(input.tree.SelectStmt, input);
  },
  visit: { A_Indirection: subscript },
};

function showVectors({ targetList = [] }: SelectStmt, input: TransformInput): void {
  const names = targetList.map(vectorName);
  if (names.every((name) => name === null)) return;
  const { left = [] } = columnTypes(input.tree) ?? {};
  names.forEach((name, i) => {
    if (name === null || !left[i]) return;
    const target = targetList[i] as { ResTarget: { name?: string; location?: number } };
    const { source, edits } = input;
    const first = source.tokenAt(source.offsetOfByte(target.ResTarget.location ?? 0));
    const end = source.tokens[endOfName(source, first) - 1].end;
    const named = target.ResTarget.name === undefined ? ` AS ${quoteName(name)}` : "";
    edits.wrap(source.tokens[first].start, end, "array_to_string(", `, ' ')${named}`);
  });
}

function vectorName(target: Node): string | null {
  return "ResTarget" in target ? vectorColumn(target.ResTarget.val) : null;
}

/** `indkey[0]` is the first. */
function subscript(fields: Fields, { source, edits }: TransformInput): void {
  const { arg, indirection = [] } = fields as A_Indirection;
  if (vectorColumn(arg) === null || !arg || !("ColumnRef" in arg)) return;
  const [index] = indirection;
  if (!index || !("A_Indices" in index) || index.A_Indices.is_slice) return;
  const { text, tokens } = source;
  const open = endOfName(source, source.tokenAt(source.offsetOfByte(arg.ColumnRef.location ?? 0)));
  const close = closingIndex(text, tokens, open);
  edits.wrap(tokens[open].end, tokens[close].start, "(", ") + 1");
}
