import type { InsertStmt, RangeVar } from "libpg-query";
import { endOfName } from "../extent.ts";
import { depthStep, isKeyword, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";

/** Offsets of what an INSERT inserts: its WITH clause, and its query. The list of columns is not given. */
export function insertedQuery(
  insert: InsertStmt,
  source: Source,
): { before: [number, number]; query: [number, number] } {
  const { text, tokens } = source;
  const at = endOfInsertTarget(insert, source);
  let first = tokens.findIndex((token) => token.start >= at);
  if (isKeyword(text, tokens[first], "overriding")) first += 3;
  let end = first;
  for (let depth = 0; end < tokens.length; end++) {
    if (depth === 0 && endsQuery(source, end)) break;
    depth += depthStep(text, tokens[end]);
  }
  const into = source.tokenAt(source.offsetOfByte((insert.relation as RangeVar).location ?? 0)) - 2;
  return { before: [0, tokens[into].start], query: [tokens[first].start, tokens[end - 1].end] };
}

function endsQuery({ text, tokens }: Source, i: number): boolean {
  return isKeyword(text, tokens[i], "returning") ||
    (isKeyword(text, tokens[i], "on") && isKeyword(text, tokens[i + 1], "conflict"));
}

/** The offset behind the table of an INSERT and its alias, where the list of columns may stand. */
export function endOfInsertTarget({ relation }: InsertStmt, source: Source): number {
  const { text, tokens } = source;
  const first = source.tokenAt(source.offsetOfByte((relation as RangeVar).location ?? 0));
  let end = endOfName(source, first);
  if (isSymbol(text, tokens[end], "*")) end++;
  if (isKeyword(text, tokens[end], "as")) end += 2;
  return tokens[end - 1].end;
}
