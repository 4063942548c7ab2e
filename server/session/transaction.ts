import { type Notice, PgError } from "../../worker/api/error.ts";
import type { TransactionStatus } from "../wire/backend.ts";

/** What the transaction needs of the session. */
export interface TransactionEngine {
  run(sql: string): Promise<void>;
  notice(notice: Notice): void;
  /** The transaction is about to commit. */
  committing(): Promise<void>;
  /** The transaction ended; settings made in it stay or are undone. */
  ended(committed: boolean): Promise<void>;
  /** A transaction block starts; settings made from here on can be undone. */
  started(): void;
}

/**
 * One session's transaction, as PostgreSQL's clients see it.
 *
 * - `idle`: no transaction; the next statement commits itself.
 * - `implicit`: several statements sent together (one query string, or between two Syncs) share one transaction.
 * - `block`: after BEGIN.
 * - `failed`: an error inside a block; only its end is accepted.
 *
 * @see https://www.postgresql.org/docs/16/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
 */
export class Transaction {
  #state: "idle" | "implicit" | "block" | "failed" = "idle";
  #queried = false;
  readonly #engine: TransactionEngine;

  constructor(engine: TransactionEngine) {
    this.#engine = engine;
  }

  /** What ReadyForQuery says. */
  get status(): TransactionStatus {
    if (this.#state === "block") return "T";
    return this.#state === "failed" ? "E" : "I";
  }

  /** Whether BEGIN was given, failed or not. */
  get inBlock(): boolean {
    return this.#state === "block" || this.#state === "failed";
  }

  /** Whether statements run inside a transaction of the engine. */
  get open(): boolean {
    return this.#state !== "idle";
  }

  get failed(): boolean {
    return this.#state === "failed";
  }

  /** Whether a query has run in the open transaction: some of its modes are then settled. */
  get queried(): boolean {
    return this.#queried;
  }

  /** A statement runs on the engine. */
  noteQuery(): void {
    if (this.open) this.#queried = true;
  }

  /** Opens the implicit transaction that the coming statement shares with others, unless one is open. */
  async openImplicit(): Promise<void> {
    if (this.#state !== "idle") return;
    await this.#start();
    this.#state = "implicit";
  }

  /** Commits the implicit transaction, if there is one: the end of a query string, or Sync. */
  async closeImplicit(): Promise<void> {
    if (this.#state !== "implicit") return;
    await this.#commit();
  }

  /** BEGIN. Inside a block it only warns. */
  async begin(): Promise<void> {
    if (this.inBlock) {
      this.#warn("25001", "there is already a transaction in progress");
      return;
    }
    if (this.#state === "idle") await this.#start();
    this.#state = "block";
  }

  /** COMMIT; answers the command tag, which is ROLLBACK for a failed block. */
  async commit(chain = false): Promise<"COMMIT" | "ROLLBACK"> {
    if (this.#state === "failed") return await this.rollback(chain);
    this.#requireBlockFor(chain, "COMMIT AND CHAIN");
    if (this.#state !== "block") this.#warn("25P01", "there is no transaction in progress");
    if (this.#state !== "idle") await this.#commit();
    if (chain) await this.begin();
    return "COMMIT";
  }

  /** ROLLBACK; never fails for lack of a transaction. */
  async rollback(chain = false): Promise<"ROLLBACK"> {
    this.#requireBlockFor(chain, "ROLLBACK AND CHAIN");
    if (!this.inBlock) this.#warn("25P01", "there is no transaction in progress");
    if (this.#state !== "idle") await this.#rollback();
    if (chain) await this.begin();
    return "ROLLBACK";
  }

  /** A statement failed: an implicit transaction is undone, a block waits for its end. */
  async statementFailed(): Promise<void> {
    if (this.#state === "block") this.#state = "failed";
    if (this.#state === "implicit") await this.#rollback();
  }

  async #start(): Promise<void> {
    await this.#engine.run("BEGIN TRANSACTION");
    this.#engine.started();
    this.#queried = false;
  }

  async #commit(): Promise<void> {
    this.#state = "idle";
    this.#queried = false;
    try {
      await this.#engine.committing();
      await this.#engine.run("COMMIT");
    } catch (error) {
      // A commit that fails (a conflict) has rolled back; make sure the engine agrees.
      await this.#engine.run("ROLLBACK").catch(() => {});
      await this.#engine.ended(false);
      throw error;
    }
    await this.#engine.ended(true);
  }

  async #rollback(): Promise<void> {
    this.#state = "idle";
    this.#queried = false;
    // A cancel may hit the first try. DuckDB may also have ended the transaction itself: then nothing is left to undo.
    await this.#engine.run("ROLLBACK").catch(() => this.#engine.run("ROLLBACK")).catch(() => {});
    await this.#engine.ended(false);
  }

  #requireBlockFor(chain: boolean, command: string): void {
    if (chain && !this.inBlock) {
      throw new PgError("25P01", `${command} can only be used in transaction blocks`);
    }
  }

  #warn(sqlstate: string, message: string): void {
    this.#engine.notice({ severity: "WARNING", sqlstate, message });
  }
}
