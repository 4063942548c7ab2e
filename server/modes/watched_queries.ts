import type { ExecuteRequest, Result, SessionIdentity } from "../../worker/api/executor.ts";
import type { ArrowRequest, ArrowResult } from "../../worker/arrow/result.ts";
import type { LocalExecutor } from "../../worker/local_executor.ts";
import type { QueryEnd, QueryWatcher } from "../observe/query_watcher.ts";

/** Tells the watcher of every query of this executor that somebody elsewhere knows by a context. */
export function watchQueries(executor: LocalExecutor, session: SessionIdentity, watcher: QueryWatcher): void {
  const prepare = executor.prepare;
  executor.prepare = async (sql, types) => {
    const prepared = await prepare(sql, types);
    const execute = prepared.execute;
    prepared.execute = async (request: ExecuteRequest) => {
      if (request.query === undefined) return await execute(request);
      return await watched(() => execute(request), watcher.started(request.query, sql, session));
    };
    const executeArrow = prepared.executeArrow;
    prepared.executeArrow = async (request: ArrowRequest) => {
      if (request.query === undefined) return await executeArrow(request);
      return await watchedArrow(() => executeArrow(request), watcher.started(request.query, sql, session));
    };
    return prepared;
  };
}

async function watched(execute: () => Promise<Result>, ended: (end: QueryEnd) => void): Promise<Result> {
  try {
    const { columns, rows, changed } = await execute();
    if (rows !== null) return { columns, rows: watchedRows(rows, ended), changed };
    ended({ rows: changed ?? 0, error: null });
    return { columns, rows, changed };
  } catch (error) {
    ended({ rows: 0, error: asError(error) });
    throw error;
  }
}

async function watchedArrow(
  execute: () => Promise<ArrowResult>,
  ended: (end: QueryEnd) => void,
): Promise<ArrowResult> {
  try {
    const result = await execute();
    const { schema, changed } = result;
    return { schema, changed, ...watchedRows(result, ended, changed ?? 0) };
  } catch (error) {
    ended({ rows: 0, error: asError(error) });
    throw error;
  }
}

/** Blocks of rows, or record batches. */
interface Blocks<B extends { rows: number }> {
  next(): Promise<B | null>;
  close(): Promise<void>;
}

function watchedRows<B extends { rows: number }>(
  inner: Blocks<B>,
  ended: (end: QueryEnd) => void,
  before = 0,
): Blocks<B> {
  let rows = before;
  let over = false;
  const end = (error: Error | null) => {
    if (!over) ended({ rows, error });
    over = true;
  };
  return {
    async next() {
      try {
        const block = await inner.next();
        if (block === null) end(null);
        else rows += block.rows;
        return block;
      } catch (error) {
        end(asError(error));
        throw error;
      }
    },
    async close() {
      await inner.close();
      end(null);
    },
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
