import { PgError } from "../../../worker/api/error.ts";
import { type MoreEdits, type Statement, treeOf } from "../../sql/mod.ts";
import { divide, isQuotient } from "../../sql/transforms/interval_quotient.ts";
import { type Fields, walk } from "../../sql/walk.ts";

/** In the sum of intervals DuckDB blames the sum. */
const refused =
  /^(operator does not exist: interval \/+ |function (sum|avg) does not exist with these arguments)/;

/**
 * `span / 2`, where only the table tells that `span` is an interval. Of several quotients DuckDB does not say which it is:
 * then each is written so that DuckDB chooses, which it cannot for aggregates.
 *
 * @returns `null` where that is not what is wrong
 */
export function intervalQuotients(statement: Statement, error: unknown): MoreEdits | null {
  if (!(error instanceof PgError) || !refused.test(error.message)) return null;
  const tree = treeOf(statement);
  if (!tree) return null;
  const quotients: Fields[] = [];
  walk(tree, (type, fields) => {
    if (type === "A_Expr" && isQuotient(fields)) quotients.push(fields);
  });
  if (quotients.length === 0) return null;
  const name = quotients.length === 1 ? "</>" : "</~>";
  return (input) => quotients.forEach((quotient) => divide(quotient, name, input));
}
