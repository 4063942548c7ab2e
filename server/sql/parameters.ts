import { textOf, tokenize } from "./lexer.ts";
import { type Edited, editsOf } from "./edits.ts";
import type { Source } from "./source.ts";

/** The highest `$n` of a statement: as many parameters as Bind must bring. */
export function countParameters(source: Source): number {
  if (!source.text.includes("$")) return 0;
  let highest = 0;
  for (const token of source.tokens) {
    if (token.kind === "parameter") {
      highest = Math.max(highest, parameterNumber(source.text, token.start, token.end));
    }
  }
  return highest;
}

/**
 * Tells DuckDB the types of parameters: `$1` becomes `CAST($1 AS VARCHAR)`, outside strings and comments.
 *
 * @param casts DuckDB types by parameter number; parameters not in it stay bare
 * @example castParameters("select $1", new Map([[1, "INTEGER"]])) // "select CAST($1 AS INTEGER)"
 */
export function castParameters(sql: string, casts: ReadonlyMap<number, string>): string {
  return editParameters(sql, casts).text;
}

/** The same with the way back from the new text's offsets. */
export function editParameters(sql: string, casts: ReadonlyMap<number, string>): Edited {
  return replaceParameters(sql, casts, (parameter, type) => `CAST(${parameter} AS ${type})`);
}

/**
 * The statement with a NULL of its type for each parameter: for asking what columns it has, not for running.
 *
 * @example nullParameters("select $1", new Map([[1, "INTEGER"]])) // "select CAST(NULL AS INTEGER)"
 */
export function nullParameters(sql: string, types: ReadonlyMap<number, string>): string {
  return replaceParameters(sql, types, (_, type) => `CAST(NULL AS ${type})`).text;
}

function replaceParameters(
  sql: string,
  types: ReadonlyMap<number, string>,
  replacement: (parameter: string, type: string) => string,
): Edited {
  const edits = editsOf(sql);
  for (const token of tokenize(sql)) {
    if (token.kind !== "parameter") continue;
    const type = types.get(parameterNumber(sql, token.start, token.end));
    if (type) edits.replace(token.start, token.end, replacement(textOf(sql, token), type));
  }
  return edits.apply();
}

/** 0 for DuckDB's named parameters (`$name`), which the protocol cannot bind. */
function parameterNumber(sql: string, start: number, end: number): number {
  const digits = sql.slice(start + 1, end);
  return /^\d+$/.test(digits) ? Number(digits) : 0;
}
