/** What the pool asks of a worker process and of what starts one; a process on this machine, or later a pod. */
import type { PgError } from "../../worker/api/error.ts";
import type { Executor } from "../../worker/api/executor.ts";
import type { CreateSession, Health } from "../../worker/api/flight/actions.ts";

/** Starts workers. */
export interface WorkerLauncher {
  /**
   * Starts one and waits until it answers. Where it fails nothing of the worker is left: no process, no socket.
   *
   * @param id told to the worker, unique in this control plane
   * @param signal ends the attempt
   * @throws {SpawnError}
   */
  launch(id: number, signal: AbortSignal): Promise<LaunchedWorker>;
}

/** Why a worker did not come up; the metric's label. */
export type SpawnFailure = "start" | "exited" | "not_ready" | "canceled";

export class SpawnError extends Error {
  override readonly name = "SpawnError";
  constructor(readonly reason: SpawnFailure, message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/** A worker that answers. */
export interface LaunchedWorker {
  readonly pid: number;
  readonly link: WorkerLink;
  /**
   * A sentence on how it ended, once it has: by then its locks on files are free. Never rejects.
   */
  readonly exited: Promise<string>;
  /**
   * Asks it to end (SIGINT: at once, SIGTERM: when its queries are done) and kills it when it has not after `patience`
   * milliseconds. Resolves when it is gone.
   */
  stop(signal: "SIGINT" | "SIGTERM", patience: number): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/** The control plane's side of the connection to one worker. */
export interface WorkerLink {
  /** @throws {PgError} as opening the database does; anything else is a fault of the connection or the worker */
  createSession(request: CreateSession, signal?: AbortSignal): Promise<WorkerSession>;
  health(signal?: AbortSignal): Promise<Health>;
  setLimits(limits: { session_token: string; memory_limit: string; threads: number }): Promise<void>;
  /** Ends the connection; the executors of its sessions are lost, for `reason`. */
  close(reason?: PgError): void;
}

/** A session on a worker. */
export interface WorkerSession {
  executor: Executor;
  token: string;
}
