/**
 * What stands for no column at all. DuckDB's tables and results have at least one; a column of this type, which nobody else
 * uses, is shown to nobody (`isHidden` of `worker/api/types.ts`).
 */
export const noColumn = {
  name: "dg_no_column",
  /** As DuckDB writes it. */
  type: "UNION(no_column BOOLEAN)",
  value: "union_value(no_column := true)",
} as const;
