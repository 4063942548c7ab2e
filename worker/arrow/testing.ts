/** For the tests beside: SQL as Arrow's messages. */
import duckdb from "@duckdb/node-bindings";
import assert from "node:assert/strict";
import { PgError } from "../api/error.ts";
import type { RowBlock } from "../api/executor.ts";
import { openDatabase } from "../database.ts";
import { ann, specFor } from "../engine/testing.ts";
import type { LocalExecutor } from "../local_executor.ts";
import { chunksOf, settle } from "../rows/testing.ts";
import { arrowEncoder } from "./encoder.ts";
import { type ArrowMessage, ipcStream, split } from "./message.ts";
import type { ArrowParameters } from "./parameters.ts";
import type { ArrowResult } from "./result.ts";
import { arrowSchema, schemaHeader } from "./schema.ts";

const nothing = new Uint8Array(0);

/** An in-memory DuckDB with one connection, whose results are Arrow's. */
export async function openArrowDatabase() {
  const database = await duckdb.open(":memory:");
  const connection = await duckdb.connect(database);
  await duckdb.query(connection, "set timezone = 'UTC'");

  /** The messages of a result: the schema's, then the batches'. */
  async function messages(sql: string): Promise<ArrowMessage[]> {
    const result = await duckdb.query(connection, sql);
    const columns = Array.from({ length: duckdb.column_count(result) }, (_, i) => ({
      name: duckdb.column_name(result, i),
      type: duckdb.column_logical_type(result, i),
    }));
    const encoder = arrowEncoder(columns.map(({ type }) => type));
    const found: ArrowMessage[] = [{ header: schemaHeader(arrowSchema(columns)), body: nothing }];
    const emit = ({ bytes }: RowBlock) => void found.push(split(bytes));
    for (const chunk of chunksOf(result)) encoder.encode(chunk, emit);
    encoder.end?.(emit);
    return found;
  }

  async function close(): Promise<void> {
    duckdb.disconnect_sync(connection);
    duckdb.close_sync(database);
    await settle();
  }

  return {
    connection,
    messages,
    stream: async (sql: string) => ipcStream(await messages(sql)),
    close,
  };
}

/** Runs `work` on one session of a fresh database; `folder` is where its rows are put aside. */
export async function withLocal(
  work: (executor: LocalExecutor, folder: string) => Promise<void>,
): Promise<void> {
  const spec = await specFor();
  const database = await openDatabase(spec);
  try {
    const executor = await database.connect(ann);
    await executor.run("set timezone = 'UTC'");
    await work(executor, spec.tempDirectory);
  } finally {
    await database.close();
  }
}

/** The schema's message and those of the batches that are left; closes the result. */
export async function readAllBatches(result: ArrowResult): Promise<[ArrowMessage, ...ArrowMessage[]]> {
  const messages: [ArrowMessage, ...ArrowMessage[]] = [{ header: result.schema, body: nothing }];
  try {
    for (let batch = await result.next(); batch !== null; batch = await result.next()) messages.push(batch);
  } finally {
    await result.close();
  }
  return messages;
}

/** Prepares, executes and reads. */
export async function fetchAll(
  executor: LocalExecutor,
  sql: string,
  parameters: ArrowParameters = [],
): Promise<[ArrowMessage, ...ArrowMessage[]]> {
  const prepared = await executor.prepare(sql);
  try {
    return await readAllBatches(await prepared.executeArrow({ parameters }));
  } finally {
    prepared.close();
  }
}

/** Waits for work to fail with a SQLSTATE. */
export function fails(work: Promise<unknown>, sqlstate: string): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof PgError, `${error}`);
    assert.equal(error.sqlstate, sqlstate, error.message);
    return true;
  });
}
