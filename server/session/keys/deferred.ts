/** Constraints that wait for the end of their transaction. */
import { PgError } from "../../../worker/api/error.ts";
import type { SessionContext } from "../context.ts";
import { type Key, knownKeys, samePlace } from "./known.ts";
import { firstOrphan } from "./queries.ts";
import { notPresent, stillReferenced } from "./violations.ts";

/** What a session remembers of foreign keys while a transaction is open. */
export interface KeyState {
  /** Keys that were violated, and may be put right before the end; and who was to blame. */
  readonly pending: Map<Key, "child" | "parent">;
  /** SET CONSTRAINTS, by the constraint's name; "" is ALL. */
  readonly modes: Map<string, "deferred" | "immediate">;
  /** By table: rows of this transaction before that one have been looked at. */
  readonly lookedAt: Map<string, bigint>;
}

export function newKeyState(): KeyState {
  return { pending: new Map(), modes: new Map(), lookedAt: new Map() };
}

/** A transaction has ended. */
export function forgetKeyState({ pending, modes, lookedAt }: KeyState): void {
  pending.clear();
  modes.clear();
  lookedAt.clear();
}

/** Whether a key may be violated until the transaction ends. */
export function isDeferred({ keys }: SessionContext, key: Key): boolean {
  if (!key.deferrable) return false;
  const mode = keys.modes.get(key.name) ?? keys.modes.get("");
  return mode === undefined ? key.deferred === true : mode === "deferred";
}

/** Notes a violation for the end, or tells it at once. @throws PgError 23503 */
export function violated(
  session: SessionContext,
  key: Key,
  side: "child" | "parent",
  error: () => PgError,
): void {
  if (!isDeferred(session, key)) throw error();
  session.keys.pending.set(key, side);
}

/**
 * Looks once more at what was violated: before a commit, or as SET CONSTRAINTS says.
 *
 * @throws PgError 23503
 */
export async function checkDeferred(session: SessionContext, all: boolean): Promise<void> {
  const { pending } = session.keys;
  if (pending.size === 0) return;
  const known = (await knownKeys(session)).all;
  for (const [key, side] of pending) {
    if (!all && isDeferred(session, key)) continue;
    pending.delete(key);
    const now = known.find(({ name, child }) => name === key.name && samePlace(child, key.child));
    const orphan = now && await firstOrphan(session, now);
    if (now && orphan) throw side === "child" ? notPresent(now, orphan) : stillReferenced(now, orphan);
  }
}

/**
 * SET CONSTRAINTS.
 *
 * @param name `null` for ALL
 * @throws PgError 23503 as constraints are checked at once that were to wait
 */
export async function setMode(
  session: SessionContext,
  name: string | null,
  mode: "deferred" | "immediate",
): Promise<void> {
  if (name === null) session.keys.modes.clear();
  session.keys.modes.set(name ?? "", mode);
  if (mode === "immediate") await checkDeferred(session, false);
}
