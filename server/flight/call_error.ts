/** What a failed call to a worker means. */
import { type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { PgError } from "../../worker/api/error.ts";
import { headers } from "../../worker/api/flight/headers.ts";
import { errorOf } from "../../worker/api/session/messages.ts";

/**
 * The call itself failed: the worker is gone, full, draining, or refuses its caller. Another worker may well take it,
 * unlike what fails with a {@linkcode PgError}.
 */
export class WorkerCallError extends Error {
  override readonly name = "WorkerCallError";
  readonly code: keyof typeof status;

  constructor(code: status, details: string) {
    super(details);
    this.code = status[code] as keyof typeof status;
  }
}

/** The worker's own `PgError` where there is one, else a {@linkcode WorkerCallError}. */
export function callError({ code, details, metadata }: Omit<ServiceError, keyof Error>): Error {
  return errorOfTrailers(metadata) ?? new WorkerCallError(code, details);
}

/** The error that a worker has put into the trailers of a call. */
export function errorOfTrailers(metadata: Metadata | undefined): PgError | null {
  const [fields] = metadata?.get(headers.error) ?? [];
  return fields === undefined ? null : errorOf(JSON.parse(String(fields)));
}

/** What a session is told whose connection has ended by itself. */
export function lostReason(code: status, metadata: Metadata | undefined): PgError {
  const told = errorOfTrailers(metadata);
  if (told !== null) return told.with({ severity: "FATAL" });
  const why = lostReasons[code] ?? "its worker process ended";
  return new PgError("57P01", `terminating connection because ${why}`, {
    severity: "FATAL",
    detail: "What was acknowledged is safe; a transaction that was open has been rolled back.",
    hint: "Connect again.",
  });
}

const lostReasons: Readonly<Partial<Record<status, string>>> = {
  [status.OK]: "its worker ended the session",
  [status.NOT_FOUND]: "its worker does not know the session any more",
  [status.FAILED_PRECONDITION]: "its worker has a new owner",
};
