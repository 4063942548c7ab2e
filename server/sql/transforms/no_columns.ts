import type { SelectStmt } from "libpg-query";
import { isKeyword, isSymbol } from "../lexer.ts";
import { noColumn } from "../no_column.ts";
import type { Source } from "../source.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `SELECT FROM t` has rows without columns, which DuckDB does not know: it gets a column that is not shown.
 *
 * @see https://www.postgresql.org/docs/18/sql-select.html#id-1.9.3.172.11.6
 */
export const noColumns: Transform = {
  visit: {
    SelectStmt: (fields, input) => {
      const { targetList, valuesLists, larg } = fields as SelectStmt;
      if (!targetList && !valuesLists && !larg) fillAll(input);
    },
  },
};

const filled = new WeakSet<TransformInput>();

/** A query's node does not say where it stands, but what follows the word SELECT tells them all. */
function fillAll(input: TransformInput): void {
  if (filled.has(input)) return;
  filled.add(input);
  const { source, edits } = input;
  source.tokens.forEach((token, i) => {
    if (!isKeyword(source.text, token, "select")) return;
    const last = isKeyword(source.text, source.tokens[i + 1], "all") ? i + 1 : i;
    if (!endsList(source, last + 1)) return;
    const { end } = source.tokens[last];
    edits.wrap(end, end, "", ` ${noColumn.value} AS ${noColumn.name}`);
  });
}

const clauses = "from where group having window union intersect except order limit offset fetch for into"
  .split(" ");

function endsList({ text, tokens }: Source, at: number): boolean {
  const token = tokens[at];
  return !token || isSymbol(text, token, ")") || isSymbol(text, token, ";") ||
    clauses.some((word) => isKeyword(text, token, word));
}
