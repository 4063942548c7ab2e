/** What Flight SQL keeps for a session: tickets not yet fetched, prepared statements, the open transaction. */
import { status } from "@grpc/grpc-js";
import { PgError } from "../../api/error.ts";
import type { LocalPrepared } from "../../local_executor.ts";
import { FlightError } from "../status.ts";
import type { WorkerSession } from "../worker_session.ts";
import { type Operation, Operations } from "./operations.ts";
import type { ParameterRow } from "./parameters.ts";

/** A statement that a ticket stands for. */
export interface Query {
  /** `null` for SQL without a statement in it. */
  prepared: LocalPrepared | null;
  /** It is executed once for each; their results follow one another. */
  rows: readonly ParameterRow[];
}

/** A prepared statement as its client sees it. It is compiled for each use, most often found in the plan cache. */
export interface Statement {
  sql: string;
  /** What the client bound for the next query. */
  rows: readonly ParameterRow[];
}

const text = new TextDecoder();

/** See the module. */
export class SqlSession {
  readonly session: WorkerSession;
  readonly operations: Operations;
  readonly #number: () => number;
  readonly #queries = new Map<string, Query>();
  readonly #statements = new Map<string, Statement>();
  readonly #running = new Map<string, Operation>();
  #transaction: string | null = null;

  /** @param number the next number for a handle's name */
  constructor(session: WorkerSession, number: () => number) {
    this.session = session;
    this.operations = new Operations(session.executor);
    this.#number = number;
  }

  /** Does a call's work as one operation, which counts as the session's use and ends with it. */
  async operate<T>(work: (operation: Operation) => Promise<T>): Promise<T> {
    const operation = this.operations.begin();
    const end = this.session.begin();
    if (this.#transaction !== null) this.session.useHandle(this.#transaction);
    try {
      return await work(operation);
    } catch (error) {
      if (!operation.cancelled) this.checkNotEnded(); // whose end interrupts what runs
      throw error;
    } finally {
      this.operations.end(operation);
      end();
    }
  }

  /** The session's end also closes its results, which then look as if they were at their own. @throws PgError 57P01 */
  checkNotEnded(): void {
    if (!this.session.ended) return;
    throw new PgError("57P01", "terminating connection due to administrator command", { severity: "FATAL" });
  }

  /** Keeps a query until it is fetched; answers its name. */
  addQuery(query: Query): string {
    const name = `query-${this.#number()}`;
    this.#queries.set(name, query);
    this.session.addHandle(name, () => {
      if (this.#queries.delete(name)) query.prepared?.close();
    });
    return name;
  }

  /**
   * Takes a query out, for the one time it is run; whoever takes it closes it.
   *
   * @throws {FlightError} NOT_FOUND
   */
  takeQuery(handle: Uint8Array): { name: string; query: Query } {
    const name = text.decode(handle);
    const query = this.#queries.get(name);
    if (query === undefined) throw new FlightError(status.NOT_FOUND, "query handle not found");
    this.#queries.delete(name);
    this.#forget(name);
    return { name, query };
  }

  /** Ends a query, before it began or while it runs; answers whether it was there. */
  async cancelQuery(handle: Uint8Array): Promise<boolean> {
    const name = text.decode(handle);
    const running = this.#running.get(name);
    running?.cancel();
    return running !== undefined || await this.session.dropHandle(name);
  }

  /** While `work` is under way the query can be cancelled by its name. */
  async whileRunning(name: string, operation: Operation, work: () => Promise<void>): Promise<void> {
    this.#running.set(name, operation);
    try {
      await work();
    } finally {
      this.#running.delete(name);
    }
  }

  addStatement(sql: string): string {
    const name = `prepared-${this.#number()}`;
    this.#statements.set(name, { sql, rows: [[]] });
    this.session.addHandle(name, () => void this.#statements.delete(name));
    return name;
  }

  /** @throws {FlightError} NOT_FOUND */
  statement(handle: Uint8Array): Statement {
    const name = text.decode(handle);
    const statement = this.#statements.get(name);
    if (statement === undefined || !this.session.useHandle(name)) {
      throw new FlightError(status.NOT_FOUND, "prepared statement not found");
    }
    return statement;
  }

  closeStatement(handle: Uint8Array): Promise<boolean> {
    return this.session.dropHandle(text.decode(handle));
  }

  /**
   * A statement must name the session's transaction: one that does not expects to be committed by itself, and what it
   * did would be gone with a rollback.
   *
   * @throws {FlightError} NOT_FOUND for another transaction, FAILED_PRECONDITION for none
   */
  checkTransaction(id: Uint8Array | null): void {
    const named = id === null || id.length === 0 ? null : text.decode(id);
    if (named === this.#transaction) return;
    if (named !== null) throw transactionNotFound();
    throw new FlightError(
      status.FAILED_PRECONDITION,
      `session is in transaction ${this.#transaction}, which the request must name`,
    );
  }

  /** @throws {FlightError} FAILED_PRECONDITION while one is open */
  beginTransaction(): Promise<string> {
    return this.operate((operation) =>
      this.operations.run(operation, async () => {
        if (this.#transaction !== null) {
          throw new FlightError(status.FAILED_PRECONDITION, "session already has an open transaction");
        }
        await this.session.executor.run("BEGIN TRANSACTION");
        const name = `txn-${this.#number()}`;
        this.#transaction = name;
        this.session.addHandle(name, () => this.#rollBack(name));
        return name;
      })
    );
  }

  /**
   * Ends the transaction; when its commit fails it is rolled back.
   *
   * @throws {FlightError} NOT_FOUND
   * @throws {PgError} of the commit
   */
  async endTransaction(id: Uint8Array, commit: boolean): Promise<void> {
    const name = text.decode(id);
    await this.operate((operation) =>
      this.operations.run(operation, async () => {
        if (name !== this.#transaction) throw transactionNotFound();
        this.#transaction = null;
        this.#forget(name);
        if (!commit) return await this.#rollBackNow();
        try {
          // DuckDB answers COMMIT of a failed transaction with a silent rollback; any other statement says so.
          await this.session.executor.run("SELECT 1 LIMIT 0");
          await this.session.executor.run("COMMIT");
        } catch (error) {
          await this.#rollBackNow();
          throw error;
        }
      })
    );
  }

  /** Whether a transaction is open that a client began with an action. */
  get inTransaction(): boolean {
    return this.#transaction !== null;
  }

  /** Takes a handle whose thing is gone from here already off the session's list. */
  #forget(name: string): void {
    void this.session.dropHandle(name);
  }

  /** The client left it alone for too long. */
  async #rollBack(name: string): Promise<void> {
    if (this.#transaction !== name) return;
    this.#transaction = null;
    const operation = this.operations.begin();
    await this.operations.run(operation, () => this.#rollBackNow());
    this.operations.end(operation);
  }

  /** A statement of the client's own may have ended the transaction already. */
  async #rollBackNow(): Promise<void> {
    await this.session.executor.run("ROLLBACK").catch(() => {});
  }
}

function transactionNotFound(): FlightError {
  return new FlightError(status.NOT_FOUND, "transaction not found");
}
