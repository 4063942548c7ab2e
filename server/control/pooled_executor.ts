import type { Notice, PgError } from "../../worker/api/error.ts";
import type { Executor, Prepared, Progress } from "../../worker/api/executor.ts";

/** A worker's executor that tells the pool when it is done with, by a close or by a loss. */
export class PooledExecutor implements Executor {
  onLost?: (reason: PgError) => void;
  readonly #inner: Executor;
  readonly #ended: () => void;
  readonly #closing: () => Promise<void>;
  #close: Promise<void> | null = null;

  /**
   * @param closing awaited before the inner executor is closed
   * @param ended called once
   */
  constructor(inner: Executor, closing: () => Promise<void>, ended: () => void) {
    this.#inner = inner;
    this.#closing = closing;
    let over = false;
    this.#ended = () => {
      if (!over) ended();
      over = true;
    };
    inner.onLost = (reason) => {
      this.#ended();
      this.onLost?.(reason);
    };
  }

  get onNotice(): ((notice: Notice) => void) | undefined {
    return this.#inner.onNotice;
  }

  set onNotice(listener: ((notice: Notice) => void) | undefined) {
    this.#inner.onNotice = listener;
  }

  prepare(sql: string, parameterTypes?: readonly number[]): Promise<Prepared> {
    return this.#inner.prepare(sql, parameterTypes);
  }

  run(sql: string): Promise<void> {
    return this.#inner.run(sql);
  }

  interrupt(): void {
    this.#inner.interrupt();
  }

  progress(): Progress | null {
    return this.#inner.progress();
  }

  close(): Promise<void> {
    this.#close ??= this.#closeInner();
    return this.#close;
  }

  async #closeInner(): Promise<void> {
    try {
      await this.#closing();
      await this.#inner.close();
    } finally {
      this.#ended();
    }
  }
}
