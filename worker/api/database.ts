import type { Executor, SessionIdentity } from "./executor.ts";

/** How to open a database. */
export interface DatabaseSpec {
  /** A DuckDB file, or `:memory:`. */
  path: string;
  /**
   * Whether sessions are kept from the server's files, from ATTACH, from extensions and from settings that would open
   * them (DuckDB's `enable_external_access = false` and a locked configuration).
   */
  sandbox: boolean;
  /** Folders and URL prefixes that a sandboxed database may use all the same. */
  allowedDirectories: readonly string[];
  /** Bytes-with-unit as DuckDB reads it (`4GB`), or empty for DuckDB's default. */
  memoryLimit: string;
  /** 0 for DuckDB's default. */
  threads: number;
  /** Where DuckDB spills; created when missing, removed by {@linkcode Database.close}. */
  tempDirectory: string;
  /** Where extensions are looked for before DuckDB's own place; empty for none. */
  extensionDirectory: string;
  /** Loaded when the database is opened, before the sandbox closes. `name` or `name FROM community`. */
  extensions: readonly string[];
  /**
   * SQL run once when the database is opened, before the sandbox closes: it attaches the catalogue's views and macros (the
   * database `__duckgres`), and makes a folder's views.
   */
  bootstrap: readonly string[];
}

/** An open DuckDB, shared by the sessions of one user (or of one target). */
export interface Database {
  /** A new session on it. */
  connect(identity: SessionIdentity): Promise<Executor>;
  /** Checkpoints and closes; sessions still open are ended first. */
  close(): Promise<void>;
}
