/**
 * Where names are looked for, as DuckDB has it: every definition asks, and only `SET search_path` and `USE` change it, so it
 * is remembered in between.
 */
import type { Executor } from "../../worker/api/executor.ts";
import { quoteText } from "../../worker/api/quote.ts";
import { engineRows } from "./engine_rows.ts";

export interface EnginePath {
  /** DuckDB's name of the database that the session works in. */
  database: string;
  /** The schemas in their order, in DuckDB's names, without the catalogue's. */
  schemas: readonly string[];
}

const known = new WeakMap<Executor, EnginePath>();

/** The session's database and path. */
export async function enginePath(executor: Executor): Promise<EnginePath> {
  const remembered = known.get(executor);
  if (remembered) return remembered;
  const [[database, schemas]] = await engineRows(
    executor,
    "SELECT __duckgres.main.duckgres_engine_database(), to_json(__duckgres.main.duckgres_path())",
  );
  const path = { database: database!, schemas: JSON.parse(schemas!) };
  known.set(executor, path);
  return path;
}

/** To be called when the path may be another one. */
export function forgetEnginePath(executor: Executor): void {
  known.delete(executor);
}

/** DuckDB's own `search_path`. */
export async function currentSearchPath(executor: Executor): Promise<string> {
  const [[path]] = await engineRows(executor, "SELECT system.main.current_setting('search_path')");
  return path!;
}

/** Sets DuckDB's own `search_path`; what the client knows of it stays. */
export async function setSearchPath(executor: Executor, path: string): Promise<void> {
  forgetEnginePath(executor);
  await executor.run(`SET search_path = ${quoteText(path)}`);
}
