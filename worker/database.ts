/** A DuckDB instance in this process, as the sessions on it see it. */
import duckdb from "@duckdb/node-bindings";
import type { Database, DatabaseSpec } from "./api/database.ts";
import { PgError } from "./api/error.ts";
import type { Executor, SessionIdentity } from "./api/executor.ts";
import { CatalogVersion } from "./engine/catalog_version.ts";
import { pgErrorOf } from "./engine/errors.ts";
import { isInMemory, openInstance } from "./engine/instance.ts";
import { quoteText } from "./api/quote.ts";
import { type LocalExecutor, localExecutor } from "./local_executor.ts";

/** The attached database that holds the catalogue's macros and views, where the bootstrap makes one. */
const catalogDatabase = "__duckgres";

/** A {@linkcode Database} whose DuckDB is in this process. */
export interface LocalDatabase extends Database {
  connect(identity: SessionIdentity): Promise<LocalExecutor>;
}

/**
 * Opens a database. A file must be opened once in a process; see {@linkcode Databases}.
 *
 * @throws PgError FATAL; see {@linkcode openInstance}
 */
export async function openDatabase(spec: DatabaseSpec): Promise<LocalDatabase> {
  const instance = await openInstance(spec);
  const catalog = new CatalogVersion();
  const executors = new Set<Executor>();
  const hasCatalog = await has(instance, catalogDatabase);
  let closing: Promise<void> | null = null;

  async function open(identity: SessionIdentity): Promise<duckdb.Connection> {
    const connection = await duckdb.connect(instance);
    try {
      await duckdb.query(connection, sessionStart(identity, hasCatalog));
      return connection;
    } catch (error) {
      duckdb.disconnect_sync(connection);
      throw pgErrorOf(error).with({ severity: "FATAL" });
    }
  }

  async function connect(identity: SessionIdentity): Promise<LocalExecutor> {
    if (closing) throw new PgError("57P03", "the database is closing", { severity: "FATAL" });
    const executor = localExecutor({
      native: await open(identity),
      catalog,
      spillDirectory: spec.tempDirectory,
      spare: () => open(identity),
      onClose: () => executors.delete(executor),
    });
    executors.add(executor);
    if (closing) await executor.close();
    return executor;
  }

  async function shutDown(): Promise<void> {
    await Promise.all([...executors].map((executor) => executor.close()));
    if (!isInMemory(spec.path)) await checkpoint(instance);
    duckdb.close_sync(instance);
    await Deno.remove(spec.tempDirectory, { recursive: true }).catch(() => {}); // DuckDB may have done it
  }

  return {
    connect,
    close() {
      closing ??= shutDown();
      return closing;
    },
  };
}

/** One round to DuckDB: who the session is, where names are looked up, and progress without printing it. */
function sessionStart({ user, database, pid }: SessionIdentity, hasCatalog: boolean): string {
  return [
    `SET VARIABLE duckgres_user = ${quoteText(user)}`,
    `SET VARIABLE duckgres_database = ${quoteText(database)}`,
    `SET VARIABLE duckgres_pid = ${pid}`,
    ...(hasCatalog ? [`SET search_path = 'main,${catalogDatabase}.main'`] : []),
    "SET enable_progress_bar = true",
    "SET enable_progress_bar_print = false",
    "SET progress_bar_time = 0",
  ].join(";");
}

async function has(instance: duckdb.Database, name: string): Promise<boolean> {
  const connection = await duckdb.connect(instance);
  const result = await duckdb.query(
    connection,
    `FROM duckdb_databases() WHERE database_name = ${quoteText(name)}`,
  );
  duckdb.disconnect_sync(connection);
  return duckdb.row_count(result) > 0;
}

async function checkpoint(instance: duckdb.Database): Promise<void> {
  const connection = await duckdb.connect(instance);
  await duckdb.query(connection, "CHECKPOINT").catch(() => {}); // the log is replayed at the next start instead
  duckdb.disconnect_sync(connection);
}
