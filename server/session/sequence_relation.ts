import type { Node, RangeVar } from "libpg-query";
import { quoteName, quoteText } from "../../worker/api/quote.ts";
import { relationName } from "../sql/ddl/relation.ts";
import { endOfName } from "../sql/extent.ts";
import { type MoreEdits, type Statement, treeOf } from "../sql/mod.ts";
import { walk } from "../sql/walk.ts";
import type { SessionContext } from "./context.ts";
import { type DatabaseObject, findRelation } from "./ddl/objects.ts";

/**
 * `SELECT last_value FROM s`: to PostgreSQL a sequence is a relation of one row. DuckDB is asked first, and knows none of
 * that name.
 *
 * @returns `null` where it names no sequence
 * @see https://www.postgresql.org/docs/18/sql-createsequence.html#SQL-CREATESEQUENCE-NOTES
 */
export async function sequenceRelations(
  session: SessionContext,
  statement: Statement,
): Promise<MoreEdits | null> {
  const tree = treeOf(statement);
  if (!tree || !("SelectStmt" in tree)) return null;
  const named: RangeVar[] = [];
  walk(tree as Node, (type, node) => {
    if (type === "RangeVar") named.push(node as RangeVar);
  });
  const found: { relation: RangeVar; sequence: DatabaseObject }[] = [];
  for (const relation of named) {
    const sequence = await findRelation(session, relationName(relation));
    if (sequence?.kind === "sequence") found.push({ relation, sequence });
  }
  if (found.length === 0) return null;
  return ({ source, edits }) => {
    for (const { relation, sequence } of found) {
      const first = source.tokenAt(source.offsetOfByte(relation.location ?? 0));
      const end = source.tokens[endOfName(source, first) - 1].end;
      const alias = relation.alias ? "" : ` AS ${quoteName(relation.relname ?? "")}`;
      edits.replace(source.tokens[first].start, end, rowOf(sequence) + alias);
    }
  };
}

function rowOf({ database, schema, name }: DatabaseObject): string {
  return `(SELECT coalesce(last_value, start_value) AS last_value, CAST(0 AS BIGINT) AS log_cnt,
    last_value IS NOT NULL AS is_called FROM duckdb_sequences() WHERE database_name = ${quoteText(database)}
      AND schema_name = ${quoteText(schema)} AND sequence_name = ${quoteText(name)})`;
}
