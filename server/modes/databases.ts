import { join } from "node:path";
import type { DatabaseSpec } from "../../worker/api/database.ts";
import type { Config } from "../config/mod.ts";
import { createView, type Target } from "./target.ts";

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
    tempDirectory: join(config.dataDir, "tmp", "target"),
    bootstrap: target.kind === "folder" ? [...bootstrap, ...target.views.map(createView)] : bootstrap,
  };
  if (target.kind !== "users") return () => shared;
  return (user) => ({
    ...common,
    path: config.filePersistence ? join(config.dataDir, `${user}.duckdb`) : `:memory:${user}`,
    sandbox: !config.users.get(user)?.superuser,
    allowedDirectories: config.allowedDirectories,
    tempDirectory: join(config.dataDir, "tmp", user),
    bootstrap,
  });
}
