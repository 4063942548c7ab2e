/** PostgreSQL's SQL, understood and made ready for DuckDB. */
export { describeColumns } from "./describe.ts";
export { isTextInBinary } from "./column_types.ts";
export type { Command, CopyCommand, FetchDirection, TransactionModes } from "./command.ts";
export { castParameters, editParameters, nullParameters } from "./parameters.ts";
export { type Piece, splitStatements } from "./split.ts";
export { analyze, analyzeTyped, analyzeWith, type MoreEdits, type Statement, treeOf } from "./statement.ts";
export { commandTag } from "./tags.ts";
export { operatorMacros } from "./transforms/operators.ts";
export type { SqlContext } from "./transforms/transform.ts";
export { vet } from "./vet.ts";
