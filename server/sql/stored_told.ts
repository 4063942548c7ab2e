/**
 * Columns that were declared as addresses or money, of which only the database knows: what is stored in them is read as
 * their type, and operators treat them as such.
 */
import type { Node, SelectStmt } from "libpg-query";
import type { PgType } from "../../worker/api/executor.ts";
import { oids } from "../../worker/api/types.ts";
import { type DeclaredRelations, toldType } from "./column_types.ts";
import { lastPart } from "./constant.ts";
import type { MoreEdits } from "./statement.ts";
import { storedValues } from "./stored_values.ts";
import { isAddress, isMoney, toldFunction } from "./told_operators.ts";
import { literalEdits, toldEdits } from "./transforms/network.ts";
import { walk } from "./walk.ts";

export interface StoredTold {
  edits: MoreEdits | null;
  /** The types of parameters that are stored, by their numbers. */
  parameters: ReadonlyMap<number, number>;
}

/** Whether a column of this type is of interest here. */
export function isTold(type: PgType): boolean {
  return isAddress(type) || isMoney(type) || type.oid === oids.macaddr;
}

/** What of a statement is about such columns. */
export function storedTold(tree: Node, declared: DeclaredRelations): StoredTold {
  const columns = new Map(
    [...declared.values()].flatMap((relation) => [...relation].filter(([, type]) => isTold(type))),
  );
  const parameters = new Map<number, number>();
  if (columns.size === 0) return { edits: null, parameters };
  const edits: MoreEdits[] = [];
  for (const [value, column] of storedValues(tree, declared)) {
    if (!column || !isTold(column)) continue;
    if ("ParamRef" in value) parameters.set(value.ParamRef.number ?? 0, column.oid);
    const edit = literalEdits(column, [value]);
    if (edit) edits.push(edit);
  }
  const of = (node: Node): PgType | null => {
    const told = toldType(node);
    if (told) return told;
    if ("FuncCall" in node) return toldFunction(node.FuncCall, of);
    return "ColumnRef" in node ? columns.get(lastPart(node.ColumnRef.fields) ?? "") ?? null : null;
  };
  let distinct = false;
  walk(tree, (type, fields) => {
    const select = fields as SelectStmt;
    if (type === "SelectStmt" && (select.distinctClause || select.larg)) distinct = true;
  });
  walk(tree, (type, fields) => {
    // Only what is selected can be sorted by then.
    if (type === "SortBy" && distinct) return;
    if (toldEdits(type, fields, toldType)) return;
    const edit = toldEdits(type, fields, of);
    if (edit) edits.push(edit);
  });
  return { edits: edits.length > 0 ? (input) => edits.forEach((edit) => edit(input)) : null, parameters };
}
