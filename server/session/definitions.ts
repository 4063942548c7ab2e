/**
 * What a session remembers of the tables there are, so that it need not ask before each statement. Any definition of any
 * session of this process may make it wrong, and again when its transaction ends: then it is asked anew.
 */
import type { Executor } from "../../worker/api/executor.ts";

let version = 0;

/** Sessions with a definition in their open transaction. */
const defining = new WeakSet<Executor>();

/** A session defines something. */
export function noteDefinition(executor: Executor): void {
  version++;
  defining.add(executor);
}

/** A session's transaction has ended: its definitions are there for all, or never were. */
export function noteTransactionEnd(executor: Executor): void {
  if (defining.delete(executor)) version++;
}

/** Something that is read of the database, and remembered until there may be other tables. */
export function remembered<T, S extends { executor: Executor }>(
  read: (session: S) => Promise<T>,
): (session: S) => Promise<T> {
  const known = new WeakMap<Executor, { version: number; value: T }>();
  return async (session) => {
    const found = known.get(session.executor);
    if (found?.version === version) return found.value;
    const now = version;
    const value = await read(session);
    known.set(session.executor, { version: now, value });
    return value;
  };
}
