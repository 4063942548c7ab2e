/** Whether there is no statement at all: nothing but blanks, semicolons and comments (which may be nested). */
export function isEmptySql(sql: string): boolean {
  let at = 0;
  while (at < sql.length) {
    const next = skip(sql, at);
    if (next === at) return false;
    at = next;
  }
  return true;
}

const blank = /[\s;]+/y;
const lineComment = /--[^\n\r]*/y;
const commentMark = /\/\*|\*\//g;

/** Past the blank or the comment that begins here; `at` itself where none does. */
function skip(sql: string, at: number): number {
  for (const pattern of [blank, lineComment]) {
    pattern.lastIndex = at;
    if (pattern.test(sql)) return pattern.lastIndex;
  }
  return sql.startsWith("/*", at) ? endOfComment(sql, at) : at;
}

function endOfComment(sql: string, start: number): number {
  let depth = 0;
  commentMark.lastIndex = start;
  for (let mark = commentMark.exec(sql); mark !== null; mark = commentMark.exec(sql)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return commentMark.lastIndex;
  }
  return start; // not closed: DuckDB says so
}
