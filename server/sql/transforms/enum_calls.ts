import { lookup } from "../../../worker/api/lookup.ts";
import type { FuncCall, Node, TypeName } from "libpg-query";
import { callText } from "../call.ts";
import { lastPart } from "../constant.ts";
import type { Source } from "../source.ts";
import { endOfType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * enum_first(), enum_last() and enum_range() answer values of their argument's type; DuckDB's answer texts. A cast says
 * which type that is: such functions are hardly called without one. Of two values DuckDB's has another name.
 *
 * @see https://www.postgresql.org/docs/18/functions-enum.html
 */
export const enumCalls: Transform = { visit: { FuncCall: call } };

const suffixes: Readonly<Record<string, string>> = lookup({
  enum_first: "",
  enum_last: "",
  enum_range: "[]",
});

function call(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as FuncCall;
  const name = lastPart(node.funcname) ?? "";
  const suffix = suffixes[name];
  if (suffix === undefined) return;
  const { tokens } = source;
  const found = callText(source, node);
  if (!found) return;
  const type = (node.args ?? []).map(castType).find((one) => one !== null);
  if (type) {
    edits.wrap(
      tokens[found.name].start,
      tokens[found.close].end,
      "CAST(",
      ` AS ${textOfType(type, source)}${suffix})`,
    );
  }
  if (name !== "enum_range" || node.args?.length !== 2) return;
  edits.replace(tokens[found.name].start, tokens[found.open - 1].end, "enum_range_boundary");
}

function castType(node: Node): TypeName | null {
  return "TypeCast" in node ? node.TypeCast.typeName ?? null : null;
}

function textOfType({ location = 0 }: TypeName, source: Source): string {
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(location));
  return text.slice(tokens[first].start, tokens[endOfType(source, first) - 1].end);
}
