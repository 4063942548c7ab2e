import { depthStep, endOfToken, kindAt, skipBlank } from "./lexer.ts";

/** One statement of a query string. */
export interface Piece {
  /** Its exact text, without the white space and comments around it and without the semicolon. */
  readonly text: string;
  /** Characters (code points) of the query string before it, as error positions count. */
  readonly start: number;
}

/**
 * Splits a query string at its semicolons, except inside strings, quoted identifiers, comments and brackets. Pieces
 * with nothing but comments are dropped. Never throws: what is not closed belongs to the last piece.
 *
 * @example splitStatements("select 1; select ';'") // [{text: "select 1", start: 0}, {text: "select ';'", start: 10}]
 */
export function splitStatements(sql: string): Piece[] {
  const pieces: Piece[] = [];
  let begin = -1; // where the piece begins; -1 between pieces
  let end = 0; // behind its last token
  let depth = 0;
  let counted = 0;
  let characters = 0;
  const finish = () => {
    if (begin >= 0) {
      characters += countCharacters(sql, counted, begin);
      counted = begin;
      pieces.push({ text: sql.slice(begin, end), start: characters });
    }
    begin = -1;
    depth = 0;
  };
  for (let at = skipBlank(sql, 0); at < sql.length; at = skipBlank(sql, at)) {
    if (sql.startsWith("/*", at)) { // a comment that is never closed
      if (begin < 0) begin = at;
      end = sql.length;
      break;
    }
    const kind = kindAt(sql, at);
    const tokenEnd = endOfToken(sql, at, kind);
    if (kind === "punctuation") {
      if (depth === 0 && sql.charCodeAt(at) === 59 /* ; */) {
        finish();
        at = tokenEnd;
        continue;
      }
      depth = Math.max(0, depth + depthStep(sql, { kind, start: at, end: tokenEnd }));
    }
    if (begin < 0) begin = at;
    at = end = tokenEnd;
  }
  finish();
  return pieces;
}

/** Characters (code points) between two offsets: a surrogate pair counts once. */
export function countCharacters(text: string, from: number, to: number): number {
  let pairs = 0;
  for (let at = from; at < to; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) pairs++;
  }
  return to - from - pairs;
}
