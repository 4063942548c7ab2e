import type { A_Expr, Node } from "libpg-query";
import { lastPart } from "../constant.ts";
import { extentOf } from "../expression_extent.ts";
import { knownType } from "../known_type.ts";
import type { Transform } from "./transform.ts";

/**
 * `a = '{"x": 1.0}'::jsonb`: numbers in jsonb are equal where their values are, and DuckDB compares the texts. Columns are
 * left to DuckDB where none of the two is a constant, so that they can be joined by.
 *
 * @see https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING
 */
export const jsonEquality: Transform = {
  visit: {
    A_Expr: (fields, { source, edits }) => {
      const { kind, name, lexpr, rexpr, location = 0 } = fields as A_Expr;
      const symbol = lastPart(name);
      if (kind !== "AEXPR_OP" || (symbol !== "=" && symbol !== "<>") || !lexpr || !rexpr) return;
      if (!isConstant(lexpr) && !isConstant(rexpr)) return;
      if (knownType(lexpr) !== "jsonb" || knownType(rexpr) !== "jsonb") return;
      const whole = extentOf({ A_Expr: fields as A_Expr }, source);
      if (!whole) return;
      const operator = source.tokens[source.tokenAt(source.offsetOfByte(location))];
      const call = "duckgres_jsonb_equal(";
      if (symbol === "=") edits.wrap(whole.start, whole.end, call, ")");
      else edits.wrap(whole.start, whole.end, `(NOT ${call}`, "))");
      edits.replace(operator.start, operator.end, ",");
    },
  },
};

/** A literal with its type. */
function isConstant(node: Node): boolean {
  return "TypeCast" in node && node.TypeCast.arg !== undefined && "A_Const" in node.TypeCast.arg &&
    node.TypeCast.arg.A_Const.isnull !== true;
}
