import type { FuncCall } from "libpg-query";
import { lastPart } from "../constant.ts";
import { closingIndex } from "../lexer.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Functions that SQL calls in words of its own: `SYSTEM_USER` and `COLLATION FOR (x)`, which become plain calls.
 *
 * @see https://www.postgresql.org/docs/current/functions-info.html
 */
export const wordedCalls: Transform = { visit: { FuncCall: call } };

function call(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as FuncCall;
  if (node.funcformat !== "COERCE_SQL_SYNTAX") return;
  const name = lastPart(node.funcname);
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  if (name === "system_user") edits.wrap(tokens[first].end, tokens[first].end, "", "()");
  if (name !== "pg_collation_for") return;
  edits.replace(tokens[first].start, tokens[first + 1].end, name);
  const arg = node.args?.[0];
  if (!arg || !("CollateClause" in arg)) return;
  const collation = lastPart(arg.CollateClause.collname) ?? "";
  const close = closingIndex(text, tokens, first + 2);
  edits.wrap(tokens[close].start, tokens[close].start, "", `, '"${collation.replaceAll("'", "''")}"'`);
}
