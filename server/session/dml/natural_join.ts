import { PgError } from "../../../worker/api/error.ts";
import { depthStep, isKeyword, isSymbol } from "../../sql/lexer.ts";
import type { MoreEdits, Statement } from "../../sql/mod.ts";
import type { Source } from "../../sql/source.ts";

/**
 * NATURAL JOIN of tables that have no column in common joins every row with every row; DuckDB refuses it. Where a statement
 * has more than one such join nobody knows which is meant, and the error stands.
 *
 * @see https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN
 */
export function naturalJoin({ source }: Statement, error: unknown): MoreEdits | null {
  if (!(error instanceof PgError) || !/^No columns found to join on in NATURAL JOIN/.test(error.message)) {
    return null;
  }
  if (source.match(/\bnatural\b/gi)?.length !== 1) return null;
  return ({ source, edits }) => {
    const { text, tokens } = source;
    const natural = tokens.findIndex((token) => isKeyword(text, token, "natural"));
    let join = natural;
    while (!isKeyword(text, tokens[join], "join")) if (++join === tokens.length) return;
    edits.replace(tokens[natural].start, tokens[natural + 1].start, "");
    const { end } = tokens[endOfTable(source, join + 1) - 1];
    edits.wrap(end, end, "", " ON true");
  };
}

/** Words that end the table behind JOIN: none of them can be its name. */
const behindTable =
  ("where group having order limit offset fetch for union except intersect window join inner left right full " +
    "cross natural on using returning set when").split(" ");

/** Index of the token behind a table in FROM, with its alias. */
function endOfTable({ text, tokens }: Source, first: number): number {
  let depth = 0;
  let at = first;
  for (; at < tokens.length; at++) {
    const step = depthStep(text, tokens[at]);
    if (depth + step < 0) return at;
    depth += step;
    if (depth > 0) continue;
    if (isSymbol(text, tokens[at], ",") || isSymbol(text, tokens[at], ";")) return at;
    if (behindTable.some((word) => isKeyword(text, tokens[at], word))) return at;
  }
  return at;
}
