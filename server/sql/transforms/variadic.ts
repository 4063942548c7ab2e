import type { FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { lastPart } from "../constant.ts";
import { endOfName } from "../extent.ts";
import { knownType } from "../known_type.ts";
import { closingIndex, isKeyword, isSymbol, textOf } from "../lexer.ts";
import type { Source } from "../source.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `VARIADIC` hands the elements of an array to a function, one by one; DuckDB would hand it the array. Of an array that is
 * written out the elements are, and those of others are put together for concat() and concat_ws().
 *
 * @see https://www.postgresql.org/docs/16/xfunc-sql.html#XFUNC-SQL-VARIADIC-FUNCTIONS
 */
export const variadic: Transform = { visit: { FuncCall: call } };

function call(fields: Fields, { source, edits, refuse }: TransformInput): void {
  const { func_variadic, funcname, args = [], location } = fields as FuncCall;
  if (!func_variadic) return;
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(location ?? 0));
  const open = endOfName(source, first);
  const close = closingIndex(text, tokens, open);
  const keyword = tokens.findLastIndex((token, i) =>
    i > open && i < close && isKeyword(text, token, "variadic")
  );
  const name = lastPart(funcname) ?? "";
  if (name === "concat" && args.length > 1) {
    const types = args.map((arg, i) => i === args.length - 1 ? "text[]" : knownType(arg) ?? "?");
    const missing = `function concat(${types.join(", ")}) does not exist`;
    return refuse(new PgError("42883", missing), tokens[first].start);
  }
  const array = args.at(-1);
  if (array && "A_ArrayExpr" in array && isSymbol(text, tokens[keyword + 2], "[")) {
    edits.replace(tokens[keyword].start, tokens[keyword + 2].end, "");
    const end = closingIndex(text, tokens, keyword + 2);
    return edits.replace(tokens[end].start, tokens[end].end, "");
  }
  const separator = name === "concat" ? "''" : name === "concat_ws" ? literal(args[0], source) : null;
  if (separator === null) {
    return refuse(
      new PgError("0A000", `VARIADIC arguments of ${name}() are not supported`),
      tokens[first].start,
    );
  }
  edits.replace(tokens[keyword].start, tokens[keyword].end, "array_to_string(");
  edits.wrap(tokens[close].start, tokens[close].start, "", `, ${separator})`);
}

function literal(node: Node | undefined, source: Source): string | null {
  if (!node || !("A_Const" in node) || !node.A_Const.sval) return null;
  return textOf(source.text, source.tokens[source.tokenAt(source.offsetOfByte(node.A_Const.location ?? 0))]);
}
