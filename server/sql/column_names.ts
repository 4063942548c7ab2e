import type { Node, RangeFunction, SelectStmt } from "libpg-query";
import type { Column } from "../../worker/api/executor.ts";
import { lastPart, nameParts } from "./constant.ts";
import { anyNode, type Fields, fieldsOf } from "./walk.ts";

/**
 * The names PostgreSQL gives a statement's result columns. Where a `*` stands, nobody knows how many columns there are
 * without the catalogue, so names are known from the left up to the first star and from the right back to the last.
 */
export interface ColumnNames {
  /** `null` where the engine's own name is right. */
  readonly left: readonly (string | null)[];
  /** `null` when there is no star: `left` is all. */
  readonly right: readonly (string | null)[] | null;
}

/**
 * Names of the columns a statement returns; `null` for statements that return none or whose names are the engine's.
 *
 * @see PostgreSQL's parse_target.c, FigureColname
 * @example columnNames(tree of "select 1, count(*), t.*, 'x'::text") // {left: ["?column?", "count"], right: ["text"]}
 */
export function columnNames(tree: Node): ColumnNames | null {
  if ("SelectStmt" in tree) return selectNames(tree.SelectStmt);
  if ("InsertStmt" in tree) return returningNames(tree.InsertStmt.returningClause?.exprs);
  if ("UpdateStmt" in tree) return returningNames(tree.UpdateStmt.returningClause?.exprs);
  if ("DeleteStmt" in tree) return returningNames(tree.DeleteStmt.returningClause?.exprs);
  if ("MergeStmt" in tree) return returningNames(tree.MergeStmt.returningClause?.exprs);
  return null;
}

/**
 * Gives an engine's columns PostgreSQL's names. When the counts do not fit (a function that expands to several
 * columns), the engine's names stay.
 */
export function applyColumnNames(names: ColumnNames | null, engineColumns: readonly Column[]): Column[] {
  const columns = [...engineColumns];
  if (!names || !fits(names, columns.length)) return columns;
  const rename = (at: number, name: string | null) => {
    if (name !== null && columns[at].name !== name) columns[at] = { ...columns[at], name };
  };
  names.left.forEach((name, i) => rename(i, name));
  const right = names.right ?? [];
  right.forEach((name, i) => rename(columns.length - right.length + i, name));
  return columns;
}

function fits(names: ColumnNames, count: number): boolean {
  if (!names.right) return names.left.length === count;
  return names.left.length + names.right.length <= count;
}

function selectNames(select: SelectStmt): ColumnNames {
  if (select.larg) return selectNames(select.larg);
  const firstRow = select.valuesLists?.[0];
  if (firstRow && "List" in firstRow) {
    return { left: (firstRow.List.items ?? []).map((_, i) => `column${i + 1}`), right: null };
  }
  return targetNames(select.targetList ?? [], namesOfStar(select.fromClause));
}

/** What `*` stands for where all that it is taken from is one query or function that tells; DuckDB has no name twice. */
function namesOfStar([item, ...more]: readonly Node[] = []): readonly (string | null)[] | null {
  if (!item || more.length > 0) return null;
  if ("RangeFunction" in item) return namesOfArrays(item.RangeFunction);
  if (!("RangeSubselect" in item)) return null;
  const { subquery, alias } = item.RangeSubselect;
  if (alias?.colnames || !subquery || !("SelectStmt" in subquery)) return null;
  const { left, right } = selectNames(subquery.SelectStmt);
  return right === null ? left : null;
}

/** `unnest(a, b)` has a column for each array. */
function namesOfArrays({ functions, alias, ordinality }: RangeFunction): readonly string[] | null {
  const item = functions?.length === 1 ? functions[0] : undefined;
  const call = item && "List" in item ? item.List.items?.[0] : undefined;
  if (!call || !("FuncCall" in call) || lastPart(call.FuncCall.funcname) !== "unnest") return null;
  const { args = [] } = call.FuncCall;
  if (args.length < 2) return null;
  const named = nameParts(alias?.colnames);
  const columns = [...args.map(() => "unnest"), ...ordinality ? ["ordinality"] : []];
  return columns.map((name, i) => named[i] ?? name);
}

function returningNames(targets: readonly Node[] | undefined): ColumnNames | null {
  return targets ? targetNames(targets) : null;
}

function targetNames(
  targets: readonly Node[],
  ofStar: readonly (string | null)[] | null = null,
): ColumnNames {
  const first = targets.findIndex(isStar);
  if (first < 0) return { left: targets.map(targetName), right: null };
  const last = targets.findLastIndex(isStar);
  if (ofStar && first === last && isPlainStar(targets[first])) {
    const [before, behind] = [targets.slice(0, first), targets.slice(first + 1)];
    return { left: [...before.map(targetName), ...ofStar, ...behind.map(targetName)], right: null };
  }
  return { left: targets.slice(0, first).map(targetName), right: targets.slice(last + 1).map(targetName) };
}

/** The name of one item of a select list. */
export function targetName(target: Node): string | null {
  if (!("ResTarget" in target)) return null;
  if (target.ResTarget.name !== undefined) return target.ResTarget.name;
  const figured = figure(target.ResTarget.val);
  return figured.strength === 0 ? "?column?" : figured.name;
}

/** Whether an item becomes any number of columns: `*`, `t.*`, `(row).*`, DuckDB's `COLUMNS(…)`. */
export function isStar(target: Node): boolean {
  const value = "ResTarget" in target ? target.ResTarget.val : undefined;
  if (!value) return false;
  if ("ColumnRef" in value) return endsInStar(value.ColumnRef.fields);
  if ("A_Indirection" in value) return endsInStar(value.A_Indirection.indirection);
  return (fieldsOf(value) as Kept)[star] ??= anyNode(value, isColumnsCall);
}

/** What was found out of an expression. */
const star = Symbol("star");

interface Kept {
  [star]?: boolean;
}

function isColumnsCall(type: string, node: Fields): boolean {
  return type === "FuncCall" && lastPart(node.funcname as Node[]) === "columns";
}

function isPlainStar(target: Node): boolean {
  const value = "ResTarget" in target ? target.ResTarget.val : undefined;
  return value !== undefined && "ColumnRef" in value;
}

/** `*` or `t.*` where an expression may stand, as in a row. */
export function isStarReference(node: Node): boolean {
  return "ColumnRef" in node && lastPart(node.ColumnRef.fields) === "*";
}

function endsInStar(nodes: readonly Node[] | undefined): boolean {
  const last = nodes?.at(-1);
  return last !== undefined && "A_Star" in last;
}

/** How sure PostgreSQL is of a name: 0 none, 1 a type or `case` that a better name overrules, 2 sure. */
interface Figured {
  name: string | null;
  strength: 0 | 1 | 2;
}

const unknown: Figured = { name: null, strength: 0 };

function sure(name: string | null): Figured {
  return { name, strength: 2 };
}

function figure(node: Node | undefined): Figured {
  if (!node) return unknown;
  if ("ColumnRef" in node) return lastName(node.ColumnRef.fields) ?? unknown;
  if ("A_Indirection" in node) {
    return lastName(node.A_Indirection.indirection) ?? figure(node.A_Indirection.arg);
  }
  if ("FuncCall" in node) return sure(lastPart(node.FuncCall.funcname) ?? null);
  if ("A_Expr" in node) return node.A_Expr.kind === "AEXPR_NULLIF" ? sure("nullif") : unknown;
  if ("TypeCast" in node) {
    const inner = figure(node.TypeCast.arg);
    if (inner.strength === 2) return inner;
    return { name: lastPart(node.TypeCast.typeName?.names) ?? null, strength: 1 };
  }
  if ("CollateClause" in node) return figure(node.CollateClause.arg);
  if ("SubLink" in node) return sublink(node.SubLink.subLinkType, node.SubLink.subselect);
  if ("CaseExpr" in node) {
    const fallback = figure(node.CaseExpr.defresult);
    return fallback.strength === 2 ? fallback : { name: "case", strength: 1 };
  }
  if ("SQLValueFunction" in node) return sure(valueFunctions[node.SQLValueFunction.op ?? ""] ?? null);
  if ("MinMaxExpr" in node) return sure(node.MinMaxExpr.op === "IS_LEAST" ? "least" : "greatest");
  if ("XmlExpr" in node) return xml(node.XmlExpr.op);
  if ("JsonFuncExpr" in node) return sure(jsonFunctions[node.JsonFuncExpr.op ?? ""] ?? null);
  return fixedName(node);
}

function lastName(nodes: readonly Node[] | undefined): Figured | null {
  const last = nodes?.findLast((node) => "String" in node);
  return last && "String" in last ? sure(last.String.sval ?? "") : null;
}

function sublink(type: string | undefined, subselect: Node | undefined): Figured {
  if (type === "EXISTS_SUBLINK") return sure("exists");
  if (type === "ARRAY_SUBLINK") return sure("array");
  if (type !== "EXPR_SUBLINK" || !subselect || !("SelectStmt" in subselect)) return unknown;
  return sure(selectNames(subselect.SelectStmt).left[0] ?? null);
}

const valueFunctions: Record<string, string> = {
  SVFOP_CURRENT_DATE: "current_date",
  SVFOP_CURRENT_TIME: "current_time",
  SVFOP_CURRENT_TIME_N: "current_time",
  SVFOP_CURRENT_TIMESTAMP: "current_timestamp",
  SVFOP_CURRENT_TIMESTAMP_N: "current_timestamp",
  SVFOP_LOCALTIME: "localtime",
  SVFOP_LOCALTIME_N: "localtime",
  SVFOP_LOCALTIMESTAMP: "localtimestamp",
  SVFOP_LOCALTIMESTAMP_N: "localtimestamp",
  SVFOP_CURRENT_ROLE: "current_role",
  SVFOP_CURRENT_USER: "current_user",
  SVFOP_USER: "user",
  SVFOP_SESSION_USER: "session_user",
  SVFOP_CURRENT_CATALOG: "current_catalog",
  SVFOP_CURRENT_SCHEMA: "current_schema",
};

const jsonFunctions: Record<string, string> = {
  JSON_EXISTS_OP: "json_exists",
  JSON_QUERY_OP: "json_query",
  JSON_VALUE_OP: "json_value",
};

/** `IS DOCUMENT` is an operator and has no name. */
function xml(op: string | undefined): Figured {
  if (!op || op === "IS_DOCUMENT") return unknown;
  return sure(op.replace("IS_", "").toLowerCase());
}

const fixedNames: Record<string, string> = {
  A_ArrayExpr: "array",
  RowExpr: "row",
  CoalesceExpr: "coalesce",
  GroupingFunc: "grouping",
  MergeSupportFunc: "merge_action",
  XmlSerialize: "xmlserialize",
  JsonParseExpr: "json",
  JsonScalarExpr: "json_scalar",
  JsonSerializeExpr: "json_serialize",
  JsonObjectConstructor: "json_object",
  JsonArrayConstructor: "json_array",
  JsonArrayQueryConstructor: "json_array",
  JsonObjectAgg: "json_objectagg",
  JsonArrayAgg: "json_arrayagg",
};

function fixedName(node: Node): Figured {
  for (const type in node) {
    const name = fixedNames[type];
    if (name) return sure(name);
  }
  return unknown;
}
