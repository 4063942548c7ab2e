import type { FuncCall, Node } from "libpg-query";
import { constantText, lastPart } from "../constant.ts";
import { closingIndex, isSymbol } from "../lexer.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `nextval('public.s'::regclass)`: DuckDB wants the sequence's name as a plain text, and its schema `public` is `main`.
 *
 * @see https://www.postgresql.org/docs/16/functions-sequence.html
 */
export const sequenceCalls: Transform = { visit: { FuncCall: call } };

/** Casts that name a sequence: they are no look-ups of an oid. */
export const sequenceNames = new WeakSet<object>();

function call(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as FuncCall;
  const name = lastPart(node.funcname) ?? "";
  if ((name !== "nextval" && name !== "currval") || node.args?.length !== 1) return;
  const sequence = sequenceLiteral(node.args[0]);
  if (sequence === null) return;
  if ("TypeCast" in node.args[0]) sequenceNames.add(node.args[0].TypeCast);
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  const open = tokens.findIndex((token, i) => i > first && isSymbol(text, token, "("));
  const close = closingIndex(text, tokens, open);
  const [start, end] = [tokens[open].end, tokens[close].start];
  const engine = quoteText(engineSequence(sequence));
  if (text.slice(start, end) !== engine) edits.replace(start, end, engine);
}

/** The text of a literal, with or without a cast to `regclass` or `text`. */
export function sequenceLiteral(node: Node): string | null {
  if ("A_Const" in node) return node.A_Const.sval ? constantText(node) : null;
  if (!("TypeCast" in node) || !node.TypeCast.arg) return null;
  const type = lastPart(node.TypeCast.typeName?.names) ?? "";
  return ["regclass", "text", "varchar"].includes(type) ? sequenceLiteral(node.TypeCast.arg) : null;
}

/** The name as DuckDB has it: without the database, and without `public`. */
function engineSequence(name: string): string {
  return name.replace(/^("public"|public)\./i, "main.");
}
