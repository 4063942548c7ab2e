import type { InsertStmt, RangeVar } from "libpg-query";
import { endOfName } from "../extent.ts";
import { isKeyword, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";

/** The offset behind the table of an INSERT and its alias, where the list of columns may stand. */
export function endOfInsertTarget({ relation }: InsertStmt, source: Source): number {
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte((relation as RangeVar).location ?? 0));
  let end = endOfName(source, first);
  if (isSymbol(text, tokens[end], "*")) end++;
  if (isKeyword(text, tokens[end], "as")) end += 2;
  return tokens[end - 1].end;
}
