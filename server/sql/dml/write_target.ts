import type { Node, RangeVar } from "libpg-query";
import { type ObjectName, relationName } from "../ddl/relation.ts";

/** The table that a statement writes to, and what it gives new values in rows that are there. */
export interface WriteTarget {
  table: ObjectName;
  /** The columns of UPDATE's SET, of ON CONFLICT's, of MERGE's. */
  assigned: readonly string[];
  /** Of INSERT: how many rows VALUES has, where no row that is there changes and nothing is returned. */
  rows?: number;
}

/** `null` for a statement that writes to no table, or to several (WITH queries that write are told by `isProgram`). */
export function writeTarget(tree: Node): WriteTarget | null {
  if ("InsertStmt" in tree) {
    const { relation, onConflictClause, returningClause, selectStmt } = tree.InsertStmt;
    const found = target(relation, onConflictClause?.targetList);
    const lists = selectStmt && "SelectStmt" in selectStmt ? selectStmt.SelectStmt.valuesLists : undefined;
    if (!found || !lists || returningClause || found.assigned.length > 0) return found;
    return { ...found, rows: lists.length };
  }
  if ("UpdateStmt" in tree) return target(tree.UpdateStmt.relation, tree.UpdateStmt.targetList);
  if ("DeleteStmt" in tree) return target(tree.DeleteStmt.relation);
  if ("CopyStmt" in tree) return tree.CopyStmt.is_from ? target(tree.CopyStmt.relation) : null;
  if (!("MergeStmt" in tree)) return null;
  const { relation, mergeWhenClauses = [] } = tree.MergeStmt;
  return target(
    relation,
    mergeWhenClauses.flatMap((node) =>
      "MergeWhenClause" in node && node.MergeWhenClause.commandType === "CMD_UPDATE"
        ? node.MergeWhenClause.targetList ?? []
        : []
    ),
  );
}

function target(relation: RangeVar | undefined, targets: readonly Node[] = []): WriteTarget | null {
  if (!relation) return null;
  const assigned = targets.map((node) => "ResTarget" in node ? node.ResTarget.name ?? "" : "");
  return { table: relationName(relation), assigned };
}
