/** One session on this worker: a local executor, and what is known of its use. */
import type { PgError } from "../api/error.ts";
import type { SessionIdentity } from "../api/executor.ts";
import type { LocalExecutor } from "../local_executor.ts";
import type { Instance } from "./instances.ts";

/** Something a session holds for its client under a name: a query's ticket, a prepared statement, a transaction. */
interface Handle {
  lastUse: number;
  close(): void | Promise<void>;
}

/** What a {@linkcode WorkerSession} is made of. */
export interface WorkerSessionParts {
  /** 64 hex digits. */
  token: string;
  identity: SessionIdentity;
  instance: Instance;
  executor: LocalExecutor;
  /** Milliseconds on any clock. */
  now: () => number;
}

/** See the module. */
export class WorkerSession {
  readonly token: string;
  readonly identity: SessionIdentity;
  /** The DuckDB it is on. */
  readonly instance: Instance;
  readonly executor: LocalExecutor;
  /** When it was last used, by the clock it was given. */
  lastUse: number;
  /** Whether it was ever used. */
  used = false;
  /**
   * Set by the connection that serves the session: called once when the session ends, with the reason the client is told.
   * What it answers is called when everything is let go of.
   */
  onEnd: ((reason: PgError | null) => () => void) | null = null;
  readonly #now: () => number;
  readonly #handles = new Map<string, Handle>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #ended: Promise<void> | null = null;

  constructor({ token, identity, instance, executor, now }: WorkerSessionParts) {
    this.token = token;
    this.identity = identity;
    this.instance = instance;
    this.executor = executor;
    this.#now = now;
    this.lastUse = now();
  }

  /** Statements under way: asked and not answered, or with rows still to come. */
  get running(): number {
    return this.#running;
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  /** A statement begins; the function it answers says, once, that it has ended. */
  begin(): () => void {
    this.#touch();
    this.#running++;
    this.instance.begin();
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.#touch();
      this.instance.end();
      if (--this.#running > 0) return;
      for (const resume of this.#waiting.splice(0)) resume();
    };
  }

  /** Resolves when no statement is under way. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Keeps something for the client until it drops it, leaves it unused for too long, or the session ends. */
  addHandle(name: string, close: Handle["close"]): void {
    this.#touch();
    this.#handles.set(name, { lastUse: this.lastUse, close });
  }

  /** Whether the handle is there; it counts as used. */
  useHandle(name: string): boolean {
    this.#touch();
    const handle = this.#handles.get(name);
    if (handle) handle.lastUse = this.lastUse;
    return handle !== undefined;
  }

  /** Lets go of a handle; answers whether it was there. */
  async dropHandle(name: string): Promise<boolean> {
    const handle = this.#handles.get(name);
    this.#handles.delete(name);
    await handle?.close();
    return handle !== undefined;
  }

  /** Lets go of the handles that nobody has used since `time`. */
  async dropHandlesUnusedSince(time: number): Promise<void> {
    for (const [name, { lastUse }] of [...this.#handles]) if (lastUse <= time) await this.dropHandle(name);
  }

  /** Ends it: what runs is interrupted, the open transaction rolled back. `reason` is what the client is told. */
  end(reason: PgError | null): Promise<void> {
    this.#ended ??= this.#end(reason);
    return this.#ended;
  }

  async #end(reason: PgError | null): Promise<void> {
    const finished = this.onEnd?.(reason);
    try {
      await this.executor.close();
    } finally {
      this.#handles.clear();
      for (const resume of this.#waiting.splice(0)) resume();
      finished?.();
    }
  }

  #touch(): void {
    this.used = true;
    this.lastUse = this.#now();
  }
}
