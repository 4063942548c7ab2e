import type { Column } from "../../worker/api/executor.ts";
import { applyColumnNames } from "./column_names.ts";
import { applyColumnTypes } from "./column_types.ts";
import type { Statement } from "./statement.ts";

/** An engine's columns as PostgreSQL would describe them: with its names, and its types where the values look the same. */
export function describeColumns(statement: Statement, engineColumns: readonly Column[]): Column[] {
  return applyColumnTypes(statement.columnTypes, applyColumnNames(statement.columnNames, engineColumns));
}
