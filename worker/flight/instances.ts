/**
 * The DuckDB instances behind a worker's sessions, reached from aside: over a connection that is no session's, so that it
 * answers while all of them run statements. Limits and memory belong to an instance, not to a connection.
 */
import { defaultRenderSettings, type Executor } from "../api/executor.ts";
import { PgError } from "../api/error.ts";
import type { LocalDatabase } from "../database.ts";

const memoryQuery = "SELECT CAST(coalesce(sum(memory_usage_bytes), 0) AS BIGINT) FROM duckdb_memory()";

/** See the module. */
export class Instances {
  readonly #sides = new Map<LocalDatabase, Promise<Executor> | null>();
  #memoryBytes = 0;
  #reading: Promise<void> | null = null;

  add(database: LocalDatabase): void {
    if (!this.#sides.has(database)) this.#sides.set(database, null);
  }

  /** As {@linkcode readMemory} last saw it. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /**
   * Applies a memory limit (as DuckDB reads it; empty: as it is) and a number of threads (0: as it is) at once, also to
   * statements that run.
   *
   * @throws {PgError} 22023 for what DuckDB does not take, 53200 when more than the limit is in use
   */
  async setLimits(database: LocalDatabase, memoryLimit: string, threads: number): Promise<void> {
    if (!Number.isInteger(threads) || threads < 0) {
      throw new PgError("22023", `invalid number of threads: ${threads}`);
    }
    if (memoryLimit === "" && threads === 0) return;
    const side = await this.#side(database);
    if (memoryLimit !== "") await side.run(`SET memory_limit = '${memoryLimit.replaceAll("'", "''")}'`);
    if (threads > 0) await side.run(`SET threads = ${threads}`);
  }

  /**
   * Asks all instances how much memory they use. Only one question is under way at a time.
   *
   * @throws {PgError} of the first instance that cannot answer
   */
  readMemory(): Promise<void> {
    this.#reading ??= this.#readMemory().finally(() => this.#reading = null);
    return this.#reading;
  }

  async #readMemory(): Promise<void> {
    const used = await Promise.all([...this.#sides.keys()].map((database) => this.#memoryOf(database)));
    this.#memoryBytes = used.reduce((sum, bytes) => sum + bytes, 0);
  }

  async #memoryOf(database: LocalDatabase): Promise<number> {
    const side = await this.#side(database);
    const prepared = await side.prepare(memoryQuery);
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

  #side(database: LocalDatabase): Promise<Executor> {
    const known = this.#sides.get(database);
    if (known) return known;
    const connecting = database.connect({ user: "duckgres", database: "duckgres", pid: 0 });
    this.#sides.set(database, connecting);
    connecting.catch(() => this.#sides.set(database, null));
    return connecting;
  }
}
