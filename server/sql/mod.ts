/** PostgreSQL's SQL, understood and made ready for DuckDB. */
export { applyColumnNames, type ColumnNames, columnNames } from "./column_names.ts";
export type { Command, CopyCommand, FetchDirection, TransactionModes } from "./command.ts";
export { castParameters, editParameters, nullParameters } from "./parameters.ts";
export { type Piece, splitStatements } from "./split.ts";
export { analyze, analyzeWith, type MoreEdits, type Statement, treeOf } from "./statement.ts";
export { commandTag } from "./tags.ts";
export { operatorMacros } from "./transforms/operators.ts";
export type { SqlContext } from "./transforms/transform.ts";
export { vet } from "./vet.ts";
