/** The worker's own actions: names as in the Go system, bodies in JSON. */

/** With every request: who owns the worker, for fencing. */
export interface Owner {
  worker_id?: number;
  owner_epoch?: number;
  cp_instance_id?: string;
}

export interface CreateSession extends Owner {
  username: string;
  /** As DuckDB reads it (`4GB`); empty or absent: the worker's own. */
  memory_limit?: string;
  /** 0 or absent: the worker's own. */
  threads?: number;
  /** The session's pid, for `pg_backend_pid()`. */
  pid?: number;
  /** What `current_database()` answers; default: the user name. */
  database?: string;
  /** Which database to open; default: the worker's own. */
  target?: DatabaseTarget;
}

/** A database the control plane wants opened: what differs from one to the other. */
export interface DatabaseTarget {
  /** A DuckDB file, or `:memory:name`. */
  path: string;
  sandbox: boolean;
  allowed_directories: string[];
  /** Views over a folder's files: SQL run when the database is opened. */
  bootstrap: string[];
}

export interface SessionCreated {
  /** 64 hex digits. */
  session_token: string;
  secret_warnings: string[];
}

export interface DestroySession extends Owner {
  session_token: string;
}

export interface SessionProgress {
  /** 0 to 100, -1 while unknown. */
  pct: number;
  rows: number;
  /** 0 while unknown. */
  total: number;
  stalled: boolean;
}

export interface Health {
  healthy: boolean;
  draining: boolean;
  sessions: number;
  active_queries: number;
  uptime_ns: number;
  /** By the first 16 digits of the session token; running queries only. */
  session_progress: Record<string, SessionProgress>;
  instance_invalidated: boolean;
  instance_invalid_reason: string;
  /** DuckDB's memory in use over all its databases, in bytes. */
  memory_bytes: number;
}

/** Applies a share of the memory budget to the database of a session. */
export interface SetLimits extends Owner {
  session_token: string;
  memory_limit: string;
  threads: number;
}

export const actions = {
  createSession: "CreateSession",
  destroySession: "DestroySession",
  healthCheck: "HealthCheck",
  activateTenant: "ActivateTenant",
  waitSessionIdle: "WaitSessionIdle",
  releaseQueryHandle: "ReleaseQueryHandle",
  logQuery: "LogQuery",
  setLimits: "SetLimits",
} as const;
