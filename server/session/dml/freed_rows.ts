/**
 * Rows that nobody refers to any more, in the transaction that saw to it.
 *
 * DuckDB keeps what was deleted from a table in its indexes until the transaction has committed, and takes it for a reference
 * still: it deletes no row whose last reference went in the same transaction, which is how programs delete what belongs to
 * a row, and then the row. A table that is made anew has new indexes.
 */
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import { type Statement, treeOf } from "../../sql/mod.ts";
import type { SessionContext } from "../context.ts";
import { requireRelation } from "../ddl/objects.ts";
import { rowsOf } from "../ddl/steps.ts";
import { readTable, rebuildTable } from "../ddl/stored_table.ts";
import { type Change, changeOf, referencedTables } from "./referenced.ts";

/** Rows of a table that is made anew; beyond that DuckDB's error is sooner put right by two transactions. */
const mostRows = 5_000_000;

/** What a statement does, where that matters here: a transaction is open, and some table is referred to. */
export async function changeInTransaction(
  session: SessionContext,
  statement: Statement,
): Promise<Change | null> {
  const { kind } = statement.command;
  if ((kind !== "delete" && kind !== "update") || !session.transaction.open) return null;
  // A table that refers to one of them may be meant as well, which its text does not tell.
  return (await referencedTables(session)).size > 0 ? changeOf(treeOf(statement)) : null;
}

/** Rows were changed: those they referred to may be free now. */
export async function noteFreed(session: SessionContext, { kind, table, assigned }: Change): Promise<void> {
  if (kind === "insert" || !session.transaction.open) return;
  for (const { children } of (await referencedTables(session)).values()) {
    const keys = children.get(table);
    if (keys && (kind === "delete" || keys.some((key) => assigned.includes(key)))) session.freed.add(table);
  }
}

/** Before rows are deleted: makes the tables anew that may have referred to them, and have let go of some. */
export async function freeRows(session: SessionContext, { kind, table }: Change): Promise<void> {
  if (kind !== "delete" || session.freed.size === 0) return;
  const parent = (await referencedTables(session)).get(table);
  for (const child of parent?.children.keys() ?? []) {
    if (!session.freed.delete(child)) continue;
    const object = await requireRelation(session, { schema: null, name: child });
    const [[rows]] = await rowsOf(
      session,
      `SELECT estimated_size FROM duckdb_tables()
       WHERE table_oid = ${object.oid} AND database_name = ${quoteText(object.database)}`,
    );
    if (Number(rows) > mostRows) continue;
    const before = await readTable(session, object);
    const values = new Map(before.columns.map(({ name }) => [name, quoteName(name)]));
    await rebuildTable(session, { before, after: before, values });
  }
}
