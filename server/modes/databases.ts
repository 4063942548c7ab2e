import { createHash } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import type { DatabaseSpec } from "../../worker/api/database.ts";
import type { DatabaseTarget } from "../../worker/api/flight/actions.ts";
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

/** Which database a user's sessions open. */
export type TargetOf = (user: string) => DatabaseTarget;

/**
 * A database for each user, or one for all when there is a target.
 *
 * DuckDB's sandbox belongs to an instance, not to a session: a shared target is open to the server's files only when
 * every user is a superuser.
 */
export function targetsOf(config: Config, target: Target): TargetOf {
  if (target.kind !== "users") {
    const shared = sharedTarget(target, [...config.users.values()].some((user) => !user.superuser), config);
    return () => shared;
  }
  return (user) => ({
    path: config.filePersistence ? join(config.dataDir, `${user}.duckdb`) : `:memory:${user}`,
    sandbox: !config.users.get(user)?.superuser,
    allowed_directories: [...config.allowedDirectories],
    bootstrap: [],
  });
}

/** The database that all sessions share. */
export function sharedTarget(
  target: Exclude<Target, { kind: "users" }>,
  sandbox: boolean,
  { allowedDirectories }: Pick<Config, "allowedDirectories">,
): DatabaseTarget {
  const folder = target.kind === "folder";
  return {
    path: target.kind === "file" ? target.path : ":memory:target",
    sandbox,
    allowed_directories: folder ? [...allowedDirectories, target.path] : [...allowedDirectories],
    bootstrap: folder ? target.views.map(createView) : [],
  };
}

/**
 * How this process opens a database.
 *
 * @param bootstrap SQL that every database starts with
 */
export function databaseSpec(
  config: Config,
  bootstrap: readonly string[],
  target: DatabaseTarget,
): DatabaseSpec {
  return {
    path: target.path,
    sandbox: target.sandbox,
    allowedDirectories: target.allowed_directories,
    memoryLimit: config.memoryLimit,
    threads: config.threads,
    tempDirectory: join(spillFolder(config), shortName(target.path)),
    extensionDirectory: config.extensionDirectory,
    extensions: config.extensions,
    bootstrap: [...bootstrap, ...target.bootstrap],
  };
}

/** A folder's name for a path; paths can be longer than names may be. */
function shortName(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 16);
}
