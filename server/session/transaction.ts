import { type Notice, PgError } from "../../worker/api/error.ts";
import type { TransactionStatus } from "../wire/backend.ts";
import { type Mark, type Savepoint, Savepoints } from "./savepoints.ts";

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
  /** A savepoint is set. */
  mark(): Mark;
  /** Whether a new transaction of the engine, with its newer snapshot, may stand in for the open one. */
  mayRestart(): boolean;
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
  readonly #savepoints = new Savepoints();
  /** The savepoint that could not be returned to: whoever means to go on from there must not find a COMMIT successful. */
  #lost: Savepoint | null = null;
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

  /** Whether a savepoint is set. */
  get nested(): boolean {
    return this.#savepoints.any;
  }

  /** A statement runs on the engine. */
  noteQuery(): void {
    if (this.open) this.#queried = true;
  }

  /** A statement that may change the database runs on the engine. */
  noteWrite(): void {
    this.noteQuery();
    if (this.open) this.#savepoints.noteWrite();
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

  /**
   * COMMIT; answers the command tag, which is ROLLBACK for a failed block.
   *
   * @throws PgError 0A000 for a block that failed in ROLLBACK TO SAVEPOINT; it is over then
   */
  async commit(chain = false): Promise<"COMMIT" | "ROLLBACK"> {
    if (this.#lost) await this.#refuseCommit(this.#lost);
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

  /** SAVEPOINT. Throws 25P01 outside a block. */
  savepoint(name: string): void {
    this.#requireBlock("SAVEPOINT");
    this.#savepoints.set(name, this.#engine.mark());
  }

  /** RELEASE SAVEPOINT: what was done since is the transaction's. Throws 25P01 outside a block, 3B001. */
  release(name: string): void {
    this.#requireBlock("RELEASE SAVEPOINT");
    this.#savepoints.release(name);
  }

  /**
   * ROLLBACK TO SAVEPOINT: a failed block goes on.
   *
   * @throws PgError 25P01 outside a block, 3B001, and 0A000 where the engine cannot undo what was written since
   */
  async rollbackTo(name: string): Promise<void> {
    this.#requireBlock("ROLLBACK TO SAVEPOINT");
    const savepoint = this.#savepoints.returnTo(name);
    await savepoint.mark.endPortals();
    this.#lost = savepoint;
    await this.#undoSince(savepoint);
    this.#lost = null;
    this.#state = "block";
    await savepoint.mark.resetSettings();
  }

  /** A statement failed: an implicit transaction is undone, a block waits for its end. */
  async statementFailed(): Promise<void> {
    if (this.#state === "block") this.#state = "failed";
    if (this.#state === "implicit") await this.#rollback();
  }

  async #start(): Promise<void> {
    await this.#beginEngine();
    this.#engine.started();
    this.#reset();
  }

  #reset(): void {
    this.#queried = false;
    this.#lost = null;
    this.#savepoints.clear();
  }

  /** Nothing was written since, or nothing before: then what was written since is all there is, and goes. */
  async #undoSince(savepoint: Savepoint): Promise<void> {
    if (!this.#savepoints.wroteSince(savepoint) && await this.#alive()) return;
    if (savepoint.writes > 0 || !this.#engine.mayRestart()) {
      throw new PgError(
        "0A000",
        `what was written since savepoint "${savepoint.name}" cannot be undone alone`,
        {
          hint: "DuckDB rolls back whole transactions: use ROLLBACK.",
        },
      );
    }
    await this.#undo();
    await this.#beginEngine();
    this.#savepoints.restarted();
  }

  async #refuseCommit({ name }: Savepoint): Promise<never> {
    await this.#rollback();
    throw new PgError(
      "0A000",
      `the transaction was rolled back, as a ROLLBACK TO savepoint "${name}" failed in it`,
    );
  }

  /** DuckDB ends its transaction at errors of a statement that runs; one that it does not compile leaves it as it is. */
  async #alive(): Promise<boolean> {
    if (this.#state !== "failed") return true;
    return await this.#engine.run("SELECT 1").then(() => true, () => false);
  }

  /** A cancel that hits it may leave a transaction of DuckDB's behind, begun and aborted: the next statement would be refused. */
  async #beginEngine(): Promise<void> {
    try {
      await this.#engine.run("BEGIN TRANSACTION");
    } catch (error) {
      await this.#undo();
      throw error;
    }
  }

  /** A cancel may hit the first try. DuckDB may also have ended the transaction itself: then nothing is left to undo. */
  async #undo(): Promise<void> {
    await this.#engine.run("ROLLBACK").catch(() => this.#engine.run("ROLLBACK")).catch(() => {});
  }

  async #commit(): Promise<void> {
    this.#state = "idle";
    this.#reset();
    try {
      await this.#engine.committing();
      await this.#engine.run("COMMIT");
    } catch (error) {
      // A commit that fails (a conflict) has rolled back; make sure the engine agrees.
      await this.#undo();
      await this.#engine.ended(false);
      throw error;
    }
    await this.#engine.ended(true);
  }

  async #rollback(): Promise<void> {
    this.#state = "idle";
    this.#reset();
    await this.#undo();
    await this.#engine.ended(false);
  }

  #requireBlock(command: string): void {
    if (!this.inBlock) throw new PgError("25P01", `${command} can only be used in transaction blocks`);
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
