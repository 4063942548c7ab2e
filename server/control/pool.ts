/**
 * The workers of this control plane and who is on them. A session asks {@linkcode WorkerPool.connect}; which worker it
 * gets is `policy.ts`, what a worker may do when is `lifecycle.ts`; here both are carried out.
 */
import { PgError } from "../../worker/api/error.ts";
import type { Executor, SessionIdentity } from "../../worker/api/executor.ts";
import type { DatabaseTarget, Health } from "../../worker/api/flight/actions.ts";
import { type Log, logger } from "../observe/log.ts";
import { type Clock, every, systemClock } from "./clock.ts";
import { databaseKey, isInMemory } from "./database_key.ts";
import {
  canceled,
  instanceInvalidated,
  notCreated,
  notOpened,
  noWorker,
  shutdown,
  shuttingDown,
  workerEnded,
  workerSilent,
} from "./errors.ts";
import { limited, watchHealth } from "./health.ts";
import { type RetireReason, type State, states } from "./lifecycle.ts";
import { Member, type OpenDatabase, type WorkerSnapshot } from "./member.ts";
import {
  leastMemory,
  limitsOf,
  memoryLimitText,
  type MemoryPolicy,
  type Rebalancer,
  rebalancer,
} from "./memory.ts";
import type { AcquireFailure, PoolCounts, PoolObserver } from "./observer.ts";
import { type Patience, patience } from "./patience.ts";
import { choose, occupied } from "./policy.ts";
import { PooledExecutor } from "./pooled_executor.ts";
import { type LaunchedWorker, SpawnError, type WorkerLauncher, type WorkerSession } from "./worker.ts";

/** Durations are in milliseconds. */
export interface PoolOptions {
  launcher: WorkerLauncher;
  /** Kept running also when nobody needs them. */
  minWorkers: number;
  /** 0 for any number. */
  maxWorkers: number;
  /** Whether a worker ends with its last session. */
  retireOnSessionEnd: boolean;
  /** How long a session may wait for a worker. */
  queueTimeout: number;
  /** How long a worker beyond `minWorkers` may have nothing to do; 0 for ever. */
  idleTimeout: number;
  /** How long a worker may take to open a session's database; 0 for any time. */
  sessionInitTimeout: number;
  memory: MemoryPolicy;
  observer?: PoolObserver;
  log?: Log;
  clock?: Clock;
}

export interface WorkerPool {
  /** Starts the workers that are kept running; resolves when they answer. @throws {SpawnError} when one does not */
  start(): Promise<void>;
  /**
   * A session on a worker. Closing the executor ends it.
   *
   * @param signal aborted when the client cancels or leaves; a worker that was being started for it is kept
   * @throws {PgError} FATAL: 57014 when `signal` was aborted, 53300 when no worker came free in time, 57P03 while the pool
   *   stops or where the database takes too long to open, 58000 when worker after worker failed, else as the database
   *   fails to open
   */
  connect(identity: SessionIdentity, target: DatabaseTarget, signal: AbortSignal): Promise<Executor>;
  workers(): WorkerSnapshot[];
  counts(): PoolCounts;
  /**
   * Takes no more sessions, gives those there are so long to end, then ends the workers. Nothing of them is left when it
   * resolves.
   */
  stop(drain: number): Promise<void>;
}

/** Nothing is started before {@linkcode WorkerPool.start} or the first session. */
export function createPool(options: PoolOptions): WorkerPool {
  return new Pool(options);
}

/** How often a session is tried on another worker when one fails it. */
const attempts = 3;

/** Milliseconds between looks for idle workers. */
const reapPeriod = 60_000;

/** Milliseconds a worker has to end by itself. */
const retirePatience = 3_000;

/** Milliseconds until another takes the place of a worker that was of no use: at first, and at most. */
const firstBackoff = 1_000;
const longestBackoff = 30_000;

/** A place on a worker, promised to a session. */
interface Seat {
  member: Member;
  launched: LaunchedWorker;
  database: OpenDatabase;
}

class Pool implements WorkerPool {
  readonly #options: PoolOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #observer: PoolObserver | undefined;
  readonly #members = new Map<number, Member>();
  readonly #closing = new AbortController();
  readonly #rebalancer: Rebalancer;
  readonly #stopReaping: () => void;
  #lastId = 0;
  #queued = 0;
  /** Resolved, and made anew, when a session that waits may find a worker. */
  #changed = Promise.withResolvers<void>();
  /** Workers in a row that did not start, or ended before they were of any use. */
  #useless = 0;
  #cancelBackoff: (() => void) | null = null;
  #stopped: Promise<void> | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? logger("control");
    this.#observer = options.observer;
    this.#rebalancer = rebalancer(options.memory, this.#clock, () => this.#databases());
    this.#stopReaping = every(this.#clock, reapPeriod, () => this.#reap());
  }

  async start(): Promise<void> {
    this.#keepMinimum();
    await Promise.all([...this.#members.values()].map(({ answering }) => answering));
  }

  async connect(identity: SessionIdentity, target: DatabaseTarget, signal: AbortSignal): Promise<Executor> {
    const closing = this.#closing.signal;
    const leave = new AbortController();
    const onAbort = () => leave.abort(canceled());
    const onClosing = () => leave.abort(closing.reason);
    if (closing.aborted) onClosing();
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    closing.addEventListener("abort", onClosing);
    try {
      return await this.#connect(identity, target, leave.signal);
    } catch (error) {
      this.#observer?.acquireFailed(this.#closing.signal.aborted ? "shutting_down" : failureOf(error));
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      closing.removeEventListener("abort", onClosing);
    }
  }

  workers(): WorkerSnapshot[] {
    return [...this.#members.values()].map((member) => member.snapshot());
  }

  counts(): PoolCounts {
    const workers = Object.fromEntries(states.map((state) => [state, 0])) as Record<State, number>;
    let sessions = 0;
    for (const member of this.#members.values()) {
      workers[member.state]++;
      sessions += member.sessionCount;
    }
    return { workers, sessions, queued: this.#queued };
  }

  stop(drain: number): Promise<void> {
    this.#stopped ??= this.#stop(drain);
    return this.#stopped;
  }

  async #stop(drain: number): Promise<void> {
    this.#closing.abort(shuttingDown());
    this.#stopReaping();
    this.#cancelBackoff?.();
    await this.#sessionsGone(drain);
    this.#rebalancer.stop();
    const members = [...this.#members.values()];
    await Promise.allSettled(members.map(({ answering }) => answering));
    await Promise.all(members.map((member) => this.#retire(member, "shutdown", "SIGTERM")));
  }

  /** Resolves when no session is left, or when the time is up. */
  async #sessionsGone(limit: number): Promise<void> {
    const late = new Error("sessions are left");
    using waiting = patience(this.#clock, [], limit, () => late);
    try {
      while (this.counts().sessions > 0) await waiting.bear(this.#changed.promise);
    } catch (error) {
      if (error !== late) throw error;
    }
  }

  async #connect(identity: SessionIdentity, target: DatabaseTarget, leave: AbortSignal): Promise<Executor> {
    const { queueTimeout } = this.#options;
    const began = this.#clock.now();
    const key = await databaseKey(target.path);
    for (let attempt = 1;; attempt++) {
      leave.throwIfAborted();
      try {
        const left = Math.max(0, queueTimeout - (this.#clock.now() - began));
        using waiting = patience(this.#clock, [leave], left, () => noWorker(queueTimeout));
        const seat = await this.#acquire(key, target, waiting);
        const seconds = (this.#clock.now() - began) / 1000;
        const executor = await this.#seat(seat, identity, leave);
        this.#observer?.acquired(seconds);
        return executor;
      } catch (error) {
        if (leave.aborted) throw leave.reason;
        if (error instanceof PgError) throw error;
        this.#log.warn("a worker failed a new session", { attempt, pid: identity.pid, error: textOf(error) });
        if (attempt === attempts) throw notCreated(error);
      }
    }
  }

  /** A place on a worker that answers. @throws {SpawnError} and what the wait ends with */
  async #acquire(key: string, target: DatabaseTarget, waiting: Patience): Promise<Seat> {
    this.#queued++;
    try {
      for (;;) {
        const seat = await this.#tryAcquire(key, target, waiting);
        if (seat !== null) return seat;
      }
    } finally {
      this.#queued--;
    }
  }

  async #tryAcquire(key: string, target: DatabaseTarget, waiting: Patience): Promise<Seat | null> {
    const tie = isInMemory(target.path) ? null : key;
    const choice = choose([...this.#members.values()], tie, this.#options.maxWorkers);
    if (choice.kind === "wait") {
      await waiting.bear(this.#changed.promise);
      return null;
    }
    // From here to the reservation nothing may be awaited: another session must see it.
    const member = choice.kind === "use" ? choice.worker : this.#spawn();
    const database = this.#reserve(member, key, target);
    try {
      await waiting.bear(member.answering);
    } catch (error) {
      this.#release(database);
      throw error;
    }
    if (member.open && member.launched !== null) return { member, launched: member.launched, database };
    this.#release(database);
    return null;
  }

  #reserve(member: Member, key: string, target: DatabaseTarget): OpenDatabase {
    const { memory } = this.#options;
    if (member.state === "idle" || member.state === "hot_idle") member.step("reserve");
    return member.reserve(key, target, limitsOf(memory, 0, 0));
  }

  /** Takes back a promised place. */
  #release(database: OpenDatabase): void {
    const { member } = database;
    database.reserved--;
    if (!database.opened && database.reserved === 0) member.databases.delete(database.key);
    if (member.open && member.load === 0) this.#rest(member);
    this.#notify();
  }

  /** The worker's last session is gone. */
  #rest(member: Member): void {
    member.idleSince = this.#clock.now();
    if (member.state === "spawning" || member.state === "idle" || member.state === "hot_idle") return;
    const cold = member.state !== "hot" && member.databases.size === 0;
    member.step(cold ? "release" : "park");
  }

  /** Creates the session on its place. @throws {WorkerFailure} */
  async #seat(
    { member, launched, database }: Seat,
    identity: SessionIdentity,
    leave: AbortSignal,
  ): Promise<Executor> {
    if (member.state === "idle") member.step("reserve"); // its place was promised while it was starting
    if (member.state === "reserved") member.step("activate");
    const session = await this.#createSession({ member, launched, database }, identity, leave);
    database.opened = true;
    database.reserved--;
    if (member.state === "activating") member.step("activated");
    const executor = new PooledExecutor(
      session.executor,
      () => this.#beforeClose(database),
      () => this.#sessionEnded(database, session.token),
    );
    database.seat(session.token, { identity, executor, since: new Date() });
    this.#prove(member);
    this.#rebalancer.changed();
    this.#notify();
    return executor;
  }

  async #createSession({ member, launched, database }: Seat, identity: SessionIdentity, leave: AbortSignal) {
    const { sessionInitTimeout, memory } = this.#options;
    const { user, database: name, pid } = identity;
    const all = this.counts().sessions + 1;
    const limits = limitsOf(memory, database.sessions + 1, all);
    const abandon = new AbortController();
    const creating = launched.link.createSession({
      username: user,
      database: name,
      pid,
      target: database.target,
      memory_limit: memoryLimitText(limits),
      threads: limits.threads,
    }, abandon.signal);
    const limit = sessionInitTimeout > 0 ? sessionInitTimeout : null;
    // A worker that has ended answers no more, whatever its connection makes of it.
    const over = member.over.signal;
    using waiting = patience(this.#clock, [leave, over], limit, () => notOpened(sessionInitTimeout));
    let settled = false;
    const settle = () => settled = true;
    creating.then(settle, settle);
    try {
      const session = await waiting.bear(creating);
      if (!database.opened) database.limits = limits; // otherwise it has what it had, until it is divided anew
      return session;
    } catch (error) {
      if (!settled && !over.aborted) {
        this.#abandon(creating, abandon, database);
        throw error;
      }
      this.#release(database);
      if (!isWorkersFault(error)) throw error;
      await this.#examine(member, launched);
      throw new WorkerFailure(error);
    }
  }

  /** Nobody waits any more for a session that is being created: whatever comes of it is given back. */
  #abandon(creating: Promise<WorkerSession>, abandon: AbortController, database: OpenDatabase): void {
    database.opened = true; // for all that is known
    creating
      .then((late) => late.executor.close())
      .catch(() => {})
      .finally(() => this.#release(database));
    abandon.abort();
  }

  /** A worker could not create a session: is it still there? */
  async #examine(member: Member, launched: LaunchedWorker): Promise<void> {
    if (!member.open) return;
    using waiting = patience(this.#clock, [member.over.signal], null, () => null);
    const checked = limited(this.#clock, (signal) => launched.link.health(signal));
    const health = await waiting.bear(checked).catch(() => null);
    if (!member.open) return;
    if (health === null) this.#lose(member, "crash");
    else this.#healthSeen(member, health);
  }

  /** A database without sessions keeps its pages up to its limit: it gives up its share before its last one ends. */
  async #beforeClose(database: OpenDatabase): Promise<void> {
    const { memory } = this.#options;
    if (!memory.rebalance || database.sessions > 1 || database.reserved > 0) return;
    await database.apply({ ...database.limits, memory: leastMemory });
  }

  #sessionEnded(database: OpenDatabase, token: string): void {
    const { member } = database;
    database.leave(token);
    this.#rebalancer.changed();
    if (member.open && member.load === 0) {
      this.#rest(member);
      if (this.#options.retireOnSessionEnd) this.#retire(member, "normal", "SIGINT");
    }
    this.#notify();
  }

  #spawn(): Member {
    const member = new Member(++this.#lastId, (from, to) => this.#observer?.transition(from, to));
    member.idleSince = this.#clock.now();
    this.#members.set(member.id, member);
    member.answering = this.#launch(member);
    member.answering.catch(() => {}); // those that wait for it see it
    return member;
  }

  async #launch(member: Member): Promise<void> {
    const began = this.#clock.now();
    try {
      member.launched = await this.#options.launcher.launch(member.id, this.#closing.signal);
    } catch (error) {
      this.#spawnFailed(member, error);
      throw error;
    }
    const { launched } = member;
    const seconds = (this.#clock.now() - began) / 1000;
    member.step("spawned");
    this.#observer?.spawned(seconds);
    this.#log.info("worker started", { worker: member.id, worker_pid: launched.pid, seconds });
    launched.exited.then((how) => this.#gone(member, launched, how));
    member.unwatch = watchHealth({
      clock: this.#clock,
      check: (signal) => launched.link.health(signal),
      onHealth: (health) => this.#healthSeen(member, health),
      onCheck: (pass) => this.#observer?.healthCheck(pass),
      onSilent: () => this.#lose(member, "health_check"),
    });
    this.#notify();
  }

  #spawnFailed(member: Member, error: unknown): void {
    const reason = error instanceof SpawnError ? error.reason : "start";
    member.step("spawn_failed");
    this.#members.delete(member.id);
    this.#observer?.spawnFailed(reason);
    this.#observer?.retired("spawn_failure");
    if (reason !== "canceled") {
      this.#log.error("worker did not start", { worker: member.id, error: textOf(error) });
    }
    this.#keepMinimumLater();
    this.#notify();
  }

  #healthSeen(member: Member, health: Health): void {
    member.health = health;
    if (!member.open) return;
    if (health.healthy) this.#prove(member);
    if (health.instance_invalidated) {
      this.#observer?.instanceInvalidated();
      this.#log.error("worker's database was invalidated", {
        worker: member.id,
        reason: health.instance_invalid_reason,
      });
      this.#retire(member, "instance_invalidated", "SIGINT");
      member.launched?.link.close(instanceInvalidated(health.instance_invalid_reason));
    } else if (health.draining) {
      // Somebody told it to end; it does so by itself when its sessions are over.
      member.reason = "normal";
      member.step("drain");
      this.#notify();
    }
  }

  /** Ends a worker; resolves when it is gone. */
  async #retire(member: Member, reason: RetireReason, signal: "SIGINT" | "SIGTERM"): Promise<void> {
    const { launched } = member;
    if (launched === null) return;
    if (member.open) {
      member.step("drain");
      member.reason = reason;
      this.#log.info("worker is retired", { worker: member.id, worker_pid: launched.pid, reason });
      this.#keepMinimum();
    }
    await launched.stop(signal, retirePatience);
    await launched.exited;
  }

  /** Gives a worker up: its clients are told, its process is killed, and another takes its place. */
  #lose(member: Member, reason: "crash" | "health_check"): void {
    if (member.state === "lost" || member.state === "retired") return;
    member.unwatch();
    member.step("crash");
    member.reason = reason;
    this.#observer?.lost(reason);
    this.#log.error("worker is lost", { worker: member.id, worker_pid: member.launched?.pid, reason });
    member.over.abort(new Error(`the worker was given up: ${reason}`));
    member.launched?.kill();
    member.launched?.link.close(reason === "crash" ? workerEnded() : workerSilent());
    if (member.proven) this.#keepMinimum();
    else this.#keepMinimumLater();
    this.#notify();
  }

  /** The process has ended; its files are free. */
  #gone(member: Member, { pid, link }: LaunchedWorker, how: string): void {
    member.unwatch();
    if (member.open) this.#lose(member, "crash");
    else if (member.state === "draining") member.step("retire");
    member.over.abort(new Error(`the worker ended: ${how}`));
    link.close(this.#closing.signal.aborted ? shutdown() : workerEnded());
    this.#members.delete(member.id);
    const reason = member.reason ?? "normal";
    this.#observer?.retired(reason);
    this.#log.info("worker ended", { worker: member.id, worker_pid: pid, reason, how });
    this.#keepMinimum();
    this.#notify();
  }

  #keepMinimum(): void {
    const { minWorkers, maxWorkers } = this.#options;
    if (this.#closing.signal.aborted || this.#cancelBackoff) return;
    const missing = () => {
      const members = [...this.#members.values()];
      if (maxWorkers > 0 && occupied(members) >= maxWorkers) return false;
      return members.filter(({ open }) => open).length < minWorkers;
    };
    while (missing()) this.#spawn();
  }

  /** It has a session, or has answered for some time. */
  #prove(member: Member): void {
    member.proven = true;
    this.#useless = 0;
  }

  /**
   * After a worker that was of no use the next start is put off, ever longer, so that a broken program is not started all
   * the time.
   */
  #keepMinimumLater(): void {
    this.#useless++;
    if (this.#closing.signal.aborted || this.#cancelBackoff) return;
    const wait = Math.min(longestBackoff, firstBackoff * 2 ** (this.#useless - 1));
    if (this.#options.minWorkers > 0) {
      const facts = { workers: this.#useless, next_in_seconds: wait / 1000 };
      this.#log.warn("workers end as soon as they are started", facts);
    }
    this.#cancelBackoff = this.#clock.after(wait, () => {
      this.#cancelBackoff = null;
      this.#keepMinimum();
    });
  }

  /** Ends workers that have had nothing to do for long, the longest first. */
  #reap(): void {
    const { idleTimeout, minWorkers } = this.#options;
    if (idleTimeout <= 0) return;
    const open = [...this.#members.values()].filter((member) => member.open);
    const due = open
      .filter((member) => member.load === 0 && member.state !== "spawning")
      .filter(({ idleSince }) => this.#clock.now() - idleSince >= idleTimeout)
      .sort((a, b) => a.idleSince - b.idleSince);
    for (const member of due.slice(0, Math.max(0, open.length - minWorkers))) {
      this.#retire(member, "idle_timeout", "SIGINT");
    }
  }

  /** Lets all that wait look again, in the order in which they came. */
  #notify(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }

  #databases(): OpenDatabase[] {
    return [...this.#members.values()]
      .filter(({ open }) => open)
      .flatMap(({ databases }) => [...databases.values()])
      .filter(({ sessions }) => sessions > 0);
  }
}

/** A worker could not create a session for a reason of its own. */
class WorkerFailure extends Error {
  override readonly name = "WorkerFailure";
  constructor(cause: unknown) {
    super(textOf(cause), { cause });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** SQLSTATEs that speak of the worker or the way to it, not of the database. */
const workersStates = /^(57P|08)/;

/** Whether another worker might do better. */
function isWorkersFault(error: unknown): boolean {
  return !(error instanceof PgError) || workersStates.test(error.sqlstate);
}

const failures: Readonly<Record<string, AcquireFailure>> = {
  "53300": "timeout",
  "57014": "canceled",
  "58000": "worker_failure",
};

/** The metric's label. */
function failureOf(error: unknown): AcquireFailure {
  return error instanceof PgError ? failures[error.sqlstate] ?? "database" : "worker_failure";
}
