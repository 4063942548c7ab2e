import type { TypeCast } from "libpg-query";
import { quoteText } from "../../../worker/api/quote.ts";
import { typeByName } from "../../../worker/api/types.ts";
import { kindOf, knownType } from "../known_type.ts";
import { castExtent } from "../types/cast_extent.ts";
import { namedType } from "../types/type_name.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Casts of what surely is jsonb: its text has a space behind each comma and colon, and a number is made of numbers only.
 *
 * @see https://www.postgresql.org/docs/current/datatype-json.html
 */
export const jsonCasts: Transform = {
  visit: { TypeCast: (fields, input) => cast(fields as TypeCast, input) },
};

function cast(node: TypeCast, { source, edits }: TransformInput): void {
  if (knownType(node.arg) !== "jsonb") return;
  const type = namedType(node.typeName);
  const sqlName = type && !type.isArray ? typeByName(type.name)?.sqlName ?? null : null;
  const kind = kindOf(sqlName);
  const extent = kind === "text" || kind === "number" || kind === "boolean" ? castExtent(node, source) : null;
  if (!extent) return;
  const { start, end } = extent.argument;
  if (kind === "text") return edits.wrap(start, end, "duckgres_jsonb_text(", ")");
  edits.wrap(start, end, `duckgres_jsonb_${kind}(`, `, ${quoteText(sqlName!)})`);
}
