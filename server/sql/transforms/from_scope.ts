import type { ColumnRef, JoinExpr, Node, RangeSubselect, SelectStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { isStar, targetName } from "../column_names.ts";
import { nameParts } from "../constant.ts";
import { type Fields, walk } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * What a query in FROM lets be seen, as far as the text tells: DuckDB takes the first of several columns of one name, and
 * reads a query that names the tables beside it as if it were LATERAL.
 *
 * @see https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-LATERAL
 */
export const fromScope: Transform = { visit: { SelectStmt: select } };

function select(fields: Fields, input: TransformInput): void {
  const { fromClause } = fields as SelectStmt;
  if (!fromClause) return;
  const queries = queriesIn(fromClause);
  if (queries.length === 0) return;
  refuseAmbiguous(fields as SelectStmt, queries, input);
  if (fromClause.length === 1 && "RangeSubselect" in fromClause[0]) return;
  for (const query of queries) if (!query.lateral) refuseNeighbours(query, fromClause, input);
}

/** The queries among the items of a FROM clause, those in joins too. */
function queriesIn(items: readonly (Node | undefined)[]): RangeSubselect[] {
  return items.flatMap((item) => {
    if (!item) return [];
    if ("JoinExpr" in item) return queriesIn([item.JoinExpr.larg, item.JoinExpr.rarg]);
    return "RangeSubselect" in item ? [item.RangeSubselect] : [];
  });
}

/** What a FROM clause calls its relations. */
function namesIn(items: readonly (Node | undefined)[]): string[] {
  return items.flatMap((item) => {
    if (!item) return [];
    if ("JoinExpr" in item) {
      const { larg, rarg, alias } = item.JoinExpr;
      return alias?.aliasname === undefined ? namesIn([larg, rarg]) : [alias.aliasname];
    }
    if ("RangeVar" in item) return [item.RangeVar.alias?.aliasname ?? item.RangeVar.relname ?? ""];
    if ("RangeSubselect" in item) return [item.RangeSubselect.alias?.aliasname ?? ""];
    return "RangeFunction" in item ? [item.RangeFunction.alias?.aliasname ?? ""] : [];
  }).filter((name) => name !== "");
}

/** `select a from (select 1 as a, 2 as a) x` */
function refuseAmbiguous(
  select: SelectStmt,
  queries: readonly RangeSubselect[],
  { source, refuse }: TransformInput,
): void {
  const doubles = queries.flatMap(({ subquery, alias }) =>
    doublesIn(columnsOf(subquery, nameParts(alias?.colnames))).map((column) => ({
      column,
      relation: alias?.aliasname,
    }))
  );
  if (doubles.length === 0 || mergesColumns(select.fromClause ?? [])) return;
  const seen = (node: Node) =>
    walk(node, (type, fields) => {
      if (type === "SelectStmt") return "skip";
      if (type !== "ColumnRef") return;
      const parts = nameParts((fields as ColumnRef).fields);
      const [relation, column] = parts.length === 1 ? [undefined, parts[0]] : parts;
      const isDouble = parts.length <= 2 &&
        doubles.some((one) => one.column === column && (relation === undefined || one.relation === relation));
      if (!isDouble) return;
      const name = parts.join(".");
      refuse(
        new PgError("42702", `column reference "${parts.length === 1 ? column : name}" is ambiguous`),
        source.offsetOfByte((fields as ColumnRef).location ?? 0),
      );
    });
  const { targetList = [], whereClause, havingClause, groupClause = [], sortClause = [] } = select;
  for (const node of targetList) seen(node);
  if (whereClause) seen(whereClause);
  if (havingClause) seen(havingClause);
  // A name by itself may be that of a result column.
  for (const node of groupClause) if (!("ColumnRef" in node)) seen(node);
  for (const node of sortClause) {
    if ("SortBy" in node && node.SortBy.node && !("ColumnRef" in node.SortBy.node)) seen(node.SortBy.node);
  }
}

/** Names of a query's columns; empty where a star hides some. */
function columnsOf(query: Node | undefined, given: readonly string[]): (string | null)[] {
  if (!query || !("SelectStmt" in query) || query.SelectStmt.larg) return [];
  const { targetList = [] } = query.SelectStmt;
  if (targetList.some(isStar)) return [];
  return targetList.map((target, i) => given[i] ?? targetName(target));
}

function doublesIn(names: readonly (string | null)[]): string[] {
  return names.filter((name, i) =>
    name !== null && name !== "?column?" && names.indexOf(name) < i
  ) as string[];
}

/** Whether some join makes one column of two. */
function mergesColumns(items: readonly Node[]): boolean {
  const merges = ({ isNatural, usingClause, larg, rarg }: JoinExpr): boolean =>
    isNatural === true || usingClause !== undefined ||
    [larg, rarg].some((side) => side && "JoinExpr" in side && merges(side.JoinExpr));
  return items.some((item) => "JoinExpr" in item && merges(item.JoinExpr));
}

/** `from t, (select t.a) x` */
function refuseNeighbours(
  query: RangeSubselect,
  from: readonly Node[],
  { tree, source, refuse }: TransformInput,
): void {
  const neighbours = new Set(namesIn(from));
  neighbours.delete(query.alias?.aliasname ?? "");
  if (neighbours.size === 0 || !query.subquery) return;
  for (const { relation, location } of foreignNames(query.subquery)) {
    // A query around this one may have a table of the same name, which is then meant.
    if (!neighbours.has(relation) || countNamed(tree, relation) > 1) continue;
    const error = new PgError("42P01", `invalid reference to FROM-clause entry for table "${relation}"`, {
      detail:
        `There is an entry for table "${relation}", but it cannot be referenced from this part of the query.`,
    });
    return refuse(error, source.offsetOfByte(location));
  }
}

/** What a query names columns of and has no relation of that name anywhere in it. */
function foreignNames(query: Node): { relation: string; location: number }[] {
  const named: { relation: string; location: number }[] = [];
  const own = new Set<string>();
  walk(query, (type, fields) => {
    if (type === "SelectStmt") {
      for (const name of namesIn((fields as SelectStmt).fromClause ?? [])) own.add(name);
    }
    if (type !== "ColumnRef") return;
    const { fields: names, location = 0 } = fields as ColumnRef;
    const parts = nameParts(names);
    if (parts.length === 2) named.push({ relation: parts[0], location });
  });
  return named.filter(({ relation }) => !own.has(relation));
}

/** How many relations of the whole statement have this name. */
function countNamed(tree: Node, name: string): number {
  let count = 0;
  walk(tree, (type, fields) => {
    const { fromClause, usingClause, relation } = fields as Record<string, unknown>;
    if (type === "SelectStmt" || type === "UpdateStmt") {
      count += namesIn(fromClause as Node[] | undefined ?? []).filter((one) => one === name).length;
    }
    if (type === "DeleteStmt") {
      count += namesIn(usingClause as Node[] | undefined ?? []).filter((one) => one === name).length;
    }
    const isWrite = ["InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"].includes(type);
    if (isWrite && relation) {
      count += namesIn([{ RangeVar: relation } as Node]).filter((one) => one === name).length;
    }
  });
  return count;
}
