import type {
  A_Expr,
  BoolExpr,
  ColumnRef,
  CommonTableExpr,
  FuncCall,
  InsertStmt,
  Node,
  RangeSubselect,
  RangeVar,
  SelectStmt,
  TypeCast,
  UpdateStmt,
} from "libpg-query";
import { lastPart } from "../constant.ts";
import { givenNames, hasCapitals, misplacedNames } from "../name_mistakes.ts";
import { relationKey } from "../relation_types.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Where the types of columns decide what a statement means, or whether it means anything: it is then analysed once more with
 * the columns of the tables it names (`relation_types.ts`). What asks for nothing, like `SELECT * FROM t WHERE id = $1`, is
 * analysed once.
 */
export const columnQuestions: Transform = {
  whole: () => {
    references.clear();
    relations.clear();
  },
  visit: {
    RangeVar: (node, { context, readsColumns, askTypes }) => {
      const { alias, relname = "" } = node as RangeVar;
      if (named(alias?.aliasname ?? relname)) askTypes();
      const key = relationKey(node as RangeVar);
      if (key !== null && !isCatalogue(node as RangeVar, context.catalogRelations)) readsColumns(key);
    },
    RangeSubselect: (node, { readsQuery, askTypes }) => {
      if (named((node as RangeSubselect).alias?.aliasname ?? "")) askTypes();
      readsQuery();
    },
    CommonTableExpr: (node, { readsQuery }) => readsQuery((node as CommonTableExpr).ctename),
    ColumnRef: (node, { askTypes }) => {
      const { fields } = node as ColumnRef;
      const name = lastPart(fields)!;
      if (hasCapitals(name) || fields?.length === 1 && referred(name)) askTypes();
    },
    A_Expr: (node, { askTypes }) => {
      const { lexpr, rexpr } = node as A_Expr;
      if (!isParameter(lexpr) && !isParameter(rexpr)) askTypes();
    },
    BoolExpr: (node, { askTypes }) => {
      if ((node as BoolExpr).args?.some(isColumn)) askTypes();
    },
    SelectStmt: (node, { askTypes }) => {
      const { larg, whereClause, havingClause } = node as SelectStmt;
      if (larg || isColumn(whereClause) || isColumn(havingClause)) askTypes();
      else if (misplacedNames(node as SelectStmt, givenNames(node as SelectStmt)).length > 0) askTypes();
    },
    InsertStmt: (node, input) => inserted(node as InsertStmt, input),
    UpdateStmt: (node, { askTypes }) => {
      if ((node as UpdateStmt).targetList?.some(isTold)) askTypes();
    },
    MergeStmt: ask,
    BooleanTest: ask,
    A_Indirection: ask,
    CaseExpr: ask,
    CoalesceExpr: ask,
    MinMaxExpr: ask,
    SubLink: ask,
    FuncCall: (node, { askTypes }) => {
      const { args = [], agg_filter } = node as FuncCall;
      if (agg_filter || args.some((arg) => !isParameter(arg) && !("A_Const" in arg))) askTypes();
    },
    TypeCast: (node, { askTypes }) => {
      if (isColumn((node as TypeCast).arg)) askTypes();
    },
  },
};

/** Names of the statement that is walked over: a relation's that stands where a value does is that of its rows. */
const references = new Set<string>();
const relations = new Set<string>();

/** Whether a relation of this name is referred to. */
function named(relation: string): boolean {
  relations.add(relation);
  return references.has(relation);
}

function referred(name: string): boolean {
  references.add(name);
  return relations.has(name);
}

function ask(_node: Fields, { askTypes }: TransformInput): void {
  askTypes();
}

/** More rows are data. */
const mostRows = 100;

function inserted({ selectStmt }: InsertStmt, { askTypes }: TransformInput): void {
  if (!selectStmt || !("SelectStmt" in selectStmt)) return;
  const { valuesLists } = selectStmt.SelectStmt;
  if (!valuesLists) return askTypes();
  if (valuesLists.length > mostRows) return;
  const isTold = (item: Node) => !("ParamRef" in item || "SetToDefault" in item);
  if (valuesLists.some((row) => "List" in row && row.List.items?.some(isTold))) askTypes();
}

/** Whether it sets a column to something that has a type. */
function isTold(target: Node): boolean {
  return !("ResTarget" in target) || !isParameter(target.ResTarget.val);
}

function isParameter(node: Node | undefined): boolean {
  return node !== undefined && "ParamRef" in node;
}

function isColumn(node: Node | undefined): boolean {
  return node !== undefined && "ColumnRef" in node;
}

/** Columns of views of the catalogue have types that PostgreSQL has not, or the other way round. */
function isCatalogue({ schemaname, relname = "" }: RangeVar, catalogRelations: ReadonlySet<string>): boolean {
  if (schemaname === undefined) return catalogRelations.has(relname);
  return schemaname === "pg_catalog" || schemaname === "information_schema";
}
