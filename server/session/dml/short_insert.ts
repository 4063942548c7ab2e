import type { InsertStmt, RangeVar } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { isStar } from "../../sql/column_names.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { endOfInsertTarget } from "../../sql/dml/insert_target.ts";
import { analyzeWith, type Statement, treeOf } from "../../sql/mod.ts";
import { quoteName, quoteText } from "../../sql/quote.ts";
import type { SessionContext } from "../context.ts";
import { findRelation } from "../ddl/objects.ts";
import { rowsOf } from "../ddl/steps.ts";
import { sqlContext } from "../sql_context.ts";

/**
 * `INSERT INTO t VALUES (1)` gives the first columns; the others get their defaults. DuckDB wants a value for each, and
 * this names those that have one. It is asked only once DuckDB has refused the statement.
 *
 * @param prepare compiles what may be right
 * @returns `null` where that is not what is wrong
 * @see https://www.postgresql.org/docs/16/sql-insert.html
 */
export async function shortInsert<T>(
  session: SessionContext,
  statement: Statement,
  error: unknown,
  prepare: (statement: Statement) => Promise<T>,
): Promise<T | null> {
  if (!isTooShort(error) || statement.command.kind !== "insert") return null;
  const tree = treeOf(statement);
  if (!tree || !("InsertStmt" in tree) || tree.InsertStmt.cols) return null;
  const insert = tree.InsertStmt;
  const columns = await columnsOf(session, insert.relation as RangeVar);
  const known = countValues(insert);
  for (let given = Math.min(known ?? Infinity, columns.length - 1); given > 0; given--) {
    const list = ` (${columns.slice(0, given).map(quoteName).join(", ")})`;
    const longer = analyzeWith(statement, ({ source, edits }) => {
      const at = endOfInsertTarget(insert, source);
      edits.wrap(at, at, "", list);
    }, sqlContext(session.settings.render()));
    try {
      return await prepare(longer);
    } catch (next) {
      if (known !== null || !isTooShort(next)) throw next;
    }
  }
  return null;
}

function isTooShort(error: unknown): boolean {
  return error instanceof PgError && error.message === "INSERT has more target columns than expressions";
}

async function columnsOf(session: SessionContext, relation: RangeVar): Promise<string[]> {
  const table = await findRelation(session, relationName(relation));
  if (!table) return [];
  const rows = await rowsOf(
    session,
    `SELECT column_name FROM duckdb_columns() WHERE table_oid = ${table.oid}
     AND database_name = ${quoteText(table.database)} ORDER BY column_index`,
  );
  return rows.map(([name]) => name!);
}

/** How many values a row has; `null` where the text does not tell. */
function countValues({ selectStmt }: InsertStmt): number | null {
  const select = selectStmt && "SelectStmt" in selectStmt ? selectStmt.SelectStmt : {};
  const [row] = select.valuesLists ?? [];
  if (row && "List" in row) return row.List.items?.length ?? 0;
  const targets = select.targetList;
  return targets && !targets.some(isStar) ? targets.length : null;
}
