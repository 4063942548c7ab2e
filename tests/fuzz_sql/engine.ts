/** DuckDB as a session has it, to try statements on. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { PgError } from "../../worker/api/error.ts";
import { pgErrorOf } from "../../worker/engine/errors.ts";
import { bootstrapInMemory } from "../../server/modes/bootstrap.ts";
import { schema } from "./names.ts";

export interface Engine extends Disposable {
  /** Whether DuckDB's parser takes a text. */
  parses(sql: string): Promise<boolean>;
  /** Compiles a statement without running it; `null` when that goes well. */
  prepare(sql: string): Promise<PgError | null>;
}

/** A database in memory with the fuzzer's tables. */
export async function openEngine(): Promise<Engine> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  for (const sql of bootstrapInMemory()) await connection.run(sql);
  await connection.run(`SET VARIABLE duckgres_user = 'ann'; SET VARIABLE duckgres_database = 'sales';
    SET VARIABLE duckgres_pid = 42; SET search_path = 'main,__duckgres.main'; SET errors_as_json = true`);
  for (const sql of schema) await connection.run(sql);
  return {
    parses: (sql) => parses(connection, sql),
    prepare: (sql) => prepare(connection, sql),
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function parses(connection: DuckDBConnection, sql: string): Promise<boolean> {
  try {
    return (await connection.extractStatements(sql)).count > 0;
  } catch {
    return false;
  }
}

async function prepare(connection: DuckDBConnection, sql: string): Promise<PgError | null> {
  try {
    (await connection.prepare(sql)).destroySync();
    return null;
  } catch (error) {
    return pgErrorOf(error, sql);
  }
}
