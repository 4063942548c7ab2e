/** For tests: runs SQL on a DuckDB in memory and takes the encoder's DataRow messages apart again. */
import v8 from "node:v8";
import vm from "node:vm";
import duckdb from "@duckdb/node-bindings";
import { defaultRenderSettings, type Format, type RenderSettings } from "../api/executor.ts";
import { rowEncoder } from "./encoder.ts";

/** What a result looked like: fields by row, `null` for NULL. */
export interface Encoded {
  rows: (Uint8Array | null)[][];
  blocks: number[];
  types: duckdb.LogicalType[];
}

/** An in-memory DuckDB with one connection. */
export async function openTestDatabase() {
  const database = await duckdb.open(":memory:");
  const connection = await duckdb.connect(database);
  await duckdb.query(connection, "set timezone = 'UTC'");

  async function encode(
    sql: string,
    formats: readonly Format[] = [],
    settings: Partial<RenderSettings> = {},
  ): Promise<Encoded> {
    const result = await duckdb.query(connection, sql);
    const count = duckdb.column_count(result);
    const types = Array.from({ length: count }, (_, i) => duckdb.column_logical_type(result, i));
    const encoder = rowEncoder(types, formats, { ...defaultRenderSettings, ...settings });
    const encoded: Encoded = { rows: [], blocks: [], types };
    for (const chunk of chunksOf(result)) {
      encoder.encode(chunk, (block) => {
        const rows = parseDataRows(block.bytes);
        if (rows.length !== block.rows) throw new Error(`block says ${block.rows} rows, has ${rows.length}`);
        encoded.rows.push(...rows);
        encoded.blocks.push(block.bytes.length);
      });
    }
    return encoded;
  }

  /** The only field of the only row, as text. */
  async function text(expression: string, settings: Partial<RenderSettings> = {}): Promise<string | null> {
    const { rows } = await encode(`select ${expression}`, [0], settings);
    const field = rows[0][0];
    return field === null ? null : new TextDecoder("utf-8", { fatal: true }).decode(field);
  }

  /** The only field of the only row in binary, as hexadecimal digits. */
  async function binary(expression: string): Promise<string | null> {
    const { rows } = await encode(`select ${expression}`, [1]);
    return rows[0][0] === null ? null : toHex(rows[0][0]);
  }

  async function close(): Promise<void> {
    duckdb.disconnect_sync(connection);
    duckdb.close_sync(database);
    await settle();
  }

  return { connection, encode, text, binary, close };
}

/**
 * A whole result's chunks. Not by `fetch_chunk`, which at the end gives a chunk without a handle: when such ones have been
 * collected, Deno 2.9 crashes as the test file ends.
 */
export function chunksOf(result: duckdb.Result): duckdb.DataChunk[] {
  return Array.from(
    { length: duckdb.result_chunk_count(result) },
    (_, i) => duckdb.result_get_chunk(result, i),
  );
}

/**
 * Collects garbage and lets its finalizers run, which takes two turns of the event loop: Deno 2.9 crashes when it ends while
 * objects of a native module have been collected but not yet finalized. For the end of every test that uses DuckDB.
 */
export async function settle(): Promise<void> {
  collectGarbage();
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

const collectGarbage = garbageCollector();

function garbageCollector(): () => void {
  v8.setFlagsFromString("--expose-gc");
  return vm.runInNewContext("gc");
}

/** Splits DataRow messages, and checks that every byte is accounted for. */
export function parseDataRows(bytes: Uint8Array): (Uint8Array | null)[][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: (Uint8Array | null)[][] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] !== 68) throw new Error(`not a DataRow at ${at}`);
    const end = at + 1 + view.getInt32(at + 1);
    const columns = view.getInt16(at + 5);
    const row: (Uint8Array | null)[] = [];
    at += 7;
    for (let column = 0; column < columns; column++) {
      const length = view.getInt32(at);
      at += 4;
      row.push(length < 0 ? null : bytes.slice(at, at + length));
      at += Math.max(0, length);
    }
    if (at !== end) throw new Error(`a DataRow ends at ${at}, its length says ${end}`);
    rows.push(row);
  }
  return rows;
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
