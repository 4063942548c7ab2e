import type { Node, SelectStmt } from "libpg-query";
import { constantText, lastPart } from "./constant.ts";
import { setReturning } from "./set_returning.ts";
import { anyNode } from "./walk.ts";

/** More rows than this are not few. */
const few = 1000;

/** Whether a statement surely returns few rows, by its text alone. */
export function isSmall(tree: Node): boolean {
  if ("SelectStmt" in tree) return isSmallSelect(tree.SelectStmt);
  if ("InsertStmt" in tree) return !tree.InsertStmt.returningClause;
  if ("UpdateStmt" in tree) return !tree.UpdateStmt.returningClause;
  if ("DeleteStmt" in tree) return !tree.DeleteStmt.returningClause;
  if ("MergeStmt" in tree) return !tree.MergeStmt.returningClause;
  return !("ExecuteStmt" in tree || "CallStmt" in tree);
}

function isSmallSelect(select: SelectStmt): boolean {
  if (isSmallLimit(select.limitCount) && select.limitOption !== "LIMIT_OPTION_WITH_TIES") return true;
  if (select.larg && select.rarg) return isSmallSelect(select.larg) && isSmallSelect(select.rarg);
  if (select.valuesLists) return select.valuesLists.length <= few;
  const targets = select.targetList ?? [];
  const isOneRow = !select.fromClause ||
    !select.groupClause && targets.some((target) => anyNode(target, isAggregate));
  return isOneRow && !targets.some((target) => anyNode(target, isSetReturning));
}

function isSmallLimit(limit: Node | undefined): boolean {
  const count = constantText(limit);
  return count !== null && Number(count) <= few;
}

/** More functions that make several rows of one. */
const otherSets = new Set(["regexp_matches", "_pg_expandarray"]);

function isSetReturning(type: string, node: Record<string, unknown>): boolean {
  if (type !== "FuncCall") return false;
  const name = functionName(node);
  return setReturning.has(name) || otherSets.has(name) ||
    /^jsonb?_(array_elements|each|object_keys)/.test(name);
}

const aggregates = new Set([
  "count",
  "sum",
  "min",
  "max",
  "avg",
  "bool_and",
  "bool_or",
  "every",
  "string_agg",
  "array_agg",
  "stddev",
  "variance",
  "median",
]);

/** An aggregate call that is not a window function. */
function isAggregate(type: string, node: Record<string, unknown>): boolean {
  return type === "FuncCall" && !node.over && aggregates.has(functionName(node));
}

function functionName(node: Record<string, unknown>): string {
  return lastPart(node.funcname as Node[]) ?? "";
}
