import { join } from "node:path";
import process from "node:process";
import type { DatabaseSpec } from "../../worker/api/database.ts";
import type { Config } from "../config/mod.ts";
import { createView, type Target } from "./target.ts";

/** Where this process's databases spill: one folder a process, as a database removes its own when it closes. */
function spillFolder(config: Config): string {
  return join(config.dataDir, "tmp", String(Deno.pid));
}

/** Removes this process's spill folder, at its end. */
export async function removeSpillFolder(config: Config): Promise<void> {
  await Deno.remove(spillFolder(config), { recursive: true }).catch(() => {});
}

/** Removes what processes that ended without closing (a power cut) left in their spill folders. */
export async function sweepSpillFolders(config: Config): Promise<void> {
  const parent = join(config.dataDir, "tmp");
  for (const entry of await Array.fromAsync(Deno.readDir(parent)).catch(() => [])) {
    if (!isRunning(Number(entry.name))) {
      await Deno.remove(join(parent, entry.name), { recursive: true }).catch(() => {});
    }
  }
}

/** Whether a process of that id is there; its signal 0 only asks. */
function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

/** Which database a user's sessions open, and how. */
export type DatabaseOf = (user: string) => DatabaseSpec;

/**
 * A database for each user, or one for all when there is a target.
 *
 * DuckDB's sandbox belongs to an instance, not to a session: a shared target is open to the server's files only when
 * every user is a superuser.
 *
 * @param bootstrap SQL that every database starts with
 */
export function databasesOf(config: Config, target: Target, bootstrap: readonly string[]): DatabaseOf {
  const common = {
    memoryLimit: config.memoryLimit,
    threads: config.threads,
    extensionDirectory: config.extensionDirectory,
    extensions: config.extensions,
  };
  const shared = {
    ...common,
    path: target.kind === "file" ? target.path : ":memory:target",
    sandbox: [...config.users.values()].some((user) => !user.superuser),
    allowedDirectories: target.kind === "folder"
      ? [...config.allowedDirectories, target.path]
      : config.allowedDirectories,
    tempDirectory: join(spillFolder(config), "target"),
    bootstrap: target.kind === "folder" ? [...bootstrap, ...target.views.map(createView)] : bootstrap,
  };
  if (target.kind !== "users") return () => shared;
  return (user) => ({
    ...common,
    path: config.filePersistence ? join(config.dataDir, `${user}.duckdb`) : `:memory:${user}`,
    sandbox: !config.users.get(user)?.superuser,
    allowedDirectories: config.allowedDirectories,
    tempDirectory: join(spillFolder(config), user),
    bootstrap,
  });
}
