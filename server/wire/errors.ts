import { PgError, type PgErrorExtra } from "../../worker/api/error.ts";

/** The message breaks the protocol, but the stream is still in step: 08P01 ERROR. */
export function protocolViolation(message: string, extra: PgErrorExtra = {}): PgError {
  return new PgError("08P01", message, extra);
}

/** The stream itself can no longer be trusted: 08P01 FATAL. */
export function fatalProtocolViolation(message: string, extra: PgErrorExtra = {}): PgError {
  return new PgError("08P01", message, { ...extra, severity: "FATAL" });
}

/** What a write ends with when the client is gone; nobody is left to read it. */
export function connectionLost(cause?: unknown): PgError {
  return new PgError("08006", "connection to client lost", { severity: "FATAL", cause });
}
