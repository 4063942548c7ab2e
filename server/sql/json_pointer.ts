/** Where a key is, as a JSON pointer: to DuckDB's json_extract() other texts are paths, with signs of their own. */
import { quoteText } from "../../worker/api/quote.ts";

/** Of a key that is known. @example jsonPointer("a/b") // '/a~1b' */
export function jsonPointer(key: string): string {
  return quoteText(`/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
}

/** Of a key that an expression gives. */
export function jsonPointerOf(expression: string): string {
  return `'/' || replace(replace(${expression}, '~', '~0'), '/', '~1')`;
}
