import type { Node, SelectStmt } from "libpg-query";
import { columnTypes } from "../column_types.ts";
import { nameParts } from "../constant.ts";
import { endOfName } from "../extent.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import type { Transform, TransformInput } from "./transform.ts";

/** Columns of PostgreSQL's catalogue that are an `int2vector` or an `oidvector`. */
const vectorColumns = new Set([
  ..."indkey indoption indclass indcollation proargtypes tgattr prattrs".split(" "),
  ..."partattrs partclass partcollation stxkeys".split(" "),
]);

/**
 * The vectors of PostgreSQL's catalogue are lists to DuckDB, so that they can be subscripted and unnested. Where a query
 * returns one as it is, it is printed as PostgreSQL does, which drivers split at the blanks: `1 2`, not `{1,2}`.
 */
export const vectors: Transform = {
  whole: (input) => {
    if ("SelectStmt" in input.tree) showVectors(input.tree.SelectStmt, input);
  },
  visit: {},
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
  const value = "ResTarget" in target ? target.ResTarget.val : null;
  if (!value || !("ColumnRef" in value)) return null;
  const name = nameParts(value.ColumnRef.fields).at(-1) ?? "";
  return vectorColumns.has(name) ? name : null;
}
