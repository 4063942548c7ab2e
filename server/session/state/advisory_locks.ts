/** PostgreSQL's advisory locks, for all sessions of this server. */

/** How long a lock is held: until it is given back, or until the transaction ends. */
export type LockScope = "session" | "transaction";

interface Held {
  /** How often, by scope and mode. */
  counts: Map<string, number>;
}

interface Waiting {
  holder: object;
  shared: boolean;
  scope: LockScope;
  grant: () => void;
}

interface Lock {
  holders: Map<object, Held>;
  waiting: Waiting[];
}

/** A lock as `pg_locks` shows it. */
export interface ShownLock {
  key: string;
  holder: object;
  shared: boolean;
  granted: boolean;
}

/**
 * Locks on numbers, which mean what the applications agree on. A holder is any object, one a session.
 *
 * @see https://www.postgresql.org/docs/16/explicit-locking.html#ADVISORY-LOCKS
 */
export class AdvisoryLocks {
  readonly #locks = new Map<string, Lock>();

  /** Takes a lock if it is free; answers whether it was. */
  tryLock(holder: object, key: string, shared: boolean, scope: LockScope): boolean {
    const lock = this.#lock(key);
    if (!isFree(lock, holder, shared)) return false;
    take(lock, holder, shared, scope);
    return true;
  }

  /**
   * Takes a lock, waiting for it.
   *
   * @param signal gives up: the promise is rejected with its reason
   * @throws {Error} `deadlock` where the holders wait for this one
   */
  lock(holder: object, key: string, shared: boolean, scope: LockScope, signal: AbortSignal): Promise<void> {
    if (this.tryLock(holder, key, shared, scope)) return Promise.resolve();
    if (this.#waitsFor(key, holder, new Set())) return Promise.reject(new Deadlock());
    const lock = this.#lock(key);
    return new Promise((resolve, reject) => {
      const waiting = { holder, shared, scope, grant: resolve };
      lock.waiting.push(waiting);
      signal.addEventListener("abort", () => {
        const at = lock.waiting.indexOf(waiting);
        if (at >= 0) lock.waiting.splice(at, 1);
        this.#serve(key);
        reject(signal.reason);
      }, { once: true });
    });
  }

  /** Gives a session's lock back once; answers whether it was held. */
  unlock(holder: object, key: string, shared: boolean): boolean {
    const held = this.#locks.get(key)?.holders.get(holder);
    const name = countName("session", shared);
    const count = held?.counts.get(name) ?? 0;
    if (!held || count === 0) return false;
    held.counts.set(name, count - 1);
    this.#serve(key);
    return true;
  }

  /** Gives back all that a holder has: of its transaction, or everything. */
  release(holder: object, scope: LockScope | "all"): void {
    for (const [key, { holders }] of [...this.#locks]) {
      const held = holders.get(holder);
      if (!held) continue;
      for (const name of held.counts.keys()) {
        if (scope === "all" || name.startsWith(scope)) held.counts.delete(name);
      }
      this.#serve(key);
    }
  }

  *all(): Generator<ShownLock> {
    for (const [key, { holders, waiting }] of this.#locks) {
      for (const [holder, held] of holders) {
        yield { key, holder, shared: !isExclusive(held), granted: true };
      }
      for (const { holder, shared } of waiting) yield { key, holder, shared, granted: false };
    }
  }

  #lock(key: string): Lock {
    let lock = this.#locks.get(key);
    if (!lock) this.#locks.set(key, lock = { holders: new Map(), waiting: [] });
    return lock;
  }

  /** Forgets who holds nothing any more, and grants what is free now, first come first served. */
  #serve(key: string): void {
    const lock = this.#locks.get(key);
    if (!lock) return;
    for (const [holder, { counts }] of lock.holders) {
      if (![...counts.values()].some((count) => count > 0)) lock.holders.delete(holder);
    }
    while (lock.waiting.length > 0) {
      const { holder, shared, scope, grant } = lock.waiting[0];
      if (!conflictFree(lock, holder, shared)) break;
      lock.waiting.shift();
      take(lock, holder, shared, scope);
      grant();
    }
    if (lock.holders.size === 0 && lock.waiting.length === 0) this.#locks.delete(key);
  }

  /** Whether a holder of a key waits, perhaps through others, for `holder`. */
  #waitsFor(key: string, holder: object, seen: Set<object>): boolean {
    for (const other of this.#locks.get(key)?.holders.keys() ?? []) {
      if (other === holder || seen.has(other)) continue;
      seen.add(other);
      for (const [next, lock] of this.#locks) {
        if (!lock.waiting.some((waiting) => waiting.holder === other)) continue;
        if (lock.holders.has(holder) || this.#waitsFor(next, holder, seen)) return true;
      }
    }
    return false;
  }
}

/** Two sessions wait for each other. */
export class Deadlock extends Error {}

function isFree(lock: Lock, holder: object, shared: boolean): boolean {
  const before = lock.waiting.some((waiting) => waiting.holder !== holder);
  return conflictFree(lock, holder, shared) && (!before || lock.holders.has(holder));
}

function conflictFree({ holders }: Lock, holder: object, shared: boolean): boolean {
  return [...holders].every(([other, held]) => other === holder || (shared && !isExclusive(held)));
}

function isExclusive({ counts }: Held): boolean {
  return ["session", "transaction"].some((scope) =>
    (counts.get(countName(scope as LockScope, false)) ?? 0) > 0
  );
}

function countName(scope: LockScope, shared: boolean): string {
  return `${scope} ${shared ? "shared" : "exclusive"}`;
}

function take({ holders }: Lock, holder: object, shared: boolean, scope: LockScope): void {
  const held = holders.get(holder) ?? { counts: new Map() };
  holders.set(holder, held);
  const name = countName(scope, shared);
  held.counts.set(name, (held.counts.get(name) ?? 0) + 1);
}
