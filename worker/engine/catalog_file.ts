/**
 * The catalogue's views and macros in a file. DuckDB binds each one when it is created, which takes ten times as long as
 * reading all of them back: so they are created once, and every database attaches the file.
 */
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import duckdb from "@duckdb/node-bindings";
import { readingSettings } from "./instance.ts";
import { quoteText } from "../api/quote.ts";

/** The first version that keeps macros with typed parameters. */
const storageVersion = "v1.5.0";

/**
 * The file in which these statements have made a database, made now where there is none. Its name is told by what is in
 * it, so processes of one version share it and others have their own.
 *
 * @param name the database the statements are about, e.g. `__duckgres`
 * @throws what the statements fail with, or the folder, where it cannot be written
 */
export async function catalogFile(
  folder: string,
  name: string,
  statements: readonly string[],
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([duckdb.library_version(), statements]));
  const path = join(folder, `catalog-${hash.digest("hex").slice(0, 16)}.duckdb`);
  if (await usable(path)) return path;
  await Deno.mkdir(folder, { recursive: true });
  // Under another name until it is whole: several processes may make it at the same time, and any of them may die.
  const unfinished = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await make(unfinished, name, statements);
    await Deno.rename(unfinished, path);
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {});
    throw error;
  }
  return path;
}

/** Whether the file is there and whole. */
async function usable(path: string): Promise<boolean> {
  if (!await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return false;
  try {
    await inMemory([`ATTACH ${quoteText(path)} AS kept (READ_ONLY)`]);
    return true;
  } catch {
    return false;
  }
}

async function make(path: string, name: string, statements: readonly string[]): Promise<void> {
  const attach = `ATTACH ${quoteText(path)} AS ${name} (STORAGE_VERSION '${storageVersion}')`;
  await inMemory([attach, ...statements, `DETACH ${name}`]);
}

/** Runs statements on a DuckDB of their own. */
async function inMemory(statements: readonly string[]): Promise<void> {
  const config = duckdb.create_config();
  for (const [setting, value] of Object.entries(readingSettings)) duckdb.set_config(config, setting, value);
  const database = await duckdb.open(":memory:", config);
  const connection = await duckdb.connect(database);
  try {
    for (const sql of statements) await duckdb.query(connection, sql);
  } finally {
    duckdb.disconnect_sync(connection);
    duckdb.close_sync(database);
  }
}
