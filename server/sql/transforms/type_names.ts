import type { FuncCall, Node } from "libpg-query";
import { quoteText } from "../../../worker/api/quote.ts";
import { typeByName, typeByOid } from "../../../worker/api/types.ts";
import { callText } from "../call.ts";
import { toldType } from "../column_types.ts";
import { lastPart } from "../constant.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `pg_typeof(x)` of what DuckDB has no type of its own for: `pg_typeof(x::varchar)` is told by the text, in a second
 * argument. All other types are the engine's to tell.
 */
export const typeNames: Transform = { visit: { FuncCall: call } };

function call(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as FuncCall;
  if (node.args?.length !== 1 || lastPart(node.funcname) !== "pg_typeof") return;
  const type = typeNameOf(node.args[0]);
  const text = type === null ? null : callText(source, node);
  if (text === null) return;
  const close = source.tokens[text.close];
  edits.wrap(close.start, close.start, "", `, ${quoteText(type!)}`);
}

function typeNameOf(node: Node): string | null {
  if ("A_Const" in node && (node.A_Const.sval || node.A_Const.isnull)) return "unknown";
  const told = toldType(node);
  if (told !== null) return typeByOid(told.oid)?.sqlName ?? null;
  if (!("TypeCast" in node)) return null;
  const { names, arrayBounds } = node.TypeCast.typeName ?? {};
  const name = lastPart(names) ?? "";
  const isOwn = names?.length === 1 && !typeByName(name) && /^[a-z_][a-z0-9_]*$/.test(name);
  if (isOwn) return `${name}${arrayBounds ? "[]" : ""}`;
  if (!engineless.has(name)) return null;
  return `${typeByName(name)?.sqlName}${arrayBounds ? "[]" : ""}`;
}

/** Types that are another one's values in DuckDB. */
const engineless = new Set(["json", "varchar", "bpchar", "name", "oid", "char"]);
