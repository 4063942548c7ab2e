/**
 * The DuckDB instances behind a worker's sessions, reached from aside: over a connection that is no session's, so that it
 * answers while all of them run statements. Limits and memory belong to an instance, not to a connection.
 */
import { defaultRenderSettings, type Executor } from "../api/executor.ts";
import { PgError } from "../api/error.ts";
import type { LocalDatabase } from "../database.ts";
import { quoteText } from "../api/quote.ts";

/** One instance. */
export class Instance {
  readonly #database: LocalDatabase;
  #side: Promise<Executor> | null = null;
  /** Statements under way. */
  #running = 0;
  /** As DuckDB has it; `null` until it was asked. */
  #threads: number | null = null;
  #wantedThreads: number | null = null;
  #held: Promise<void> | null = null;

  constructor(database: LocalDatabase) {
    this.#database = database;
  }

  /** While it is there, statements are to wait for it before they begin. */
  get held(): Promise<void> | null {
    return this.#held;
  }

  /** A statement begins; tell {@linkcode end} when it is over. */
  begin(): void {
    this.#running++;
  }

  end(): void {
    this.#running--;
    if (this.#wantedThreads !== null) this.#applyThreads().catch(() => {}); // tried again at the next end
  }

  /**
   * Applies a memory limit (as DuckDB reads it; empty: as it is) at once, also to statements that run, and a number of
   * threads (0: as it is). Fewer threads wait until nothing runs: DuckDB 1.5.5 stops the whole instance until a thread it
   * ends is done with its part of a statement, which may take hours.
   *
   * @throws {PgError} 22023 for what DuckDB does not take, 53200 when more than the limit is in use
   */
  async setLimits(memoryLimit: string, threads: number): Promise<void> {
    if (typeof memoryLimit !== "string") throw new PgError("22023", `invalid memory limit: ${memoryLimit}`);
    if (!Number.isInteger(threads) || threads < 0) {
      throw new PgError("22023", `invalid number of threads: ${threads}`);
    }
    if (memoryLimit !== "") {
      await (await this.#aside()).run(`SET memory_limit = ${quoteText(memoryLimit)}`);
    }
    if (threads === 0) return;
    this.#wantedThreads = threads;
    await this.#applyThreads();
  }

  /** DuckDB's memory in use, in bytes. */
  async memory(): Promise<number> {
    return await this.#number("SELECT coalesce(sum(memory_usage_bytes), 0) FROM duckdb_memory()");
  }

  async #applyThreads(): Promise<void> {
    const side = await this.#aside();
    this.#threads ??= await this.#number("SELECT current_setting('threads')");
    const wanted = this.#wantedThreads;
    if (wanted === null || this.#held !== null) return;
    if (wanted < this.#threads && this.#running > 0) return;
    this.#wantedThreads = null;
    if (wanted === this.#threads) return;
    const applying = side.run(`SET threads = ${wanted}`);
    this.#held = applying.catch(() => {}).finally(() => this.#held = null);
    await applying;
    this.#threads = wanted;
    if (this.#wantedThreads !== null) await this.#applyThreads();
  }

  async #number(sql: string): Promise<number> {
    const prepared = await (await this.#aside()).prepare(`SELECT CAST((${sql}) AS BIGINT)`);
    try {
      const { rows } = await prepared.execute({
        parameters: [],
        parameterTypes: [],
        formats: [1],
        render: defaultRenderSettings,
        small: true,
      });
      const block = await rows!.next();
      await rows!.close();
      const { buffer, byteOffset, byteLength } = block!.bytes;
      // The one binary int8 of the one DataRow stands at its end.
      return Number(new DataView(buffer, byteOffset, byteLength).getBigInt64(byteLength - 8));
    } finally {
      prepared.close();
    }
  }

  #aside(): Promise<Executor> {
    this.#side ??= this.#database.connect({ user: "duckgres", database: "duckgres", pid: 0 });
    this.#side.catch(() => this.#side = null);
    return this.#side;
  }
}

/** All of a worker's. */
export class Instances {
  readonly #all = new Map<LocalDatabase, Instance>();
  #memoryBytes = 0;
  #reading: Promise<void> | null = null;

  /** The instance behind a database. */
  of(database: LocalDatabase): Instance {
    const known = this.#all.get(database);
    if (known) return known;
    const instance = new Instance(database);
    this.#all.set(database, instance);
    return instance;
  }

  /** As {@linkcode readMemory} last saw it. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /**
   * Asks all how much memory they use. Only one question is under way at a time.
   *
   * @throws {PgError} of the first that cannot answer
   */
  readMemory(): Promise<void> {
    this.#reading ??= this.#readMemory().finally(() => this.#reading = null);
    return this.#reading;
  }

  async #readMemory(): Promise<void> {
    const used = await Promise.all([...this.#all.values()].map((instance) => instance.memory()));
    this.#memoryBytes = used.reduce((sum, bytes) => sum + bytes, 0);
  }
}
