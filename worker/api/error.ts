/**
 * The one error a statement can end with: PostgreSQL's SQLSTATE and the fields of an ErrorResponse.
 *
 * Everything that can go wrong for a client, in the wire layer, the session, the SQL layer or DuckDB, is thrown as a
 * `PgError`; anything else that reaches the session is a fault of ours and is answered with `XX000`.
 *
 * @see https://www.postgresql.org/docs/16/protocol-error-fields.html
 */
export class PgError extends Error {
  override readonly name = "PgError";
  readonly severity: Severity;
  readonly sqlstate: string;
  readonly detail?: string;
  readonly hint?: string;
  /** 1-based position, in characters, in the statement as the client sent it. */
  readonly position?: number;
  /** Other fields by their protocol byte: `s` schema, `t` table, `c` column, `d` data type, `n` constraint, `W` context. */
  readonly fields?: Readonly<Record<string, string>>;

  constructor(sqlstate: string, message: string, extra: PgErrorExtra = {}) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.sqlstate = sqlstate;
    this.severity = extra.severity ?? "ERROR";
    this.detail = extra.detail;
    this.hint = extra.hint;
    this.position = extra.position;
    this.fields = extra.fields;
  }

  /** The same error with some fields replaced, e.g. a position moved to where the client's text has it. */
  with(extra: PgErrorExtra & { sqlstate?: string }): PgError {
    return new PgError(extra.sqlstate ?? this.sqlstate, this.message, { ...this, ...extra });
  }
}

/** FATAL ends the session, ERROR the statement; the rest are notices. */
export type Severity = "PANIC" | "FATAL" | "ERROR" | "WARNING" | "NOTICE" | "DEBUG" | "INFO" | "LOG";

/** The optional parts of a {@linkcode PgError}. */
export interface PgErrorExtra {
  severity?: Severity;
  detail?: string;
  hint?: string;
  position?: number;
  fields?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** A notice: what an ErrorResponse has, but the statement goes on. */
export interface Notice {
  severity: Exclude<Severity, "PANIC" | "FATAL" | "ERROR">;
  sqlstate: string;
  message: string;
  detail?: string;
  hint?: string;
}
