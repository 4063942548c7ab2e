/**
 * How the memory budget and the processors are divided. A limit belongs to a DuckDB instance, that is to a database on a
 * worker; it is the sum of what that database's sessions may use.
 */
import type { Clock } from "./clock.ts";

export interface MemoryPolicy {
  /** What all sessions together may use, in bytes. */
  budget: number;
  /** Whether the budget is divided among the sessions; otherwise each may use all of it. */
  rebalance: boolean;
  /** DuckDB's threads for a session that has the machine to itself. */
  threads: number;
}

/** What one database may use. */
export interface Limits {
  /** Bytes. */
  memory: number;
  threads: number;
}

/** No session gets less, even where the budget is exceeded by it: DuckDB does little with less. */
export const leastMemory = 256 * 2 ** 20;

/**
 * What a database with so many of all sessions may use.
 *
 * @example
 * ```ts
 * limitsOf({ budget: 8 * 2 ** 30, rebalance: true, threads: 8 }, 1, 4); // { memory: 2 * 2 ** 30, threads: 2 }
 * ```
 */
export function limitsOf(
  { budget, rebalance, threads }: MemoryPolicy,
  sessions: number,
  all: number,
): Limits {
  if (!rebalance || all === 0) return { memory: budget, threads };
  const share = Math.max(leastMemory, Math.floor(budget / all));
  return {
    memory: Math.max(leastMemory, share * sessions),
    threads: Math.max(1, Math.floor(threads * sessions / all)),
  };
}

/** As DuckDB reads it. */
export function memoryLimitText({ memory }: Limits): string {
  return `${Math.floor(memory / 2 ** 20)}MiB`;
}

/** A database that has a share. */
export interface ShareHolder {
  readonly sessions: number;
  /** What was applied last. */
  readonly limits: Limits;
  /** Whether it took effect: a database may use more already, and a worker may be gone. Never rejects. */
  apply(limits: Limits): Promise<boolean>;
}

/**
 * Gives every database its share. What shrinks does so before anything grows, so that together they stay inside the
 * budget.
 *
 * @returns whether all have it; nothing grows while something can't shrink
 */
export async function divide(policy: MemoryPolicy, holders: readonly ShareHolder[]): Promise<boolean> {
  const all = holders.reduce((sum, { sessions }) => sum + sessions, 0);
  const changes = holders
    .map((holder) => ({ holder, limits: limitsOf(policy, holder.sessions, all) }))
    .filter(({ holder, limits }) => !same(holder.limits, limits));
  const { shrinking = [], growing = [] } = Object.groupBy(
    changes,
    ({ holder, limits }) => limits.memory < holder.limits.memory ? "shrinking" : "growing",
  );
  for (const group of [shrinking, growing]) {
    const applied = await Promise.all(group.map(({ holder, limits }) => holder.apply(limits)));
    if (applied.includes(false)) return false;
  }
  return true;
}

function same(a: Limits, b: Limits): boolean {
  return a.memory === b.memory && a.threads === b.threads;
}

/** Milliseconds in which changes are gathered, and until what could not be applied is tried again. */
const debounce = 100;
const retry = 1_000;

export interface Rebalancer {
  /** Sessions came or went. */
  changed(): void;
  stop(): void;
}

/** Divides anew, soon after anything has changed. Does nothing where the policy divides nothing. */
export function rebalancer(
  policy: MemoryPolicy,
  clock: Clock,
  holders: () => readonly ShareHolder[],
): Rebalancer {
  let cancel: (() => void) | null = null;
  let stopped = false;
  let dividing = Promise.resolve();

  function divideAfter(milliseconds: number): void {
    if (cancel || stopped) return;
    cancel = clock.after(milliseconds, () => {
      cancel = null;
      dividing = dividing.then(divideNow);
    });
  }

  async function divideNow(): Promise<void> {
    if (!await divide(policy, holders())) divideAfter(retry);
  }

  return {
    changed() {
      if (policy.rebalance) divideAfter(debounce);
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
