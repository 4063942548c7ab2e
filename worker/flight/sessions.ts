/** The sessions of this worker, by token. */
import { randomBytes } from "node:crypto";
import { status } from "@grpc/grpc-js";
import type { CreateSession, DatabaseTarget } from "../api/flight/actions.ts";
import { PgError } from "../api/error.ts";
import type { LocalDatabase } from "../database.ts";
import { instanceFault } from "./instance_fault.ts";
import { type Instance, Instances } from "./instances.ts";
import { attachLake, type Lake, lakeName } from "./lake.ts";
import { FlightError } from "./status.ts";
import { WorkerSession } from "./worker_session.ts";

/** How long things may be left alone, in milliseconds. */
export interface SessionTimes {
  /** A session that was created and never used. */
  firstUse: number;
  /** A ticket, prepared statement or transaction of a Flight SQL client. */
  handle: number;
  /** A Flight SQL client's session; one with a connection of its own ends with it. */
  idle: number;
}

export const defaultTimes: SessionTimes = { firstUse: 30_000, handle: 600_000, idle: 600_000 };

/** What {@linkcode WorkerSessions} needs. */
export interface SessionsOptions {
  /** `null`: the worker's own database. */
  openDatabase(target: DatabaseTarget | null, username: string): Promise<LocalDatabase>;
  /** 0: no bound. */
  maxSessions: number;
  times?: Partial<SessionTimes>;
  /** Milliseconds; for tests. */
  now?: () => number;
}

/** See the module. */
export class WorkerSessions {
  readonly instances = new Instances();
  readonly #options: SessionsOptions;
  readonly #times: SessionTimes;
  readonly #now: () => number;
  readonly #byToken = new Map<string, WorkerSession>();
  readonly #implicit = new Map<string, Promise<WorkerSession>>();
  readonly #peers = new Map<WorkerSession, string>();
  #opening = 0;
  #draining = false;
  #invalid = "";
  /** Whether the worker's own database has a lake, which is where sessions on it begin. */
  #hasLake = false;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#times = { ...defaultTimes, ...options.times };
    this.#now = options.now ?? (() => performance.now());
  }

  get size(): number {
    return this.#byToken.size;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Why DuckDB can serve no more; empty while it can. It stays: only a new process mends it. */
  get invalidReason(): string {
    return this.#invalid;
  }

  [Symbol.iterator](): Iterator<WorkerSession> {
    return this.#byToken.values();
  }

  /**
   * @throws {FlightError} UNAVAILABLE while it drains, RESOURCE_EXHAUSTED beyond the bound
   * @throws {PgError} FATAL where the database does not open
   */
  async create(request: CreateSession): Promise<WorkerSession> {
    const { username, pid = 0, database: name = username, target = null } = request;
    this.#admit();
    this.#opening++;
    try {
      const database = await this.#options.openDatabase(target, username);
      const instance = this.instances.of(database);
      await limit(instance, request);
      const executor = await database.connect({ user: username, database: name, pid });
      if (target === null && this.#hasLake) await executor.run(`USE ${lakeName}`);
      const token = randomBytes(32).toString("hex");
      const identity = { user: username, database: name, pid };
      const session = new WorkerSession({ token, identity, instance, executor, now: this.#now });
      this.#byToken.set(token, session);
      if (!this.#draining) return session;
      await this.end(session, null);
      throw draining();
    } catch (error) {
      this.noteError(error);
      throw error;
    } finally {
      this.#opening--;
    }
  }

  /**
   * Attaches a lake to the worker's own database: sessions on it begin there from now on. One that is attached has its
   * store's keys replaced.
   *
   * @throws {FlightError} FAILED_PRECONDITION where it cannot be attached, with DuckDB's reason
   */
  async attachLake(lake: Lake): Promise<void> {
    const database = await this.#options.openDatabase(null, "duckgres");
    const executor = await database.connect({ user: "duckgres", database: "duckgres", pid: 0 });
    try {
      if (this.#hasLake) { for (const sql of lake.access) await executor.run(sql); }
      else await attachLake((sql) => executor.run(sql), lake);
      this.#hasLake = true;
    } catch (error) {
      this.noteError(error);
      const why = error instanceof Error ? error.message : String(error);
      const shown = lake.secrets.reduce((text, secret) => text.replaceAll(secret, "…"), why);
      throw new FlightError(status.FAILED_PRECONDITION, `the DuckLake could not be attached: ${shown}`);
    } finally {
      await executor.close();
    }
  }

  /** @throws {FlightError} NOT_FOUND */
  byToken(token: string): WorkerSession {
    const session = this.#byToken.get(token);
    if (session) return session;
    throw new FlightError(status.NOT_FOUND, "session not found");
  }

  /** The session of a client that created none, on the worker's own database; one for each peer. */
  implicit(peer: string): Promise<WorkerSession> {
    const known = this.#implicit.get(peer);
    if (known) return known;
    const opening = this.create({ username: "duckgres" });
    this.#implicit.set(peer, opening);
    opening.then(
      (session) => {
        session.used = true;
        this.#peers.set(session, peer);
      },
      () => this.#implicit.delete(peer),
    );
    return opening;
  }

  /** The connection of this peer has gone. */
  async peerGone(peer: string): Promise<void> {
    const session = await this.#implicit.get(peer)?.catch(() => null);
    if (session) await this.end(session, null);
  }

  /** Ends a session; see {@linkcode WorkerSession.end}. */
  async end(session: WorkerSession, reason: PgError | null): Promise<void> {
    this.#byToken.delete(session.token);
    const peer = this.#peers.get(session);
    if (peer !== undefined) this.#implicit.delete(peer);
    this.#peers.delete(session);
    await session.end(reason);
  }

  /** Ends all of them. */
  async endAll(reason: PgError | null): Promise<void> {
    await Promise.all([...this].map((session) => this.end(session, reason)));
  }

  /** Ends what was left alone for too long; to be called now and then. */
  async reap(): Promise<void> {
    const now = this.#now();
    const { firstUse, handle, idle } = this.#times;
    for (const session of this) {
      if (session.onEnd !== null || session.running > 0) continue;
      const alone = now - session.lastUse;
      if (alone >= (session.used ? idle : firstUse)) await this.end(session, null);
      else await session.dropHandlesUnusedSince(now - handle);
    }
  }

  /**
   * Takes no new sessions, and ends those there are: idle ones at once, busy ones when what they run is over, or when
   * `limit` milliseconds are up. The clients are told 57P01.
   */
  async drain(limit: number): Promise<void> {
    this.#draining = true;
    const reason = new PgError("57P01", "terminating connection due to administrator command", {
      severity: "FATAL",
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, limit));
    const ends = [...this].map(async (session) => {
      await session.idle();
      await this.end(session, reason);
    });
    await Promise.race([Promise.all(ends), late]);
    clearTimeout(timer);
    await this.endAll(reason);
  }

  /** Every error of a statement passes here: some say that DuckDB itself is broken. */
  noteError(error: unknown): void {
    this.#invalid ||= instanceFault(error);
  }

  #admit(): void {
    if (this.#draining) throw draining();
    if (this.#invalid) {
      throw new FlightError(status.UNAVAILABLE, `the worker's database is unusable: ${this.#invalid}`);
    }
    const { maxSessions } = this.#options;
    if (maxSessions === 0 || this.size + this.#opening < maxSessions) return;
    throw new FlightError(
      status.RESOURCE_EXHAUSTED,
      `create session: max sessions reached (${maxSessions})`,
    );
  }
}

/** More than the new limit may be in use by other sessions, which is no reason to refuse this one. */
async function limit(instance: Instance, { memory_limit = "", threads = 0 }: CreateSession): Promise<void> {
  try {
    await instance.setLimits(memory_limit, threads);
  } catch (error) {
    if (!(error instanceof PgError) || error.sqlstate !== "53200") throw error;
  }
}

function draining(): FlightError {
  return new FlightError(status.UNAVAILABLE, "worker is draining");
}
