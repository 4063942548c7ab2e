import type { RetireReason, State } from "./lifecycle.ts";
import type { SpawnFailure } from "./worker.ts";

/** Why a session got no worker. */
export type AcquireFailure = "timeout" | "canceled" | "shutting_down" | "worker_failure" | "database";

/** What the pool tells of itself as it happens, for metrics and logs. Durations are in seconds. Must not throw. */
export interface PoolObserver {
  /** A worker answers, so long after its start. */
  spawned(seconds: number): void;
  spawnFailed(reason: SpawnFailure): void;
  /** A session has a worker, so long after it asked. */
  acquired(seconds: number): void;
  acquireFailed(reason: AcquireFailure): void;
  transition(from: State, to: State): void;
  /** A worker was ended, or was lost, and its process is gone. */
  retired(reason: RetireReason): void;
  /** A worker ended by itself or was given up; {@linkcode PoolObserver.retired} follows. */
  lost(reason: "crash" | "health_check"): void;
  instanceInvalidated(): void;
  healthCheck(pass: boolean): void;
}

/** How things stand. */
export interface PoolCounts {
  workers: Readonly<Record<State, number>>;
  sessions: number;
  /** Sessions that wait for a worker. */
  queued: number;
}
