/** The plans of one connection, by the text of their statement. */
import { type AtOnce, runsAtOnce } from "./at_once.ts";
import { freePlan } from "./plan.ts";
import type { Plan } from "./plan.ts";

/** Bounds what an idle session holds: the plan of a small statement takes some 10 KB in DuckDB. */
const capacity = 256;

/** Longer statements are not worth keeping: they are generated, and seldom the same. */
const longestText = 16 << 10;

/** Plans worth keeping. */
const keptKinds: ReadonlySet<string> = new Set(["select", "insert", "update", "delete", "merge_into"]);

/** A plan in use, or kept for the next time its text comes. */
export interface PlanEntry {
  readonly plan: Plan;
  /** How many use it. */
  users: number;
  kept: boolean;
  /** Something it was compiled against changed; it must be compiled again before it runs. */
  stale: boolean;
  /** The database's `dataVersion` when it was compiled. */
  readonly dataVersion: number;
  /** How to run it on this thread, where that is allowed and it has run before. */
  atOnce: AtOnce | null;
}

/**
 * Whether rows have changed since in a way that may make the plan wrong: where all values are known when a statement is
 * compiled, DuckDB takes from the tables' statistics which conditions hold for all rows or none (`a = 5`, where no `a` was
 * beyond 4), and does not look again. With parameters it leaves that until it has their values.
 */
export function isOutdated({ plan, dataVersion }: PlanEntry, now: number): boolean {
  return dataVersion !== now && plan.parameters.length === 0 && !runsAtOnce(plan);
}

/** See {@linkcode planCache}. */
export interface PlanCache {
  /** The plan compiled for this text before; whoever takes it gives it back. */
  take(sql: string): PlanEntry | null;
  /** Takes in a plan just compiled, already in use; whoever uses it gives it back. */
  add(plan: Plan, dataVersion?: number): PlanEntry;
  giveBack(entry: PlanEntry): void;
  /** Makes all stale. */
  clear(): void;
  /** Frees all, also those in use. */
  close(): void;
}

/**
 * Keeps the plans used last. One plan may serve several prepared statements of the same text: a connection runs one
 * statement at a time, and an open result keeps what it needs.
 */
export function planCache(limit = capacity): PlanCache {
  const byText = new Map<string, PlanEntry>();
  const all = new Set<PlanEntry>();

  function forget(entry: PlanEntry): void {
    byText.delete(entry.plan.sql);
    entry.kept = false;
    freeUnused(entry);
  }

  function freeUnused(entry: PlanEntry): void {
    if (entry.kept || entry.users > 0) return;
    if (all.delete(entry)) freePlan(entry.plan);
  }

  function keep(entry: PlanEntry): void {
    const same = byText.get(entry.plan.sql);
    if (same) forget(same);
    byText.set(entry.plan.sql, entry);
    const [oldest] = byText.values();
    if (byText.size > limit) forget(oldest);
  }

  return {
    take(sql) {
      const entry = byText.get(sql);
      if (entry === undefined) return null;
      byText.delete(sql); // moves to the young end
      byText.set(sql, entry);
      entry.users++;
      return entry;
    },
    add(plan, dataVersion = 0) {
      const kept = keptKinds.has(plan.kind) && !plan.several && plan.sql.length <= longestText;
      const entry = { plan, users: 1, kept, stale: false, dataVersion, atOnce: null };
      all.add(entry);
      if (kept) keep(entry);
      return entry;
    },
    giveBack(entry) {
      entry.users--;
      freeUnused(entry);
    },
    clear() {
      for (const entry of all) entry.stale = true;
      for (const entry of [...byText.values()]) forget(entry);
    },
    close() {
      for (const entry of all) freePlan(entry.plan);
      all.clear();
      byText.clear();
    },
  };
}
