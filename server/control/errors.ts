/** What clients are told when a worker fails them. */
import { PgError } from "../../worker/api/error.ts";

const kept = "What was committed is kept; a transaction in progress was rolled back.";
const again = "In a moment you should be able to reconnect to the database and repeat your command.";

/** The worker ended by itself. */
export function workerEnded(): PgError {
  return terminating("its worker process ended");
}

/** The worker is alive, and silent. */
export function workerSilent(): PgError {
  return terminating("its worker process does not answer");
}

/** DuckDB refuses all work on a database after a fatal error. */
export function instanceInvalidated(why: string): PgError {
  return terminating("its database had a fatal error", why === "" ? kept : `${why}\n${kept}`);
}

function terminating(reason: string, detail = kept): PgError {
  return new PgError("57P01", `terminating connection because ${reason}`, {
    severity: "FATAL",
    detail,
    hint: again,
  });
}

/** For the sessions that shutdown still finds. */
export function shutdown(): PgError {
  return new PgError("57P01", "terminating connection due to administrator command", { severity: "FATAL" });
}

/** For clients that come while the server stops. */
export function shuttingDown(): PgError {
  return new PgError("57P03", "the database system is shutting down", { severity: "FATAL" });
}

/** The client asked to cancel, or left, while it waited. */
export function canceled(): PgError {
  return new PgError("57014", "canceling authentication due to user request", { severity: "FATAL" });
}

/** @param milliseconds that were waited */
export function noWorker(milliseconds: number): PgError {
  return new PgError("53300", "timed out waiting for an available worker", {
    severity: "FATAL",
    detail: `None could take the session within ${milliseconds / 1000} s.`,
    hint: "Try again later, or raise worker_queue_timeout or process.max_workers.",
  });
}

/** @param milliseconds that were waited */
export function notOpened(milliseconds: number): PgError {
  return new PgError("57P03", `the database could not be opened within ${milliseconds} ms`, {
    severity: "FATAL",
  });
}

/** Several workers failed before the session was there. */
export function notCreated(cause: unknown): PgError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new PgError("58000", "failed to create session: no worker process could serve it", {
    severity: "FATAL",
    detail,
    hint: again,
    cause,
  });
}
