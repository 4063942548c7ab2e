import type { FuncCall, Node } from "libpg-query";
import { oids } from "../../../worker/api/types.ts";
import { callText } from "../call.ts";
import { lastPart } from "../constant.ts";
import { columnOf } from "../relation_types.ts";
import { namedType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * The blanks that pad a `char(n)`, which are counted by `octet_length()`, and stand in what takes values as they are shown.
 * Values are kept without them.
 *
 * @see https://www.postgresql.org/docs/18/datatype-character.html
 */
export const paddedLengths: Transform = { visit: { FuncCall: call } };

/** Functions that take a value as it is shown, by which of their arguments is the first of these. */
const showing: ReadonlyMap<string, number> = new Map([
  ["octet_length", 0],
  ["concat", 0],
  ["concat_ws", 1],
  ["to_json", 0],
  ["to_jsonb", 0],
  ["json_build_object", 0],
  ["jsonb_build_object", 0],
  ["json_build_array", 0],
  ["jsonb_build_array", 0],
]);

function call(fields: Fields, { source, edits }: TransformInput): void {
  const { funcname, args = [], func_variadic } = fields as FuncCall;
  const from = showing.get(lastPart(funcname) ?? "");
  if (from === undefined || func_variadic) return;
  const lengths = args.map((arg, i) => i < from ? null : paddedLength(arg));
  if (lengths.every((length) => length === null)) return;
  const text = callText(source, fields as FuncCall);
  if (text?.arguments.length !== args.length) return;
  text.arguments.forEach(({ first, last }, i) => {
    if (lengths[i] === null) return;
    edits.wrap(source.tokens[first].start, source.tokens[last].end, "rpad(", `, ${lengths[i]}, ' ')`);
  });
}

/** The n of a `char(n)`; `null` for what is none, or of unknown length. */
function paddedLength(node: Node): number | null {
  if ("ColumnRef" in node) {
    const declared = columnOf(node.ColumnRef)?.declared;
    return declared?.oid === oids.bpchar ? declared.modifier - 4 : null;
  }
  const type = "TypeCast" in node ? namedType(node.TypeCast.typeName) : null;
  return type?.name === "bpchar" && !type.isArray ? type.modifiers[0] ?? null : null;
}
