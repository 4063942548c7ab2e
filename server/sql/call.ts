import type { FuncCall } from "libpg-query";
import { endOfName } from "./extent.ts";
import { closingIndex, depthStep, isSymbol } from "./lexer.ts";
import type { Source } from "./source.ts";

/** Where the parts of a call `name(argument, …)` stand: indexes of tokens. */
export interface CallText {
  /** The first token of its name. */
  name: number;
  /** Its brackets. */
  open: number;
  close: number;
  /** First and last token of each argument, as commas divide them. */
  arguments: readonly { first: number; last: number }[];
}

/** The text of a call; `null` for what is none in the text, such as `COLLATION FOR (x)` or an operator. */
export function callText(source: Source, node: FuncCall): CallText | null {
  const { text, tokens } = source;
  const name = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  if (tokens[name] === undefined) return null;
  const open = endOfName(source, name);
  if (!isSymbol(text, tokens[open], "(")) return null;
  const close = closingIndex(text, tokens, open);
  const found: { first: number; last: number }[] = [];
  let first = open + 1;
  let depth = 0;
  for (let i = open + 1; i <= close; i++) {
    if (depth === 0 && (i === close || isSymbol(text, tokens[i], ","))) {
      if (i > first) found.push({ first, last: i - 1 });
      first = i + 1;
    }
    depth += depthStep(text, tokens[i]);
  }
  return { name, open, close, arguments: found };
}
