/**
 * The one interface a session runs statements through. A session cannot tell whether DuckDB is in this process
 * (`worker/local_executor.ts`) or in a worker behind Flight: both implement this, and nothing else crosses between
 * `server` and `worker`.
 *
 * Every failure is a {@linkcode PgError}. An executor runs one statement at a time; it belongs to one session.
 */
import type { Notice, PgError } from "./error.ts";

/**
 * Text (0) or binary (1), as in Bind and RowDescription, and how values are sent of which clients are told another type than
 * the engine has: {@linkcode formats}.
 */
export type Format = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** The formats of types that the engine keeps as another type. */
export const formats = {
  /** Printed as DuckDB keeps it, which looks the same in binary: DuckDB's JSON is jsonb otherwise. */
  json: 2,
  /** Four bytes of what is a BIGINT. */
  oidBinary: 3,
  /** Addresses, which are texts, in binary. */
  inetBinary: 4,
  cidrBinary: 5,
  macaddrBinary: 6,
  /** Money, which is a DECIMAL of two places. */
  moneyText: 7,
  moneyBinary: 8,
} as const;

/** A PostgreSQL type as RowDescription names it. */
export interface PgType {
  /** Object id; 0 where it is not known. */
  oid: number;
  /** `typlen`: bytes, or -1 for variable length. */
  length: number;
  /** `atttypmod`, -1 for none. */
  modifier: number;
}

/** A result column. */
export interface Column {
  name: string;
  type: PgType;
}

/** A parameter exactly as Bind carried it; `null` bytes are SQL NULL. */
export interface Parameter {
  format: Format;
  bytes: Uint8Array | null;
}

/** The session settings that change how values look as text. */
export interface RenderSettings {
  dateStyle: "ISO" | "SQL" | "Postgres" | "German";
  dateOrder: "MDY" | "DMY" | "YMD";
  intervalStyle: "postgres" | "postgres_verbose" | "sql_standard" | "iso_8601";
  byteaOutput: "hex" | "escape";
  /** PostgreSQL 12 and later: above 0 is shortest round-trip, otherwise 15 (6) + n digits. */
  extraFloatDigits: number;
  /** IANA name. */
  timeZone: string;
}

/** PostgreSQL's own defaults. */
export const defaultRenderSettings: RenderSettings = {
  dateStyle: "ISO",
  dateOrder: "MDY",
  intervalStyle: "postgres",
  byteaOutput: "hex",
  extraFloatDigits: 1,
  timeZone: "UTC",
};

/** What kind of statement DuckDB says this is, in lower case: `select`, `insert`, `create`, `copy`, `pragma`, … */
export type EngineKind = string;

/** A statement compiled once and executed any number of times. */
export interface Prepared {
  /** One PostgreSQL OID for each parameter `$1…`; 0 where DuckDB cannot tell its type. */
  readonly parameters: readonly number[];
  /**
   * Result columns; empty for a statement that returns no rows. `null` when DuckDB cannot describe the statement until
   * its parameters have types (then the caller prepares again with casts).
   */
  readonly columns: readonly Column[] | null;
  readonly kind: EngineKind;
  /** Runs it. A result still open on this executor is first drained aside, so that it stays readable. */
  execute(request: ExecuteRequest): Promise<Result>;
  /** Frees it; a result already started goes on. */
  close(): void;
}

/** One execution of a {@linkcode Prepared}. */
export interface ExecuteRequest {
  parameters: readonly Parameter[];
  /** OIDs the session promised the client for the parameters (what the bytes are encoded as); same length. */
  parameterTypes: readonly number[];
  /** One format a column, or one for all, or none (text), as in Bind. */
  formats: readonly Format[];
  render: RenderSettings;
  /** The session knows there will be few rows, so the executor may answer in one step. A hint only. */
  small?: boolean;
  /** What logs and traces on both sides call this query. */
  query?: QueryContext;
}

/** What follows a query from client to worker. */
export interface QueryContext {
  /** A UUIDv7. */
  id: string;
  /** W3C trace context. */
  traceparent?: string;
}

/** What an execution answers. */
export interface Result {
  /** The columns as they are now: DDL since `prepare` can have changed them. */
  readonly columns: readonly Column[];
  /** Rows, or `null` for a statement that returns none. */
  readonly rows: RowStream | null;
  /** Rows inserted, updated or deleted by a statement that returns none; `null` where DuckDB counts nothing. */
  readonly changed: number | null;
}

/** Rows as blocks of ready DataRow messages. Pull it; it fetches one block ahead and no further. */
export interface RowStream {
  /** The next block, or `null` at the end. Throws the statement's error when it fails on the way. */
  next(): Promise<RowBlock | null>;
  /** Ends it early and frees what it holds. Safe at any time and more than once. */
  close(): Promise<void>;
}

/** Whole DataRow messages (type byte, length, fields), one behind the other; about 64 KiB to 1 MiB. */
export interface RowBlock {
  bytes: Uint8Array;
  rows: number;
  /**
   * May be called, once, by who is the last to have the bytes: their memory is written to again. A block that nobody
   * releases is garbage when nobody has it.
   */
  release?(): void;
}

/** How far the running statement is. */
export interface Progress {
  /** 0 to 100, or -1 while unknown. */
  percentage: number;
  rows: number;
  /** 0 while unknown. */
  total: number;
  /** Whether nothing has moved for so long that it may never (minutes); only a worker's watch can tell. */
  stalled?: boolean;
}

/** One session's way to DuckDB. */
export interface Executor {
  /**
   * Compiles one statement; nothing runs. `parameterTypes` are the OIDs the client gave (0: not given), which decide
   * over what DuckDB would infer.
   */
  prepare(sql: string, parameterTypes?: readonly number[]): Promise<Prepared>;
  /** Runs a statement of the session's own (`BEGIN`, `SET …`) and forgets its result. */
  run(sql: string): Promise<void>;
  /** Ends the running statement, which then fails with 57014. Does nothing when none runs; never throws. */
  interrupt(): void;
  /** The running statement's progress, or `null` when none runs. */
  progress(): Progress | null;
  /** Ends everything: open results, the open transaction (rolled back), the connection. */
  close(): Promise<void>;
  /** Called for each warning the engine raises while a statement runs. */
  onNotice?: (notice: Notice) => void;
  /** Called once when the executor can serve no more, e.g. its worker died; every call then fails with `reason`. */
  onLost?: (reason: PgError) => void;
}

/** Who a session is, for what SQL can ask (`current_user`, `pg_backend_pid()`). */
export interface SessionIdentity {
  user: string;
  database: string;
  pid: number;
}
