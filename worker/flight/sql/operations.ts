/**
 * Whose statement a session's connection is working on, so that cancelling a call ends that call's statement and no
 * other's.
 *
 * Calls of one session take turns up to their result. A result that is still open when the next call comes is put aside
 * (fetched to its end and kept), so that a client may ask something else while it reads: a client with one thread would
 * otherwise wait for itself.
 */
import { PgError } from "../../api/error.ts";
import type { Executor, QueryContext } from "../../api/executor.ts";
import { turns } from "../../engine/turns.ts";

/** What one call does on a session; see {@linkcode Operations.begin}. */
export class Operation {
  /** What the client's logs and traces call it, where it says so. */
  query?: QueryContext;
  #cancelled = false;
  readonly #onCancel: (operation: Operation) => void;

  constructor(onCancel: (operation: Operation) => void) {
    this.#onCancel = onCancel;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Ends its statement, now or as soon as it would begin. Safe at any time. */
  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#onCancel(this);
  }

  /** @throws PgError 57014 once it was cancelled */
  check(): void {
    if (this.#cancelled) throw new PgError("57014", "canceling statement due to user request");
  }
}

/** See the module. */
export class Operations {
  readonly #executor: Executor;
  readonly #inTurn = turns();
  /** Who the connection works for: what runs now, or the open result. */
  #current: Operation | null = null;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  begin(): Operation {
    return new Operation((operation) => {
      if (operation === this.#current) this.#executor.interrupt();
    });
  }

  /**
   * Runs `work`, which uses the executor, when the calls before have their results. What `work` leaves open (a result that
   * is read on) stays the operation's until {@linkcode end}, or until the next call needs the connection.
   *
   * @throws PgError 57014 where it was cancelled, or whatever `work` throws
   */
  run<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      operation.check();
      if (this.#current !== null && this.#current !== operation) await this.#putAside();
      operation.check();
      this.#current = operation;
      return await work();
    });
  }

  /** The operation has nothing open any more. */
  end(operation: Operation): void {
    if (this.#current === operation) this.#current = null;
  }

  /** Running anything puts an open result aside. It still counts as the current one meanwhile: it may be cancelled. */
  async #putAside(): Promise<void> {
    await this.#executor.run("SELECT 1 LIMIT 0").catch(() => {}); // refused in a failed transaction, but aside all the same
  }
}
