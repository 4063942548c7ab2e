import type { Node } from "libpg-query";
import { lastPart } from "./constant.ts";

/**
 * Columns of PostgreSQL's catalogue that are an `int2vector` or an `oidvector`, which no other columns are: they are
 * lists to DuckDB, and their subscripts begin at 0.
 */
const vectorColumns = new Set([
  ..."indkey indoption indclass indcollation proargtypes tgattr prattrs".split(" "),
  ..."partattrs partclass partcollation stxkeys".split(" "),
]);

/** The name of such a column, if that is what an expression is. */
export function vectorColumn(node: Node | null | undefined): string | null {
  if (!node || !("ColumnRef" in node)) return null;
  const name = lastPart(node.ColumnRef.fields) ?? "";
  return vectorColumns.has(name) ? name : null;
}
