import type { FuncCall, Node } from "libpg-query";
import { oids } from "../../../worker/api/types.ts";
import { callText } from "../call.ts";
import { lastPart } from "../constant.ts";
import { columnOf } from "../relation_types.ts";
import { namedType } from "../types/type_name.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * The blanks that pad a `char(n)` are counted by `octet_length()` alone. Values are kept without them.
 *
 * @see https://www.postgresql.org/docs/18/datatype-character.html
 */
export const paddedLengths: Transform = { visit: { FuncCall: call } };

function call(fields: Fields, { source, edits }: TransformInput): void {
  const { funcname, args } = fields as FuncCall;
  if (args?.length !== 1 || lastPart(funcname) !== "octet_length") return;
  const length = paddedLength(args[0]);
  const text = length === null ? null : callText(source, fields as FuncCall);
  if (text?.arguments.length !== 1) return;
  const [{ first, last }] = text.arguments;
  edits.wrap(source.tokens[first].start, source.tokens[last].end, "rpad(", `, ${length}, ' ')`);
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
