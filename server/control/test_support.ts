/** A clock that tests move, and workers that are only a table: what a pool decides needs no processes. */
import { PgError } from "../../worker/api/error.ts";
import type { Executor } from "../../worker/api/executor.ts";
import type { CreateSession, Health } from "../../worker/api/flight/actions.ts";
import type { Clock } from "./clock.ts";
import { type LaunchedWorker, SpawnError, type WorkerLauncher, type WorkerSession } from "./worker.ts";

interface Timer {
  at: number;
  callback: () => void;
}

/** Time stands still but for {@linkcode ManualClock.advance}. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets so much time pass; what becomes due happens in order, each with everything that follows from it at once. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settle();
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
    await settle();
  }
}

/** Resolves when everything that waits for nothing but other promises has happened. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** What a test can make a worker do. */
export class FakeWorker implements LaunchedWorker {
  readonly id: number;
  readonly pid: number;
  readonly sessions: { request: CreateSession; executor: FakeExecutor; token: string }[] = [];
  readonly limits: { session_token: string; memory_limit: string; threads: number }[] = [];
  readonly signals: string[] = [];
  readonly #exit = Promise.withResolvers<string>();
  readonly exited = this.#exit.promise;
  /** Replaces what health checks answer; a rejection fails them, a promise that stays open is silence. */
  onHealth: () => Promise<Health> = () => Promise.resolve(healthy());
  /** Replaces what happens before a session is created. */
  onCreate: (request: CreateSession) => Promise<void> = () => Promise.resolve();
  /** Whether it obeys SIGINT and SIGTERM. */
  obeys = true;
  closedFor: PgError | undefined;
  #created = 0;

  constructor(id: number) {
    this.id = id;
    this.pid = 1000 + id;
  }

  readonly link = {
    createSession: async (request: CreateSession): Promise<WorkerSession> => {
      await this.onCreate(request);
      const token = `${this.id}-${++this.#created}`;
      const executor = new FakeExecutor();
      this.sessions.push({ request, executor, token });
      return { executor, token };
    },
    health: () => this.onHealth(),
    setLimits: (limits: FakeWorker["limits"][number]) => {
      this.limits.push(limits);
      return Promise.resolve();
    },
    close: (reason?: PgError) => {
      this.closedFor ??= reason;
      for (const { executor } of this.sessions) executor.lose(reason!);
    },
  };

  async stop(signal: "SIGINT" | "SIGTERM"): Promise<void> {
    this.signals.push(signal);
    if (this.obeys) this.exit();
    await this.exited;
  }

  kill(): void {
    this.signals.push("SIGKILL");
  }

  /** The process ends. */
  exit(): void {
    this.#exit.resolve("exited");
  }
}

export class FakeExecutor implements Executor {
  onLost?: (reason: PgError) => void;
  onNotice?: Executor["onNotice"];
  #over = false;

  prepare = () => Promise.reject(new PgError("0A000", "not here"));
  run = () => Promise.resolve();
  interrupt = () => {};
  progress = () => null;
  close = () => {
    this.#over = true;
    return Promise.resolve();
  };

  lose(reason: PgError): void {
    if (!this.#over) this.onLost?.(reason);
    this.#over = true;
  }
}

/** Starts {@linkcode FakeWorker}s: at once, or as a test says. */
export class FakeLauncher implements WorkerLauncher {
  readonly workers: FakeWorker[] = [];
  /** Replaces what happens before a worker answers; a rejection fails the start. */
  onLaunch: (id: number) => Promise<void> = () => Promise.resolve();

  /** Sees each worker that answers before the pool does. */
  onStarted: (worker: FakeWorker) => void = () => {};

  async launch(id: number, signal: AbortSignal): Promise<LaunchedWorker> {
    const canceled = Promise.withResolvers<never>();
    canceled.promise.catch(() => {});
    const cancel = () => canceled.reject(new SpawnError("canceled", "canceled"));
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel);
    await Promise.race([canceled.promise, this.onLaunch(id)]);
    const worker = new FakeWorker(id);
    this.workers.push(worker);
    this.onStarted(worker);
    return worker;
  }

  /** The worker of this id, also when it has ended. */
  worker(id: number): FakeWorker {
    const found = this.workers.find((worker) => worker.id === id);
    if (found === undefined) throw new Error(`there is no worker ${id}`);
    return found;
  }
}

export function healthy(): Health {
  return {
    healthy: true,
    draining: false,
    sessions: 0,
    active_queries: 0,
    uptime_ns: 1,
    session_progress: {},
    instance_invalidated: false,
    instance_invalid_reason: "",
    memory_bytes: 42,
  };
}
