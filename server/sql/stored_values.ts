/** Values that a statement stores in columns of which only a database knows what they were declared as. */
import type { InsertStmt, Node } from "libpg-query";
import type { DeclaredColumn, DeclaredRelations } from "./column_types.ts";
import { type Fields, walk } from "./walk.ts";

/** A value, and the column it is for where that was declared so. */
export type StoredValue = readonly [value: Node, column: DeclaredColumn | undefined];

/** The values of INSERT … VALUES and UPDATE … SET. */
export function storedValues(tree: Node, declared: DeclaredRelations): StoredValue[] {
  const found: StoredValue[] = "InsertStmt" in tree ? [...inserted(tree.InsertStmt, declared)] : [];
  walk(tree, (type, node) => {
    if (type === "UpdateStmt") found.push(...updated(node, declared));
  });
  return found;
}

function* inserted(
  { relation, cols, selectStmt }: InsertStmt,
  declared: DeclaredRelations,
): Generator<StoredValue> {
  const columns = relation && relationOf(relation, declared);
  if (!columns || !selectStmt || !("SelectStmt" in selectStmt)) return;
  const names = cols?.map((node) => "ResTarget" in node ? node.ResTarget.name ?? "" : "");
  const typeAt = (at: number) =>
    names ? columns.get(names[at]) : [...columns.values()].find(({ number }) => number === at + 1);
  for (const row of selectStmt.SelectStmt.valuesLists ?? []) {
    const items = "List" in row ? row.List.items ?? [] : [];
    for (const [at, item] of items.entries()) yield [item, typeAt(at)];
  }
}

function* updated(fields: Fields, declared: DeclaredRelations): Generator<StoredValue> {
  const columns = relationOf(fields.relation as NonNullable<InsertStmt["relation"]>, declared);
  if (!columns) return;
  for (const target of fields.targetList as Node[] | undefined ?? []) {
    if (!("ResTarget" in target) || !target.ResTarget.val) continue;
    yield [target.ResTarget.val, columns.get(target.ResTarget.name ?? "")];
  }
}

/** The columns of a relation that were declared so. */
export function relationOf(
  { schemaname, relname = "" }: NonNullable<InsertStmt["relation"]>,
  declared: DeclaredRelations,
): ReadonlyMap<string, DeclaredColumn> | undefined {
  return declared.get(schemaname === undefined ? relname : `${schemaname}.${relname}`);
}
