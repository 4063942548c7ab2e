/** Which worker a session gets: a pure choice over the workers as they are. */
import { isOpen, type State } from "./lifecycle.ts";

/** What the choice looks at. */
export interface Candidate {
  readonly state: State;
  /** Sessions it has, and those on their way to it. */
  readonly load: number;
  /** By key, the databases it has open or is about to. */
  readonly databases: ReadonlyMap<string, unknown>;
}

export type Choice<W> = { kind: "use"; worker: W } | { kind: "spawn" } | { kind: "wait" };

/**
 * A database file belongs to the one worker that has it open, and nobody may open it before that worker is gone. For what
 * is open nowhere: a worker with nothing to do, else a new one, else the one with the fewest sessions. A worker that
 * is still starting counts as one that is there.
 *
 * @param key of the database file; `null` for a database that any number of workers can have
 * @param most workers there may be; 0 for any number
 */
export function choose<W extends Candidate>(
  workers: readonly W[],
  key: string | null,
  most: number,
): Choice<W> {
  const owner = key === null ? undefined : workers.find(({ databases }) => databases.has(key));
  if (owner) return isOpen(owner.state) ? { kind: "use", worker: owner } : { kind: "wait" };
  const open = workers.filter(({ state }) => isOpen(state));
  const idle = open.filter(({ load }) => load === 0);
  const readiest = least(idle, ({ state, databases }) => state === "spawning" ? Infinity : databases.size);
  if (readiest) return { kind: "use", worker: readiest };
  if (most === 0 || occupied(workers) < most) return { kind: "spawn" };
  const quietest = least(open, ({ load }) => load);
  return quietest ? { kind: "use", worker: quietest } : { kind: "wait" };
}

/** Workers that use memory: those that are being ended too, but not those that were killed. */
export function occupied(workers: readonly Candidate[]): number {
  return workers.filter(({ state }) => state !== "lost" && state !== "retired").length;
}

/** The first of those for which `measure` is least. */
function least<W>(workers: readonly W[], measure: (worker: W) => number): W | undefined {
  let best: W | undefined;
  for (const worker of workers) {
    if (best === undefined || measure(worker) < measure(best)) best = worker;
  }
  return best;
}
