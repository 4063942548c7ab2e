/** A result's rows, chunk by chunk, as blocks of bytes: of DataRow messages, or Arrow's. */
import duckdb from "@duckdb/node-bindings";
import type { PgError } from "../api/error.ts";
import type { RowBlock, RowStream } from "../api/executor.ts";
import { aside } from "./aside.ts";
import type { Aside } from "./aside.ts";
import type { EngineConnection, OpenResult } from "./connection.ts";
import { pgErrorOf } from "./errors.ts";
import { destroyResult, fetchChunk } from "./native_result.ts";
import { turns } from "./turns.ts";

type Chunk = duckdb.DataChunk;

/** What makes blocks of chunks; see `rowEncoder` and `arrowEncoder`. */
export interface ChunkEncoder {
  /** Nothing of the chunk is used after the call. A block's memory is its own, to keep for as long as wanted. */
  encode(chunk: Chunk, emit: (block: RowBlock) => void): void;
  /** Emits what it has kept back; after the last chunk. */
  end?(emit: (block: RowBlock) => void): void;
}

/** The rows of a result that DuckDB holds whole; a chunk is encoded when it is asked for. */
export function materializedRows(result: duckdb.Result, encoder: ChunkEncoder, sql: string): RowStream {
  const ready: RowBlock[] = [];
  const emit = (block: RowBlock) => void ready.push(block);
  let chunks = duckdb.result_chunk_count(result);
  let index = 0;

  return {
    // deno-lint-ignore require-await -- errors must reject
    async next() {
      while (ready.length === 0 && index < chunks) {
        try {
          encoder.encode(duckdb.result_get_chunk(result, index++), emit);
          if (index === chunks) encoder.end?.(emit);
        } catch (error) {
          chunks = 0;
          throw pgErrorOf(error, sql);
        }
      }
      return ready.shift() ?? null;
    },
    close() {
      ready.length = 0;
      chunks = 0;
      return Promise.resolve();
    },
  };
}

/** Encodes the whole of a result that DuckDB holds whole. For few rows. */
export function allBlocks(result: duckdb.Result, encoder: ChunkEncoder): RowBlock[] {
  const blocks: RowBlock[] = [];
  const chunks = duckdb.result_chunk_count(result);
  for (let i = 0; i < chunks; i++) {
    encoder.encode(duckdb.result_get_chunk(result, i), (block) => blocks.push(block));
  }
  encoder.end?.((block) => blocks.push(block));
  return blocks;
}

/** Rows that are encoded already; `blocks` is the stream's own from now on. */
export function readyRows(blocks: RowBlock[]): RowStream {
  return {
    next: () => Promise.resolve(blocks.shift() ?? null),
    close() {
      blocks.length = 0;
      return Promise.resolve();
    },
  };
}

/** What a streaming result needs beside DuckDB's result. */
export interface StreamSettings {
  connection: EngineConnection;
  encoder: ChunkEncoder;
  sql: string;
  spillDirectory: string;
  /** A statement that may change data: it is run to its end when the stream is closed early. */
  finish: boolean;
  /** What the query failed with, where DuckDB did not tell. */
  lostError: () => Promise<PgError>;
  onClose: () => void;
}

/**
 * The rows of a result that DuckDB computes while it is read. One chunk is fetched ahead. It owns its connection until
 * it ends, is closed, or is put aside because the connection is needed.
 */
export class StreamedRows implements RowStream, OpenResult {
  interrupted = false;
  readonly #result: duckdb.Result;
  readonly #settings: StreamSettings;
  readonly #inTurn = turns();
  #ready: RowBlock[] = [];
  #ahead: Promise<Chunk | null> | null = null;
  /** DuckDB has no more rows for us: the end, an error, or all of them aside. */
  #ended = false;
  #aside: Aside | null = null;
  #error: PgError | null = null;
  #closed = false;

  constructor(result: duckdb.Result, settings: StreamSettings) {
    this.#result = result;
    this.#settings = settings;
    settings.connection.setOpen(this);
  }

  next(): Promise<RowBlock | null> {
    return this.#inTurn(() => this.#next());
  }

  putAside(): Promise<void> {
    return this.#inTurn(() => this.#putAside());
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#close());
  }

  async #next(): Promise<RowBlock | null> {
    if (this.#closed) return null;
    while (this.#ready.length === 0 && !this.#ended) await this.#encodeChunk();
    const block = this.#ready.shift() ?? await this.#aside?.next() ?? null;
    if (block !== null) return block;
    if (this.#error) throw this.#error;
    await this.#close();
    return null;
  }

  async #putAside(): Promise<void> {
    if (this.#ended || this.#closed) return;
    const kept = aside(this.#settings.spillDirectory);
    this.#aside = kept;
    try {
      while (!this.#ended) {
        for (const block of this.#ready.splice(0)) await kept.push(block);
        await this.#encodeChunk();
      }
      for (const block of this.#ready.splice(0)) await kept.push(block);
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ready = [];
    await this.#aside?.close();
    if (!this.#ended) await this.#release();
    this.#settings.onClose();
  }

  /** Takes the chunk that was fetched ahead, starts the next fetch, and encodes meanwhile. Errors are kept. */
  async #encodeChunk(): Promise<void> {
    try {
      const chunk = await (this.#ahead ?? this.#fetchAhead());
      const emit = (block: RowBlock) => void this.#ready.push(block);
      if (chunk === null) {
        this.#settings.encoder.end?.(emit);
        return this.#end();
      }
      this.#fetchAhead();
      this.#settings.encoder.encode(chunk, emit);
    } catch (error) {
      await this.#fail(error);
    }
  }

  #fetchAhead(): Promise<Chunk | null> {
    const ahead = fetchChunk(this.#result);
    ahead.catch(() => {}); // whoever takes it sees the error; nobody may, when the stream is closed first
    this.#ahead = ahead;
    return ahead;
  }

  async #fail(thrown: unknown): Promise<void> {
    const error = pgErrorOf(thrown, this.#settings.sql);
    const lost = error.sqlstate === "57014" && !this.interrupted;
    this.#error = lost ? await this.#settings.lostError() : error;
    await this.#release();
  }

  #end(): void {
    this.#ended = true;
    this.#ahead = null;
    if (this.#settings.connection.isOpen(this)) this.#settings.connection.setOpen(null);
  }

  /** Ends DuckDB's side before its end, so that neither the statement nor its snapshot stays open. */
  async #release(): Promise<void> {
    const { connection, finish } = this.#settings;
    const next = await this.#ahead?.catch(() => null);
    if (next !== null && finish) await runToEnd(this.#result);
    if (next !== null && !finish) await abandon(connection.native, this.#result);
    this.#end();
  }
}

async function runToEnd(result: duckdb.Result): Promise<void> {
  while (await fetchChunk(result).catch(() => null) !== null);
}

/** Any statement ends the open result; what then is left of it keeps the connection and the file until destroyed. */
async function abandon(native: duckdb.Connection, result: duckdb.Result): Promise<void> {
  await duckdb.query(native, "SELECT 1 LIMIT 0").catch(() => {}); // in a failed transaction it is refused: ended too
  destroyResult(result);
}
