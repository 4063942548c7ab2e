import { PgError } from "../../../worker/api/error.ts";
import { analyzeWith, type Command, type MoreEdits, type Statement, treeOf } from "../../sql/mod.ts";
import type { SessionContext } from "../context.ts";
import { jsonPopulate } from "../json_populate.ts";
import { sequenceRelations } from "../sequence_relation.ts";
import { sqlContext } from "../sql_context.ts";
import { arrayConcat } from "./array_concat.ts";
import { conflictConstraint } from "./conflict_constraint.ts";
import { generatedColumns } from "./generated_columns.ts";
import { intervalQuotients } from "./interval_quotients.ts";
import { keyGroups } from "./key_groups.ts";
import { jsonContainment } from "./json_containment.ts";
import { naturalJoin } from "./natural_join.ts";
import { shortInsert, shortMerge } from "./short_insert.ts";
import { systemColumns } from "./system_columns.ts";

/**
 * Compiles a statement; where DuckDB refuses it for what only the database can tell (columns that an INSERT leaves out, a
 * constraint's columns, which column is an array), once more with that written in it. What DuckDB takes at once costs nothing.
 *
 * @param compile its error is thrown where nothing helps
 */
export async function compileRepaired<T>(
  session: SessionContext,
  statement: Statement,
  compile: (statement: Statement) => Promise<T>,
): Promise<T> {
  for (let current = statement, tries = mostRepairs;; tries--) {
    try {
      return await compile(current);
    } catch (error) {
      const more = tries > 0
        ? arrayConcat(statement, error) ?? jsonContainment(statement, error) ??
          intervalQuotients(statement, error) ??
          naturalJoin(statement, error) ??
          await systemColumns(session, statement, error) ??
          await jsonPopulate(session, statement, error) ??
          await repair(session, statement, error)
        : null;
      if (!more) throw error;
      current = analyzeWith(current, more, sqlContext(session.settings.render()));
      if (current.mistake) throw current.mistake;
    }
  }
}

/** An operator at a time. */
const mostRepairs = 8;

const repaired: ReadonlySet<Command["kind"]> = new Set(["insert", "merge"]);

async function repair(
  session: SessionContext,
  statement: Statement,
  error: unknown,
): Promise<MoreEdits | null> {
  if (!(error instanceof PgError)) return null;
  if (error.sqlstate === "42803") return await keyGroups(session, statement, error);
  if (error.sqlstate === "42P01") return await sequenceRelations(session, statement);
  if (!repaired.has(statement.command.kind)) return null;
  const tree = treeOf(statement);
  if (tree && "MergeStmt" in tree) return await shortMerge(session, tree.MergeStmt, error);
  if (!tree || !("InsertStmt" in tree)) return null;
  return await shortInsert(session, statement, tree.InsertStmt, error) ??
    await generatedColumns(session, tree.InsertStmt, error) ??
    await conflictConstraint(session, tree.InsertStmt, error);
}
