import type { FuncCall } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { callText } from "../call.ts";
import { constantText, lastPart } from "../constant.ts";
import { firstTokenOf } from "../extent.ts";
import { isKeyword } from "../lexer.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `x IS [NOT] [form] NORMALIZED` and `normalize(x, form)`. DuckDB can only make NFC; a literal is looked at here, in any
 * form.
 *
 * @see https://www.postgresql.org/docs/18/functions-string.html
 */
export const normalized: Transform = { visit: { FuncCall: call } };

function call(fields: Fields, input: TransformInput): void {
  const node = fields as FuncCall;
  if (node.funcformat !== "COERCE_SQL_SYNTAX") return;
  const name = lastPart(node.funcname);
  if (name === "is_normalized") test(node, input);
  else if (name === "normalize") normalize(node, input);
}

function normalize(node: FuncCall, { source, edits, refuse }: TransformInput): void {
  const { tokens } = source;
  const [value, name] = node.args ?? [];
  const form = (name && constantText(name) || "NFC").toUpperCase();
  const call = callText(source, node);
  if (!call) return;
  const literal = "A_Const" in value && value.A_Const.sval ? constantText(value) : null;
  if (literal !== null) {
    return edits.replace(tokens[call.name].start, tokens[call.close].end, quoteText(literal.normalize(form)));
  }
  if (form !== "NFC") {
    return refuse(new PgError("0A000", `normalize(…, ${form}) is not supported`), tokens[call.name].start);
  }
  edits.replace(tokens[call.name].start, tokens[call.open - 1].end, "nfc_normalize");
  if (call.arguments.length < 2) return;
  edits.replace(tokens[call.arguments[0].last].end, tokens[call.close].start, "");
}

function test({ args = [], location = 0 }: FuncCall, { source, edits, refuse }: TransformInput): void {
  const { text, tokens } = source;
  const is = source.tokenAt(source.offsetOfByte(location));
  if (!isKeyword(text, tokens[is], "is")) return;
  const form = (args[1] && constantText(args[1]) || "NFC").toUpperCase();
  const isNot = isKeyword(text, tokens[is + 1], "not");
  const last = is + (isNot ? 2 : 1) + (args[1] ? 1 : 0);
  const [value] = args;
  const first = firstTokenOf(value, source, is);
  const literal = "A_Const" in value && value.A_Const.sval ? constantText(value) : null;
  if (literal !== null) {
    const answer = (literal === literal.normalize(form)) !== isNot;
    return edits.replace(tokens[first].start, tokens[last].end, String(answer));
  }
  if (form !== "NFC") {
    return refuse(new PgError("0A000", `IS ${form} NORMALIZED is not supported`), tokens[is].start);
  }
  edits.wrap(
    tokens[first].start,
    tokens[last].end,
    isNot ? "(NOT is_normalized(" : "is_normalized(",
    isNot ? "))" : ")",
  );
  edits.replace(tokens[is].start, tokens[last].end, "");
}
