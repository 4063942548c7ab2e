import type { A_Expr } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { lastPart } from "../../sql/constant.ts";
import { type MoreEdits, type Statement, treeOf } from "../../sql/mod.ts";
import { walk } from "../../sql/walk.ts";

const targets: Readonly<Record<string, string>> = { "@>": "<~@>", "<@": "<~<@>" };

/**
 * `a @> b` of two columns, of which only their tables tell that they are json. DuckDB has these operators for lists.
 *
 * @returns `null` where that is not what is wrong
 */
export function jsonContainment(statement: Statement, error: unknown): MoreEdits | null {
  if (!(error instanceof PgError) || !/^operator does not exist: json (@>|<@) json$/.test(error.message)) {
    return null;
  }
  const tree = treeOf(statement);
  return tree && (({ source, edits }) =>
    walk(tree, (type, fields) => {
      const { kind, name, lexpr, rexpr, location = 0 } = fields as A_Expr;
      if (type !== "A_Expr" || kind !== "AEXPR_OP" || !lexpr || !rexpr) return;
      const target = targets[lastPart(name) ?? ""];
      if (!target || !("ColumnRef" in lexpr) || !("ColumnRef" in rexpr)) return;
      const token = source.tokens[source.tokenAt(source.offsetOfByte(location))];
      edits.replace(token.start, token.end, target);
    }));
}
