import type { FuncCall } from "libpg-query";
import { callText } from "../call.ts";
import { lastPart } from "../constant.ts";
import { endOfCall } from "../extent.ts";
import { depthStep, isKeyword } from "../lexer.ts";
import { knownType } from "../known_type.ts";
import type { Source } from "../source.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/** `string_agg` of bytes: DuckDB's is of texts, so it gets the bytes' hexadecimal digits and gives bytes again. */
export const byteAggregates: Transform = { visit: { FuncCall: call } };

function call(fields: Fields, { source, edits }: TransformInput): void {
  const node = fields as FuncCall;
  if (node.args?.length !== 2 || lastPart(node.funcname) !== "string_agg") return;
  if (!node.args.some((arg) => knownType(arg) === "bytea")) return;
  const text = callText(source, node);
  if (!text) return;
  const { tokens } = source;
  edits.wrap(tokens[text.name].start, tokens[endOfCall(source, text.close)].end, "unhex(", ")");
  const [value, separator] = text.arguments;
  const first = value.first +
    (node.agg_distinct || isKeyword(source.text, tokens[value.first], "all") ? 1 : 0);
  edits.wrap(tokens[first].start, tokens[value.last].end, "hex(", ")");
  edits.wrap(tokens[separator.first].start, tokens[endOfSeparator(source, separator)].end, "hex(", ")");
}

/** Index of the last token in front of ORDER BY. */
function endOfSeparator({ text, tokens }: Source, { first, last }: { first: number; last: number }): number {
  let depth = 0;
  for (let i = first; i <= last; i++) {
    if (depth === 0 && i > first && isKeyword(text, tokens[i], "order")) return i - 1;
    depth += depthStep(text, tokens[i]);
  }
  return last;
}
