/** Opening a DuckDB instance as a {@linkcode DatabaseSpec} asks. */
import { dirname, resolve } from "node:path";
import duckdb from "@duckdb/node-bindings";
import type { DatabaseSpec } from "../api/database.ts";
import { PgError } from "../api/error.ts";
import { pgErrorOf } from "./errors.ts";
import { closeSandbox } from "./sandbox.ts";
import { quoteText } from "../api/quote.ts";

/** Whether a path names a database in memory: `:memory:` or `:memory:NAME`. */
export function isInMemory(path: string): boolean {
  return path === "" || path.startsWith(":memory:");
}

/**
 * Opens the instance, loads its extensions, runs its bootstrap and closes its sandbox.
 *
 * @throws PgError FATAL: 55006 while another process has the file open, 58P01 or 58030 when it cannot be opened, 22023
 *   for settings DuckDB does not accept, else whatever the bootstrap failed with
 */
export async function openInstance(spec: DatabaseSpec): Promise<duckdb.Database> {
  try {
    return await setUp(await openFile(spec), spec);
  } catch (error) {
    await Deno.remove(spec.tempDirectory).catch(() => {}); // only when empty: it may be whose lock it was
    throw pgErrorOf(error).with({ severity: "FATAL" });
  }
}

async function openFile(spec: DatabaseSpec): Promise<duckdb.Database> {
  try {
    await Deno.mkdir(spec.tempDirectory, { recursive: true });
    if (!isInMemory(spec.path)) await Deno.mkdir(dirname(resolve(spec.path)), { recursive: true });
    return await duckdb.open(isInMemory(spec.path) ? ":memory:" : spec.path, configOf(spec));
  } catch (error) {
    throw openError(spec.path, error);
  }
}

function openError(path: string, thrown: unknown): PgError {
  const { sqlstate, message } = pgErrorOf(thrown);
  const [name, why] = reasons.find(([, , pattern]) => pattern.test(message)) ??
    ["58030", "it cannot be opened"];
  return new PgError(
    sqlstate === "22023" ? sqlstate : name,
    `could not open database file "${path}": ${why}`,
    {
      severity: "FATAL",
      detail: message,
      cause: thrown,
    },
  );
}

/** SQLSTATE, what it means to the reader, and DuckDB's or the system's words for it. */
const reasons: readonly [string, string, RegExp][] = [
  ["55006", "another process has it open", /lock/i],
  [
    "58030",
    "it is not a DuckDB database file, or it is damaged",
    /not a valid DuckDB|corrupt|checksum|deserializ|Is a directory|magic/i,
  ],
  ["0A000", "it was written by a newer version of DuckDB", /version/i],
  ["42501", "permission denied", /permission denied/i],
  ["58P01", "its folder does not exist", /no such file/i],
];

/** Settings that SQL means PostgreSQL's by, whoever reads it: also what is created once and kept. */
export const readingSettings: Readonly<Record<string, string>> = {
  integer_division: "true", // `/` of integers is an integer, as in PostgreSQL
  default_null_order: "postgres", // NULLs last ascending, first descending
};

/** Settings that must be there from the start. */
function configOf(spec: DatabaseSpec): duckdb.Config {
  const config = duckdb.create_config();
  const settings: Record<string, string> = {
    errors_as_json: "true",
    ...readingSettings,
    temp_directory: spec.tempDirectory,
    // Nobody can make this folder, so secrets are not kept. Where DuckDB is told not to keep them
    // (allow_persistent_secrets), it attaches no PostgreSQL database: 1.5.5 looks for secrets where there are none.
    secret_directory: "/dev/null/secrets",
    ...(spec.memoryLimit && { memory_limit: spec.memoryLimit }),
    ...(spec.threads > 0 && { threads: String(spec.threads) }),
  };
  for (const [name, value] of Object.entries(settings)) setConfig(config, name, value);
  return config;
}

function setConfig(config: duckdb.Config, name: string, value: string): void {
  try {
    duckdb.set_config(config, name, value);
  } catch {
    throw new PgError("22023", `invalid value for DuckDB setting "${name}": "${value}"`, {
      severity: "FATAL",
    });
  }
}

async function setUp(database: duckdb.Database, spec: DatabaseSpec): Promise<duckdb.Database> {
  const connection = await duckdb.connect(database);
  try {
    if (spec.extensionDirectory) {
      await duckdb.query(
        connection,
        `SET extension_directories = [${quoteText(resolve(spec.extensionDirectory))}]`,
      );
    }
    for (const extension of spec.extensions) await loadExtension(connection, extension);
    for (const sql of spec.bootstrap) await duckdb.query(connection, sql);
    if (spec.sandbox) await closeSandbox(connection, spec.allowedDirectories);
    duckdb.disconnect_sync(connection);
    return database;
  } catch (error) {
    duckdb.disconnect_sync(connection);
    duckdb.close_sync(database);
    throw error;
  }
}

/** Loads `name` or `name FROM repository`, installing it where it is not there yet. */
async function loadExtension(connection: duckdb.Connection, extension: string): Promise<void> {
  const [, name, repository] = /^\s*(\w+)(?:\s+from\s+(\w+))?\s*$/i.exec(extension) ?? [];
  if (name === undefined) throw new PgError("22023", `invalid extension name: "${extension}"`);
  try {
    await duckdb.query(connection, `LOAD ${name}`);
  } catch {
    await duckdb.query(connection, `INSTALL ${name}${repository ? ` FROM ${repository}` : ""}`)
      .catch((cause) => Promise.reject(missingExtension(name, cause)));
    await duckdb.query(connection, `LOAD ${name}`);
  }
}

function missingExtension(name: string, cause: unknown): PgError {
  return new PgError("58P01", `could not load extension "${name}"`, {
    detail: pgErrorOf(cause).message,
    cause,
  });
}
