/**
 * Tables that DuckDB cannot alter in place for what has happened to their rows:
 *
 * - It alters a table whose rows the open transaction has updated or deleted, and then does not commit.
 * - An index, and with it NOT NULL, is not made while updates of a column are kept beside it, as they are until no older
 *   transaction is left.
 * - A change of a column's type writes the column anew without such updates: they would be lost.
 * - A column goes only with no index behind it, and one that the open transaction has dropped is still there.
 *
 * Such a table is made anew, with its rows as they are.
 */
import type { Statement } from "../../sql/mod.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { type DatabaseObject, pathOf, type Place } from "./objects.ts";
import { rowsOf } from "./steps.ts";

/** Stands for all tables: an ALTER failed for what an older transaction may still see. */
const any = "*";

/** A statement of the open transaction changes rows that are there, or deletes them. */
export function noteChanges(session: SessionContext, { command, target }: Statement): void {
  if (!target || !session.transaction.open) return;
  const { kind } = command;
  const changes = kind === "update" || kind === "delete" || kind === "merge" || target.assigned.length > 0;
  if (changes) noteChanged(session, target.table.name);
}

/** Rows of a table are changed or deleted in the open transaction. */
export function noteChanged(session: SessionContext, table: string): void {
  session.changed.add(table.toLowerCase());
}

/** Whether a table is to be made anew rather than altered, or given an index. */
export function isChanged(session: SessionContext, { name }: Place): boolean {
  return session.changed.has(name.toLowerCase()) || session.changed.has(any);
}

/** From here on all tables are. */
export function alterNone(session: SessionContext): void {
  session.changed.add(any);
}

/** An index of a table is dropped in the open transaction. */
export async function noteUnindexed(session: SessionContext, index: DatabaseObject): Promise<void> {
  const rows = await rowsOf(
    session,
    `SELECT table_name FROM duckdb_indexes() WHERE index_oid = ${index.oid}`,
  );
  for (const [table] of rows) noteIndexGone(session, table!);
}

/** The same, where the table is known. */
export function noteIndexGone(session: SessionContext, table: string): void {
  session.changed.add(unindexed(table));
}

/** A table has been made anew. */
export function noteRenewed(session: SessionContext, table: string): void {
  session.changed.delete(table.toLowerCase());
  session.changed.delete(unindexed(table));
}

/** Whether columns of a table are to go in a new table. */
export function isUnindexed(session: SessionContext, { name }: Place): boolean {
  return session.changed.has(unindexed(name));
}

/** No table can be called so. */
function unindexed(table: string): string {
  return `${any}${table.toLowerCase()}`;
}

/** Whether a column's type can only be changed in a new table. */
export async function hasUpdates(session: SessionContext, table: Place): Promise<boolean> {
  const rows = await rowsOf(
    session,
    `SELECT 1 FROM pragma_storage_info(${quoteText(pathOf(table))}) WHERE has_updates LIMIT 1`,
  );
  return rows.length > 0;
}
