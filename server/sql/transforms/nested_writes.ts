import type { Node, RangeVar, WithClause } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { isWriting } from "../dml/program.ts";
import { nodeType } from "../utility.ts";
import { type Fields, walk } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * WITH queries that write stand at the top of a statement, and only what they return can be read.
 *
 * @see https://www.postgresql.org/docs/16/queries-with.html#QUERIES-WITH-MODIFYING
 */
export const nestedWrites: Transform = { visit: { WithClause: withClause } };

function withClause(fields: Fields, { tree, source, refuse }: TransformInput): void {
  const { ctes = [], location = 0 } = fields as WithClause;
  const writing = ctes.filter(isWriting);
  // What PREPARE prepares is understood by itself.
  if (writing.length === 0 || "PrepareStmt" in tree) return;
  const top = (tree as unknown as Record<string, Fields>)[nodeType(tree)];
  if (top.withClause !== fields) {
    const message = "WITH clause containing a data-modifying statement must be at the top level";
    return refuse(new PgError("0A000", message), source.offsetOfByte(location));
  }
  const silent = new Set(writing.flatMap(nameWithoutReturning));
  if (silent.size === 0) return;
  walk(tree, (type, node) => {
    const { relname = "", schemaname, location = 0 } = node as RangeVar;
    if (type !== "RangeVar" || schemaname || !silent.has(relname)) return;
    const message = `WITH query "${relname}" does not have a RETURNING clause`;
    refuse(new PgError("0A000", message), source.offsetOfByte(location));
  });
}

function nameWithoutReturning(node: Node): string[] {
  const { ctename = "", ctequery } = "CommonTableExpr" in node ? node.CommonTableExpr : {};
  const query = ctequery && (ctequery as unknown as Record<string, Fields>)[nodeType(ctequery)];
  return query?.returningClause ? [] : [ctename];
}
