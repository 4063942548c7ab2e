import type { FuncCall } from "libpg-query";
import { nameParts } from "../constant.ts";
import { endOfName, offsetOfConstant } from "../extent.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `has_table_privilege('t', 'select')`: everybody may do everything in their database, but the table has to be there. What
 * a column names is taken for granted: the catalogue's own queries ask of each table there is.
 *
 * @see https://www.postgresql.org/docs/18/functions-info.html#FUNCTIONS-INFO-ACCESS
 */
export const privilegeCalls: Transform = { visit: { FuncCall: call } };

const ofRelations = new Set(["has_table_privilege", "has_any_column_privilege"]);

function call(fields: Fields, { source, edits }: TransformInput): void {
  const { funcname, args = [], location = 0 } = fields as FuncCall;
  if (!ofRelations.has(nameParts(funcname).at(-1) ?? "")) return;
  const relation = args.at(-2);
  if (!relation || !("A_Const" in relation) || !relation.A_Const.sval) return;
  const { start, end } = source.tokens[source.tokenAt(offsetOfConstant(relation.A_Const, source))];
  edits.wrap(start, end, "duckgres_regclass(", ")");
  const name = source.tokenAt(source.offsetOfByte(location));
  const last = source.tokens[endOfName(source, name) - 1];
  edits.replace(source.tokens[name].start, last.end, "duckgres_has_privilege");
}
