/**
 * What is known of the types of a statement's columns. Names are resolved once, by `resolve_columns.ts`, and what a reference
 * was found to mean is kept here beside the tree, so that `knownType()` tells the type of any expression without knowing
 * where it stands.
 *
 * For transforms: **`knownType(node)` is all there is to ask.** A statement is analysed twice where a type may matter (the
 * transform `columnQuestions` says where): first by its text alone, when every column's type is `null` ("not known"), then
 * with the columns of its tables, which the session has read (`server/session/relation_types.ts`). Both times all transforms
 * run on a fresh tree, and only the last result is used; so a transform need only do nothing where `knownType()` is `null`.
 * The types are PostgreSQL's names (`integer`, `numeric`, `double precision`, `text`; see `known_type.ts`), and those that
 * PostgreSQL would find: of `sum(i)` over integers it is `bigint`, whatever the engine makes of it. To have types where
 * `columnQuestions` does not ask for them yet, add the node there.
 */
import type { ColumnRef, Node, RangeVar } from "libpg-query";
import type { PgType } from "../../worker/api/executor.ts";
import type { KnownType } from "./known_type.ts";

/** A column, as far as its type is known. */
export interface TypedColumn {
  name: string;
  type: KnownType;
  /** Of a type that the database defines. */
  isOwn?: boolean;
  /** A numeric that a query works out in double precision (`numbers/inexact.ts`). */
  inexact?: boolean;
  /** With its length or precision, where it is declared with one: `char(5)`, `numeric(10,2)`. */
  declared?: PgType;
}

/** The columns of a relation in their order; `null` where they are not known. */
export type TypedColumns = readonly TypedColumn[] | null;

/** The columns of the relations that a statement names, by `relation` or `schema.relation`. */
export interface RelationTypes {
  readonly columns: ReadonlyMap<string, TypedColumns>;
  /** Tells them apart from any other: analysed statements are remembered by it. */
  readonly signature: string;
}

/** The key of a relation in {@linkcode RelationTypes}; `null` for one of another database, or with a dot in its name. */
export function relationKey({ catalogname, schemaname, relname = "" }: RangeVar): string | null {
  if (catalogname !== undefined || relname.includes(".") || schemaname?.includes(".")) return null;
  return schemaname === undefined ? relname : `${schemaname}.${relname}`;
}

/** What a reference to a relation means: one of its rows. */
export interface WholeRowOf {
  columns: readonly TypedColumn[];
  /** An outer join may have none. */
  optional: boolean;
}

const column = Symbol("column");
const wholeRow = Symbol("row");
const relationColumns = Symbol("columns");

/** What was found is kept by the node (see `fieldsOf` in walk.ts). */
interface Kept {
  [column]?: TypedColumn;
  [wholeRow]?: WholeRowOf;
  [relationColumns]?: TypedColumns;
}

/** The column that a reference was found to mean. */
export function columnOf(reference: ColumnRef): TypedColumn | null {
  return (reference as Kept)[column] ?? null;
}

/** The row that a reference was found to mean, `t` or `t.*`. */
export function rowOf(reference: ColumnRef): WholeRowOf | null {
  return (reference as Kept)[wholeRow] ?? null;
}

/** The columns of a table that a statement reads or writes. */
export function columnsOfRelation(relation: RangeVar): TypedColumns {
  return (relation as Kept)[relationColumns] ?? null;
}

/** The columns that an INSERT gives values to; `undefined` for one that is not known, or of which a part is given. */
export function insertedColumns(
  relation: RangeVar,
  cols: readonly Node[] | undefined,
): readonly (TypedColumn | undefined)[] {
  const columns = columnsOfRelation(relation) ?? [];
  if (!cols) return columns;
  return cols.map((col) => {
    const { name, indirection } = "ResTarget" in col ? col.ResTarget : {};
    return indirection ? undefined : columns.find((column) => column.name === name);
  });
}

export function noteColumn(reference: ColumnRef, found: TypedColumn): void {
  (reference as Kept)[column] = found;
}

export function noteRow(reference: ColumnRef, row: WholeRowOf): void {
  (reference as Kept)[wholeRow] = row;
}

export function noteRelation(relation: RangeVar, found: TypedColumns): void {
  (relation as Kept)[relationColumns] = found;
}
