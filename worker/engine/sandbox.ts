/** DuckDB's own sandbox: what keeps the sessions of a database from the server's files. */
import duckdb from "@duckdb/node-bindings";
import { quoteText } from "../api/quote.ts";

/**
 * Settings that stay open: of the session's own, and harmless, or set by the executor for each connection; and the two
 * limits that the control plane moves while sessions run. Which of them a user may `SET` is the SQL layer's business: the
 * limits not.
 */
const openSettings = [
  "TimeZone",
  "Calendar",
  "schema",
  "search_path",
  "enable_progress_bar",
  "enable_progress_bar_print",
  "progress_bar_time",
  "memory_limit",
  "threads",
];

/**
 * Closes the files, the network, extensions and the configuration to all connections of the database; none of it can
 * be undone. What must be loaded is loaded before.
 */
export async function closeSandbox(
  connection: duckdb.Connection,
  allowedDirectories: readonly string[],
): Promise<void> {
  const statements = [
    "FROM duckdb_secrets()", // reads the folder of secrets once, which it can't any more afterwards
    `SET allowed_directories = ${list(allowedDirectories)}`,
    "SET enable_external_access = false",
    `SET allowed_configs = ${list(openSettings)}`,
    "SET lock_configuration = true",
  ];
  for (const sql of statements) await duckdb.query(connection, sql);
}

function list(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(", ")}]`;
}
