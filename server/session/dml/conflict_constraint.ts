import type { InsertStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { relationName } from "../../sql/ddl/relation.ts";
import type { MoreEdits } from "../../sql/mod.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { requireRelation } from "../ddl/objects.ts";
import { rowsOf } from "../ddl/steps.ts";

/**
 * `ON CONFLICT ON CONSTRAINT t_pkey` becomes `ON CONFLICT (id)`, which is all that DuckDB knows. It is asked only once
 * DuckDB has refused the statement.
 *
 * @returns `null` where that is not what is wrong
 * @throws PgError 42704 for a constraint that is not there
 */
export async function conflictConstraint(
  session: SessionContext,
  { relation, onConflictClause }: InsertStmt,
  error: PgError,
): Promise<MoreEdits | null> {
  const name = onConflictClause?.infer?.conname;
  if (!relation || !name || !error.message.startsWith("ON CONSTRAINT conflict target")) return null;
  const table = await requireRelation(session, relationName(relation));
  const [row] = await rowsOf(
    session,
    `SELECT to_json(columns) FROM __duckgres.main.duckgres_named_constraint
     WHERE table_oid = ${table.oid} AND database_name = ${quoteText(table.database)} AND name = ${
      quoteText(name)
    }
       AND kind IN ('p', 'u')`,
  );
  if (!row?.[0]) throw new PgError("42704", `constraint "${name}" for table "${table.name}" does not exist`);
  const columns: string[] = JSON.parse(row[0]);
  return ({ source, edits }) => {
    const { tokens } = source;
    const at = source.tokenAt(source.offsetOfByte(onConflictClause.infer?.location ?? 0));
    edits.replace(tokens[at].start, tokens[at + 2].end, `(${columns.map(quoteName).join(", ")})`);
  };
}
