/**
 * What a query failed with, when DuckDB says only that it was interrupted and nobody interrupted it.
 *
 * An error on one of DuckDB's threads interrupts the others; the thread that fetches may see that before the error, and
 * then reports the interrupt (DuckDB 1.5.5, SimpleBufferedData::ExecuteTaskInternal). By then the error is gone, so the
 * query is run once more to see it, without its rows.
 */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import { pgErrorOf } from "./errors.ts";

const prefix = "EXPLAIN ANALYZE ";

/** How long a query may run on the spare connection, which no client can interrupt, in ms. */
const spareLimit = 10_000;

/** A query that failed, and where it can be tried again. */
export interface FailedQuery {
  sql: string;
  native: duckdb.Connection;
  bind(statement: duckdb.PreparedStatement): void;
  /** Another connection; its own transaction having failed, the query's cannot be used. */
  spare(): Promise<duckdb.Connection>;
}

/** Runs the query again for its error. */
export async function lostError(query: FailedQuery): Promise<PgError> {
  const error = await tryAgain(query, query.native);
  if (error?.sqlstate !== "25P02") return error ?? unknownError();
  const spare = await query.spare();
  const limit = setTimeout(() => duckdb.interrupt(spare), spareLimit);
  const spareError = await tryAgain(query, spare);
  clearTimeout(limit);
  duckdb.disconnect_sync(spare);
  return spareError !== null && aboutValues(spareError) ? spareError : unknownError();
}

async function tryAgain({ sql, bind }: FailedQuery, native: duckdb.Connection): Promise<PgError | null> {
  try {
    const statement = await duckdb.prepare(native, prefix + sql);
    try {
      bind(statement);
      await duckdb.execute_prepared(statement);
      return null;
    } finally {
      duckdb.destroy_prepare_sync(statement);
    }
  } catch (thrown) {
    const error = pgErrorOf(thrown, prefix + sql);
    return error.position === undefined ? error : error.with({ position: error.position - prefix.length });
  }
}

/** Another transaction does not see what this one made: that it misses something there says nothing. */
function aboutValues({ sqlstate }: PgError): boolean {
  return !/^(3|42|25|57)/.test(sqlstate);
}

function unknownError(): PgError {
  return new PgError("XX000", "the query failed while its rows were read", {
    hint: "DuckDB did not keep the reason, and running the query again did not show it.",
  });
}
