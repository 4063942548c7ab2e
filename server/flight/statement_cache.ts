/**
 * What the worker has said of statements, by their text: a statement that comes again is not asked for again. The worker
 * says when all of it is to be forgotten.
 */
import type { Column } from "../../worker/api/executor.ts";

/** As many as the worker keeps plans for a session. */
const capacity = 256;

/** A statement as the worker has prepared it. */
export interface RemoteStatement {
  /** The worker's name for it. */
  readonly id: number;
  readonly parameters: readonly number[];
  readonly columns: readonly Column[] | null;
  readonly kind: string;
  /** How many use it; the cache does not count. */
  users: number;
  cached: boolean;
}

/** See {@linkcode statementCache}. */
export interface StatementCache {
  /** Whoever takes it gives it back. */
  take(key: string): RemoteStatement | null;
  add(key: string, statement: RemoteStatement): void;
  giveBack(statement: RemoteStatement): void;
  /** Forgets all: none is taken again. */
  clear(): void;
}

/** @param free tells the worker that a statement is not needed any more */
export function statementCache(free: (id: number) => void, limit = capacity): StatementCache {
  const known = new Map<string, RemoteStatement>();

  function forget(key: string, statement: RemoteStatement): void {
    known.delete(key);
    statement.cached = false;
    if (statement.users === 0) free(statement.id);
  }

  return {
    take(key) {
      const statement = known.get(key);
      if (statement === undefined) return null;
      known.delete(key);
      known.set(key, statement); // the last one used is the last to go
      statement.users++;
      return statement;
    },
    add(key, statement) {
      const same = known.get(key);
      if (same !== undefined) forget(key, same);
      statement.cached = true;
      known.set(key, statement);
      const [oldest] = known;
      if (known.size > limit) forget(...oldest);
    },
    giveBack(statement) {
      statement.users--;
      if (statement.users === 0 && !statement.cached) free(statement.id);
    },
    clear() {
      for (const [key, statement] of [...known]) forget(key, statement);
    },
  };
}

/** Statements of one text are the same only with the same types given for their parameters. */
export function statementKey(sql: string, types: readonly number[]): string {
  return types.length === 0 ? sql : `${types.join(",")}\0${sql}`;
}
