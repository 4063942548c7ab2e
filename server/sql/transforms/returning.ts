import type { ColumnRef, InsertStmt, Node, ReturningClause } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { anyNode, type Fields, walk } from "../walk.ts";
import { isAggregateCall } from "./aggregate_calls.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * RETURNING: `merge_action()` is a column to DuckDB, and behind INSERT it calls the table by its name, not by its alias.
 *
 * @see https://www.postgresql.org/docs/18/dml-returning.html
 */
export const returning: Transform = {
  visit: {
    InsertStmt: insert,
    ReturningClause: refuseAggregates,
    MergeSupportFunc(fields, { source, edits }) {
      const first = source.tokenAt(source.offsetOfByte(Number(fields.location ?? 0)));
      edits.replace(source.tokens[first].start, source.tokens[first + 2].end, "merge_action");
    },
  },
};

function insert(fields: Fields, { source, edits, refuse }: TransformInput): void {
  const { relation, returningClause, onConflictClause } = fields as InsertStmt;
  const { action, infer } = onConflictClause ?? {};
  if (action === "ONCONFLICT_UPDATE" && !infer) {
    refuse(new PgError("42601", "ON CONFLICT DO UPDATE requires inference specification or constraint name"));
  }
  const alias = relation?.alias?.aliasname;
  // With ON CONFLICT it goes by the alias to DuckDB, too.
  if (!alias || !returningClause || onConflictClause) return;
  walk({ ReturningClause: returningClause } as unknown as Node, (type, node) => {
    if (type === "SelectStmt") return "skip";
    if (type !== "ColumnRef") return;
    const { fields: names = [], location = 0 } = node as ColumnRef;
    const [first] = names;
    if (names.length < 2 || !first || !("String" in first) || first.String.sval !== alias) return;
    const token = source.tokens[source.tokenAt(source.offsetOfByte(location))];
    edits.replace(token.start, token.end, quoteName(relation.relname ?? ""));
  });
}

function refuseAggregates(fields: Fields, { refuse }: TransformInput): void {
  const exprs = (fields as ReturningClause).exprs ?? [];
  if (!exprs.some((expr) => anyNode(expr, isAggregateCall))) return;
  refuse(new PgError("42803", "aggregate functions are not allowed in RETURNING"));
}
