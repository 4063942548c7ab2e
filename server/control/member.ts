/** One worker of a pool: its state, the databases it has open, and their sessions. */
import type { DatabaseTarget, Health } from "../../worker/api/flight/actions.ts";
import type { Executor, Progress, SessionIdentity } from "../../worker/api/executor.ts";
import { type Event, isOpen, type RetireReason, type State, transition } from "./lifecycle.ts";
import { type Limits, memoryLimitText, type ShareHolder } from "./memory.ts";
import type { LaunchedWorker } from "./worker.ts";

/** A session as the pool knows it. */
export interface Seated {
  identity: SessionIdentity;
  executor: Executor;
  since: Date;
}

/** A worker as an operator sees it. */
export interface WorkerSnapshot {
  id: number;
  /** `null` while it is starting. */
  pid: number | null;
  state: State;
  /** When it came into this state, and when it was started. */
  since: Date;
  started: Date;
  sessions: SessionSnapshot[];
  /** The paths of the databases it has open. */
  databases: string[];
  /** As the last health check said; 0 before the first. */
  memoryBytes: number;
  activeQueries: number;
}

export interface SessionSnapshot extends SessionIdentity {
  since: Date;
  /** `null` when nothing runs. */
  progress: Progress | null;
}

export class Member {
  readonly id: number;
  readonly databases = new Map<string, OpenDatabase>();
  readonly #started = new Date();
  readonly #onTransition: (from: State, to: State) => void;
  #state: State = "spawning";
  #since = new Date();
  /** `null` while it is starting. */
  launched: LaunchedWorker | null = null;
  /** Settles with the start; never rejects unobserved. */
  answering: Promise<void> = Promise.resolve();
  /** Whether it was of any use: it has had a session, or passed a health check after its start. */
  proven = false;
  /** Why it ends. */
  reason: RetireReason | null = null;
  /** When it last had a session or was promised one, by the pool's clock. */
  idleSince = 0;
  health: Health | null = null;
  /** Aborted when it has ended or was given up. */
  readonly over = new AbortController();
  /** Ends its health checks. */
  unwatch: () => void = () => {};

  constructor(id: number, onTransition: (from: State, to: State) => void) {
    this.id = id;
    this.#onTransition = onTransition;
  }

  get state(): State {
    return this.#state;
  }

  /** Whether it takes sessions, or will. */
  get open(): boolean {
    return isOpen(this.#state);
  }

  /** Sessions it has, and those on their way to it. */
  get load(): number {
    let load = 0;
    for (const { reserved, sessions } of this.databases.values()) load += reserved + sessions;
    return load;
  }

  get sessionCount(): number {
    let count = 0;
    for (const { sessions } of this.databases.values()) count += sessions;
    return count;
  }

  /** @throws {Error} for an event that the state has no place for: a fault of the pool */
  step(event: Event): void {
    const next = transition(this.#state, event);
    if (typeof next !== "string") throw new Error(`worker ${this.id}: ${next.refused}`);
    const before = this.#state;
    this.#state = next;
    this.#since = new Date();
    this.#onTransition(before, next);
  }

  /** Promises a place to a session of this database. */
  reserve(key: string, target: DatabaseTarget, limits: Limits): OpenDatabase {
    const database = this.databases.get(key) ?? new OpenDatabase(this, key, target, limits);
    this.databases.set(key, database);
    database.reserved++;
    return database;
  }

  snapshot(): WorkerSnapshot {
    const databases = [...this.databases.values()];
    return {
      id: this.id,
      pid: this.launched?.pid ?? null,
      state: this.#state,
      since: this.#since,
      started: this.#started,
      sessions: databases.flatMap((database) => database.snapshot()),
      databases: databases.map(({ target }) => target.path),
      memoryBytes: this.health?.memory_bytes ?? 0,
      activeQueries: this.health?.active_queries ?? 0,
    };
  }
}

/** A database that a worker has open, or is about to. */
export class OpenDatabase implements ShareHolder {
  readonly member: Member;
  readonly key: string;
  readonly target: DatabaseTarget;
  /** Sessions on their way. */
  reserved = 0;
  /** Whether the worker may have it open. */
  opened = false;
  limits: Limits;
  readonly #sessions = new Map<string, Seated>();

  constructor(member: Member, key: string, target: DatabaseTarget, limits: Limits) {
    this.member = member;
    this.key = key;
    this.target = target;
    this.limits = limits;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  seat(token: string, session: Seated): void {
    this.#sessions.set(token, session);
  }

  leave(token: string): void {
    this.#sessions.delete(token);
  }

  /** Limits are set through a session; without one there is nothing to limit anew. */
  async apply(limits: Limits): Promise<boolean> {
    const [token] = this.#sessions.keys();
    const { launched, open } = this.member;
    if (token === undefined || launched === null || !open) return true;
    const request = { session_token: token, memory_limit: memoryLimitText(limits), threads: limits.threads };
    try {
      await launched.link.setLimits(request);
      this.limits = limits;
      return true;
    } catch {
      return false;
    }
  }

  snapshot(): SessionSnapshot[] {
    return [...this.#sessions.values()].map(({ identity, since, executor }) => ({
      ...identity,
      since,
      progress: executor.progress(),
    }));
  }
}
