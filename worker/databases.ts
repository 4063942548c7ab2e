/** The open databases of this process. */
import { basename, dirname, join, resolve } from "node:path";
import type { DatabaseSpec } from "./api/database.ts";
import { PgError } from "./api/error.ts";
import { type LocalDatabase, openDatabase } from "./database.ts";
import { isInMemory } from "./engine/instance.ts";

/** Opens each database once, also when it is asked for by several at the same time. */
export class Databases {
  readonly #open = new Map<string, Promise<LocalDatabase>>();
  #closed = false;

  /**
   * The database of this path, opened with this spec where it is not open yet. Databases in memory are told apart by
   * name (`:memory:ann`) and live until {@linkcode close}. A failure is not kept: the next call tries again.
   *
   * @throws PgError FATAL as {@linkcode openDatabase}; 57P03 after `close`
   */
  async get(spec: DatabaseSpec): Promise<LocalDatabase> {
    const key = await identity(spec.path);
    if (this.#closed) {
      throw new PgError("57P03", "the database system is shutting down", { severity: "FATAL" });
    }
    const known = this.#open.get(key);
    if (known) return await known;
    const opening = openDatabase(spec);
    this.#open.set(key, opening);
    opening.catch(() => this.#open.delete(key));
    return await opening;
  }

  /** Closes all, each as {@linkcode LocalDatabase.close}. */
  async close(): Promise<void> {
    this.#closed = true;
    const opened = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    await Promise.all(opened.map((one) => one.status === "fulfilled" ? one.value.close() : undefined));
  }
}

/** One name for one file, however it is written: two instances on one file would destroy it. */
async function identity(path: string): Promise<string> {
  if (isInMemory(path)) return path;
  const whole = resolve(path);
  const real = await Deno.realPath(whole).catch(() => null);
  if (real) return real;
  const folder = await Deno.realPath(dirname(whole)).catch(() => dirname(whole));
  return join(folder, basename(whole));
}
