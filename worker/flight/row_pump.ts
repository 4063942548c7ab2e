/**
 * Takes the rows of a result and sends them as credit allows. Blocks that come close together travel in one message, and
 * so does the end: a message costs as much as many rows do.
 */
import type { RowBlock, RowStream } from "../api/executor.ts";

/** What travels together. */
export interface Batch {
  blocks: RowBlock[];
  rows: number;
  /** No more rows follow. */
  end: boolean;
}

/** Bytes from which a batch is sent without waiting for more. */
const fullBatch = 256 * 1024;

/** How long a batch that is not full waits for what may follow, in milliseconds. */
const patience = 1;

/** What a {@linkcode RowPump} tells. */
export interface PumpEvents {
  /** Called at once before the first batch is worked on, and then in order. */
  send(batch: Batch): void;
  /** The rows ended with an error; nothing follows. */
  fail(error: unknown): void;
  /** The rows are over: at their end, after an error, or closed. Called once. */
  over(): void;
}

/** See the module. */
export class RowPump {
  readonly #rows: RowStream;
  readonly #events: PumpEvents;
  #credit: number;
  #resume: (() => void) | null = null;
  /** Asked for and not yet in a batch. */
  #ahead: Promise<RowBlock | null> | null = null;
  #closed = false;

  /** @param window batches that may be sent before any is taken */
  constructor(rows: RowStream, window: number, events: PumpEvents) {
    this.#rows = rows;
    this.#credit = window;
    this.#events = events;
  }

  /** Sends the first batch, then goes on by itself. */
  async start(): Promise<void> {
    if (await this.#step()) this.#pump();
  }

  /** So many batches were taken. */
  take(batches: number): void {
    this.#credit += batches;
    this.#resume?.();
    this.#resume = null;
  }

  /** The rest is not wanted; resolves when DuckDB has let go of it. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#rows.close();
    this.#resume?.();
    this.#events.over();
  }

  async #pump(): Promise<void> {
    for (;;) {
      while (this.#credit <= 0 && !this.#closed) await new Promise<void>((go) => this.#resume = go);
      if (!await this.#step()) return;
    }
  }

  /** Sends one batch; answers whether more may follow. */
  async #step(): Promise<boolean> {
    const batch: Batch = { blocks: [], rows: 0, end: false };
    let failure: { error: unknown } | null = null;
    try {
      await this.#fill(batch);
    } catch (error) {
      failure = { error };
    }
    if (this.#closed) return false;
    this.#credit--;
    if (failure === null || batch.rows > 0) this.#events.send(batch);
    if (failure !== null) this.#events.fail(failure.error);
    if (failure === null && !batch.end) return true;
    this.#closed = true;
    this.#events.over();
    return false;
  }

  async #fill(batch: Batch): Promise<void> {
    let bytes = 0;
    let timer: Timer | null = null;
    try {
      while (bytes < fullBatch && !this.#closed) {
        const next = this.#next();
        let block = bytes === 0 ? await next : await Promise.race([next, atOnce]);
        if (block === late) block = await Promise.race([next, (timer ??= new Timer()).late]);
        if (block === late) return;
        this.#ahead = null;
        if (block === null) {
          batch.end = true;
          return;
        }
        bytes += block.bytes.length;
        batch.rows += block.rows;
        batch.blocks.push(block);
      }
    } finally {
      timer?.stop();
    }
  }

  #next(): Promise<RowBlock | null> {
    if (this.#ahead !== null) return this.#ahead;
    this.#ahead = this.#rows.next();
    this.#ahead.catch(() => {}); // seen by the batch it is for
    return this.#ahead;
  }
}

const late = Symbol("late");

/** Loses against what is there already, and spares it the timer. */
const atOnce = Promise.resolve(late);

class Timer {
  readonly late: Promise<typeof late>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.late = new Promise((resolve) => this.#timer = setTimeout(() => resolve(late), patience));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
