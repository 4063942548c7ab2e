/** The rows of a result whose DuckDB is in a worker: blocks as they came, and credit for more as they are taken. */
import type { RowBlock, RowStream } from "../../worker/api/executor.ts";

/** What the rows ask of their stream. */
export interface RowsRequests {
  /** So many blocks were taken. */
  taken(blocks: number): void;
  /** The rest is not wanted; the worker answers when DuckDB has let go of it. */
  close(): void;
}

/** Filled by the session's stream, read by the session. */
export class RemoteRows implements RowStream {
  readonly #requests: RowsRequests;
  readonly #creditAt: number;
  readonly #ready: RowBlock[] = [];
  #taken = 0;
  /** The worker sends no more. */
  #ended = false;
  #error: Error | null = null;
  #closed = false;
  #waiting: (() => void) | null = null;
  #onEnded: (() => void)[] = [];

  /** @param window blocks the worker sends unasked */
  constructor(window: number, requests: RowsRequests) {
    this.#requests = requests;
    this.#creditAt = Math.ceil(window / 2);
  }

  /** Whether the worker may still send something. */
  get open(): boolean {
    return !this.#ended;
  }

  push(block: RowBlock): void {
    if (this.#closed) return;
    this.#ready.push(block);
    this.#wake();
  }

  /** No more rows follow; `error` is what ended them early. */
  end(error: Error | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const told of this.#onEnded.splice(0)) told();
    this.#wake();
  }

  async next(): Promise<RowBlock | null> {
    while (this.#ready.length === 0 && !this.#ended && !this.#closed) {
      await new Promise<void>((wake) => this.#waiting = wake);
    }
    const block = this.#closed ? null : this.#ready.shift();
    if (block) {
      this.#giveCredit();
      return block;
    }
    const error = this.#error;
    this.#error = null;
    if (error !== null && !this.#closed) throw error;
    return null;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ready.length = 0;
    this.#wake();
    if (this.#ended) return;
    this.#requests.close();
    await new Promise<void>((told) => this.#onEnded.push(told));
  }

  #giveCredit(): void {
    if (this.#ended || ++this.#taken < this.#creditAt) return;
    this.#requests.taken(this.#taken);
    this.#taken = 0;
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = null;
  }
}
