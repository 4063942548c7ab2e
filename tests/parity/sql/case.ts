/** The table of the differential suite: statements by chapter of PostgreSQL's documentation. */

/** Statements that run one after the other in one session, which sees a schema of its own and the fixture's tables. */
export interface Case {
  statements: readonly string[];
  /** Why the answers cannot all be PostgreSQL's; `null`: they must be. */
  differs: string | null;
  /** Rows are not compared: they tell of costs, times or the server's own build. */
  rowsDiffer: boolean;
}

/** A section of a chapter. */
export interface Section {
  name: string;
  cases: readonly Case[];
}

/** A chapter of PostgreSQL's documentation. */
export interface Chapter {
  name: string;
  sections: readonly Section[];
}

/** One line of a section: a statement, a session of several, or one of the functions below. */
export type CaseLine = string | readonly string[] | Case;

/**
 * A chapter with its sections.
 *
 * @example chapter("7. Queries", { "7.6. LIMIT and OFFSET": ["select 1 limit 0", ["begin", "commit"]] })
 */
export function chapter(name: string, sections: Record<string, readonly CaseLine[]>): Chapter {
  return {
    name,
    sections: Object.entries(sections).map(([name, lines]) => ({ name, cases: lines.map(caseOf) })),
  };
}

/** A case that cannot be answered as PostgreSQL does; the reason is for users: docs/compatibility.md shows it. */
export function differs(reason: string, ...statements: string[]): Case {
  return { statements, differs: reason, rowsDiffer: false };
}

/** A case of which rows are not compared, but columns, tags and errors are. */
export function shape(...statements: string[]): Case {
  return { statements, differs: null, rowsDiffer: true };
}

function caseOf(line: CaseLine): Case {
  if (typeof line === "string") return { statements: [line], differs: null, rowsDiffer: false };
  return "statements" in line ? line : { statements: line, differs: null, rowsDiffer: false };
}
