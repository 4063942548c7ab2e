/**
 * One DuckDB connection: what runs on it runs one after the other, can be interrupted, and first puts aside a result
 * that is still open (running anything on a DuckDB connection silently ends its open result).
 */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import type { Progress } from "../api/executor.ts";
import { canceled, pgErrorOf } from "./errors.ts";
import { turns } from "./turns.ts";

/** An open result that is still being computed. */
export interface OpenResult {
  /** Set when somebody asked for its end. */
  interrupted: boolean;
  /** Fetches all that is left of it, so that the connection is free; never throws. */
  putAside(): Promise<void>;
}

/** What is being done on a connection, as an interrupt sees it. */
interface Operation {
  interrupted: boolean;
  again: ReturnType<typeof setTimeout> | undefined;
}

/**
 * How long until an interrupt is repeated, in ms. DuckDB forgets an interrupt that comes before it has begun with the
 * statement it was asked to run on another thread, so it is repeated until the statement ends.
 */
const repeatInterrupt = 2;

/** See the module. */
export class EngineConnection {
  readonly native: duckdb.Connection;
  readonly #inTurn = turns();
  /** What was asked and has not ended, in order: the first runs, or is about to. */
  readonly #asked: Operation[] = [];
  #open: OpenResult | null = null;
  #closed = false;
  #disconnected = false;

  constructor(native: duckdb.Connection) {
    this.native = native;
  }

  /**
   * Runs `work`, which may use {@linkcode native}, when what was asked before has ended.
   *
   * @throws PgError 57014 when interrupted before `work` began, 08003 when the connection is closed.
   */
  async use<T>(work: () => Promise<T>, sql = ""): Promise<T> {
    const operation: Operation = { interrupted: false, again: undefined };
    this.#asked.push(operation);
    try {
      return await this.#inTurn(() => this.#run(operation, work));
    } catch (error) {
      throw pgErrorOf(error, sql);
    } finally {
      if (operation.interrupted && this.#open) this.#open.interrupted = true;
      clearTimeout(operation.again);
      this.#asked.shift();
    }
  }

  async #run<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
    if (this.#closed) {
      throw operation.interrupted ? canceled() : new PgError("08003", "connection does not exist");
    }
    await this.#open?.putAside();
    this.#open = null;
    if (operation.interrupted) throw canceled();
    return await work();
  }

  /** From now on `result` is the connection's open result; `null` when there is none. */
  setOpen(result: OpenResult | null): void {
    this.#open = result;
  }

  /** Whether `result` still owns the connection. */
  isOpen(result: OpenResult): boolean {
    return this.#open === result;
  }

  /** Ends what runs, or what an open result still computes; nothing else. */
  interrupt(): void {
    const [operation] = this.#asked;
    if (this.#open !== null) this.#open.interrupted = true;
    if (operation !== undefined || this.#open !== null) duckdb.interrupt(this.native);
    if (operation === undefined) return;
    operation.interrupted = true;
    clearTimeout(operation.again);
    operation.again = setTimeout(() => this.#asked[0] === operation && this.interrupt(), repeatInterrupt);
  }

  /** How far the running statement is; `null` when none runs. */
  progress(): Progress | null {
    if (this.#disconnected || (this.#asked.length === 0 && this.#open === null)) return null;
    const { percentage, rows_processed, total_rows_to_process } = duckdb.query_progress(this.native);
    return { percentage, rows: Number(rows_processed), total: Number(total_rows_to_process) };
  }

  /** Interrupts, rolls back and disconnects; to be called once. `last` runs before the connection goes. */
  close(last: () => Promise<void>): Promise<void> {
    this.#closed = true;
    this.interrupt();
    return this.#inTurn(async () => {
      await last();
      await duckdb.query(this.native, "ROLLBACK").catch(() => {}); // most often no transaction is open
      this.#open = null;
      this.#disconnected = true;
      duckdb.disconnect_sync(this.native);
    });
  }
}
