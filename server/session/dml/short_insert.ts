import type { InsertStmt, MergeStmt, RangeVar } from "libpg-query";
import type { PgError } from "../../../worker/api/error.ts";
import { isStar } from "../../sql/column_names.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import { endOfInsertTarget, insertedQuery } from "../../sql/dml/insert_target.ts";
import type { MoreEdits, Statement } from "../../sql/mod.ts";
import { sourceOf } from "../../sql/source.ts";
import { isKeyword, isSymbol } from "../../sql/lexer.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { findRelation } from "../ddl/objects.ts";
import { rowsOf } from "../ddl/steps.ts";

/**
 * `INSERT INTO t VALUES (1)` gives the first columns; the others get their defaults. DuckDB wants a value for each, and
 * this names those that have one. It is asked only once DuckDB has refused the statement.
 *
 * @returns `null` where that is not what is wrong
 * @see https://www.postgresql.org/docs/16/sql-insert.html
 */
export async function shortInsert(
  session: SessionContext,
  statement: Statement,
  insert: InsertStmt,
  error: PgError,
): Promise<MoreEdits | null> {
  if (insert.cols || error.message !== tooFew && !tooFewForConflict.test(error.message)) return null;
  const columns = await columnsOf(session, insert.relation as RangeVar);
  const given = countValues(insert) ?? await countColumns(session, statement, insert);
  if (given === null || given >= columns.length) return null;
  const list = ` (${columns.slice(0, given).map(quoteName).join(", ")})`;
  return ({ source, edits }) => {
    const at = endOfInsertTarget(insert, source);
    edits.wrap(at, at, "", list);
  };
}

/** The same for `WHEN NOT MATCHED THEN INSERT VALUES (1)`. */
export async function shortMerge(
  session: SessionContext,
  merge: MergeStmt,
  error: PgError,
): Promise<MoreEdits | null> {
  if (error.message !== tooFew || !merge.relation) return null;
  const columns = await columnsOf(session, merge.relation as RangeVar);
  const counts = (merge.mergeWhenClauses ?? []).flatMap((node) => {
    const clause = "MergeWhenClause" in node ? node.MergeWhenClause : {};
    return clause.commandType === "CMD_INSERT" && !clause.targetList ? [clause.values?.length ?? 0] : [];
  });
  return ({ source: { text, tokens }, edits }) => {
    const left = [...counts];
    tokens.forEach((token, i) => {
      if (!isKeyword(text, token, "insert") || isSymbol(text, tokens[i + 1], "(")) return;
      const given = left.shift() ?? 0;
      if (given === 0 || given >= columns.length) return;
      edits.wrap(token.end, token.end, "", ` (${columns.slice(0, given).map(quoteName).join(", ")})`);
    });
  };
}

const tooFew = "INSERT has more target columns than expressions";
/** What it says of a query where ON CONFLICT follows. */
const tooFewForConflict = /^table "excluded" has \d+ columns available but \d+ columns specified$/;

/** DuckDB counts the columns of a query. */
async function countColumns(
  session: SessionContext,
  statement: Statement,
  insert: InsertStmt,
): Promise<number | null> {
  const source = sourceOf(statement.source);
  const { before, query } = insertedQuery(insert, source);
  const text = statement.engineText(...before) + statement.engineText(...query);
  const prepared = await session.executor.prepare(text).catch(() => null);
  prepared?.close();
  return prepared?.columns?.length ?? null;
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
