import { PgError } from "../../worker/api/error.ts";
import type { RowBlock, RowStream } from "../../worker/api/executor.ts";
import type { FetchDirection } from "../sql/mod.ts";

/** How a cursor may move. */
export interface CursorMoves {
  /** Whether it may go back at all. */
  backward: boolean;
  /** Bytes of rows kept to go back to. */
  keep: number;
}

/**
 * A query's rows with a position among them: 0 is before the first row, one more than there are is behind the last. Rows
 * that were read are kept, up to a limit, so that the cursor can go back to them; blocks are cut, never decoded.
 *
 * @see https://www.postgresql.org/docs/16/sql-fetch.html
 */
export class CursorRows {
  readonly #stream: RowStream;
  readonly #moves: CursorMoves;
  /** Blocks at hand; the first begins behind `#before` rows, which are kept no more. */
  readonly #kept: RowBlock[] = [];
  #before = 0;
  #bytes = 0;
  /** Rows read so far. */
  #read = 0;
  #ended = false;
  #position: number;

  /** @param position rows of the stream's query that were sent before */
  constructor(stream: RowStream, moves: CursorMoves, position = 0) {
    this.#stream = stream;
    this.#moves = moves;
    this.#position = position;
    this.#before = position;
    this.#read = position;
  }

  /**
   * The rows of a FETCH, moving there; `all` goes to the end.
   *
   * @throws PgError 55000 where it would go back and cannot
   */
  fetch(direction: FetchDirection, count: number | "all"): AsyncGenerator<RowBlock> {
    const rows = count === "all" ? Infinity : count;
    if (direction === "absolute") return this.#absolute(rows);
    if (direction === "relative") return rows === 0 ? this.#again() : this.#row(this.#position + rows);
    const ahead = direction === "forward" ? rows : -rows;
    if (ahead === 0) return this.#again();
    return ahead > 0 ? this.#forward(ahead) : this.#backward(-ahead);
  }

  close(): Promise<void> {
    this.#kept.length = 0;
    return this.#stream.close();
  }

  async *#forward(count: number): AsyncGenerator<RowBlock> {
    const to = this.#position + count;
    for await (const block of this.#range(this.#position, to)) {
      this.#position += block.rows;
      yield block;
    }
    if (this.#position < to) this.#position = this.#read + 1;
    this.#forget();
  }

  async *#backward(count: number): AsyncGenerator<RowBlock> {
    this.#requireBackward();
    const first = Math.max(this.#position - 1 - count, 0);
    const rows: RowBlock[] = [];
    for await (const block of this.#range(first, this.#position - 1)) rows.push(...singleRows(block));
    this.#position = Math.max(this.#position - count, 0);
    for (const row of rows.reverse()) yield row;
  }

  /** The row the cursor is on, once more. */
  async *#again(): AsyncGenerator<RowBlock> {
    if (this.#position === 0 || this.#position > this.#read) return;
    this.#requireBackward();
    yield* this.#range(this.#position - 1, this.#position);
  }

  async *#absolute(row: number): AsyncGenerator<RowBlock> {
    if (row >= 0) return yield* this.#row(row);
    for await (const _ of this.#range(this.#read, Infinity)); // to know where the end is
    yield* this.#row(this.#read + 1 + row);
  }

  /** Moves to a row, which may be before the first or behind the last. */
  async *#row(row: number): AsyncGenerator<RowBlock> {
    if (row < this.#position || (row === this.#position && row > 0)) this.#requireBackward();
    if (row <= 0) {
      this.#position = 0;
      return;
    }
    let found: RowBlock | null = null;
    for await (const block of this.#range(row - 1, row)) found = block;
    this.#position = found ? row : this.#read + 1;
    this.#forget();
    if (found) yield found;
  }

  /** Rows by number from 0, as many of them as there are. */
  async *#range(from: number, to: number): AsyncGenerator<RowBlock> {
    if (from >= to) return;
    if (from < this.#before) throw this.#gone();
    let at = this.#before;
    for (let i = 0; at < to; i++) {
      const block = this.#kept[i] ?? await this.#pull();
      if (!block) return;
      const end = at + block.rows;
      if (end > from) yield cut(block, Math.max(from - at, 0), Math.min(to - at, block.rows));
      at = end;
      // A long way ahead is not held in memory.
      if (this.#keepsTooMuch()) i -= this.#drop(at - block.rows);
    }
  }

  async #pull(): Promise<RowBlock | null> {
    if (this.#ended) return null;
    const block = await this.#stream.next();
    if (!block) {
      this.#ended = true;
      return null;
    }
    this.#read += block.rows;
    this.#bytes += block.bytes.length;
    this.#kept.push(block);
    return block;
  }

  /** Lets go of what is behind the cursor once it is too much, or of no use. */
  #forget(): void {
    if (this.#keepsTooMuch()) this.#drop(this.#position - 1);
  }

  #keepsTooMuch(): boolean {
    return !this.#moves.backward || this.#bytes > this.#moves.keep;
  }

  /** Drops the blocks that end before a row; answers how many. */
  #drop(row: number): number {
    let dropped = 0;
    while (this.#kept.length > 0 && this.#before + this.#kept[0].rows <= row) {
      const [block] = this.#kept.splice(0, 1);
      this.#before += block.rows;
      this.#bytes -= block.bytes.length;
      dropped++;
    }
    return dropped;
  }

  #requireBackward(): void {
    if (this.#moves.backward) return;
    throw new PgError("55000", "cursor can only scan forward", {
      hint: "Declare it with SCROLL option to enable backward scan.",
    });
  }

  #gone(): PgError {
    return new PgError("55000", "cursor can only scan forward", {
      detail: `At most ${this.#moves.keep} bytes of the rows a cursor has passed are kept.`,
    });
  }
}

/** Some rows of a block. */
function cut({ bytes, rows }: RowBlock, from: number, to: number): RowBlock {
  if (from === 0 && to === rows) return { bytes, rows };
  const start = offsetOf(bytes, 0, from);
  return { bytes: bytes.subarray(start, offsetOf(bytes, start, to - from)), rows: to - from };
}

function singleRows({ bytes, rows }: RowBlock): RowBlock[] {
  let at = 0;
  return Array.from({ length: rows }, () => {
    const end = offsetOf(bytes, at, 1);
    const row = { bytes: bytes.subarray(at, end), rows: 1 };
    at = end;
    return row;
  });
}

/** Where the message begins that is some rows behind another: each tells its own length. */
function offsetOf(bytes: Uint8Array, from: number, rows: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = from;
  for (let row = 0; row < rows; row++) at += 1 + view.getInt32(at + 1);
  return at;
}
