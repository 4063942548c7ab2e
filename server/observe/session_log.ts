import type { ClientFacts } from "../observer.ts";
import type { StatementFact } from "../session/context.ts";
import { errorFacts, type Facts, type Log } from "./log.ts";
import { queryOutcome, sqlstateOf } from "./outcome.ts";

/** What the log says of connections and their statements. */
export interface SessionLog {
  /** The client is in. */
  started(client: ClientFacts): void;
  ended(client: ClientFacts, end: { seconds: number; statements: number; reason: string }): void;
  /** The client was not let in: what is known of it, and the error it got. */
  refused(client: Partial<ClientFacts>, error: unknown): void;
  statement(client: ClientFacts, statement: StatementFact): void;
}

/**
 * The log of connections: at info when they start and end and when a client's statement fails, at warn when a statement
 * fails that is not the client's doing, at error when it is a fault of ours; other statements at debug, slow ones at info.
 *
 * @param slowQueryThreshold milliseconds from which a statement is slow; 0 or less: none is
 */
export function createSessionLog(slowQueryThreshold: number, log: Log): SessionLog {
  const isSlow = (seconds: number) => slowQueryThreshold > 0 && seconds * 1000 >= slowQueryThreshold;
  return {
    started(client) {
      if (log.on("info")) log.info("connection started", clientFacts(client));
    },
    ended(client, { seconds, statements, reason }) {
      if (!log.on("info")) return;
      log.info("connection ended", {
        ...who(client),
        duration_ms: milliseconds(seconds),
        statements,
        reason,
      });
    },
    refused(client, error) {
      log[failureLevel(error)]("connection refused", {
        ...clientFacts(client),
        ...errorFacts(error),
      });
    },
    statement(client, statement) {
      if (statement.error) return logFailure(log, client, statement, statement.error);
      if (isSlow(statement.seconds)) log.info("slow statement", statementFacts(client, statement));
      else if (log.on("debug")) log.debug("statement", statementFacts(client, statement));
    },
  };
}

function logFailure(log: Log, client: ClientFacts, statement: StatementFact, error: Error): void {
  const level = failureLevel(error);
  if (!log.on(level)) return;
  const { rows: _, ...facts } = statementFacts(client, statement);
  log[level]("statement failed", { ...facts, ...errorFacts(error) });
}

/** What a client got wrong is its business; what went wrong around us is worth a look, and our own faults more. */
function failureLevel(error: unknown): "info" | "warn" | "error" {
  const sqlstate = sqlstateOf(error);
  if (sqlstate.startsWith("XX")) return "error";
  return queryOutcome(sqlstate).status === "error" ? "warn" : "info";
}

function statementFacts(
  client: ClientFacts,
  { seconds, rows, protocol, sql, query }: StatementFact,
): Facts {
  return { ...who(client), query: query?.id, duration_ms: milliseconds(seconds), rows, protocol, sql };
}

function clientFacts({ pid, user, database, application, remote, tls }: Partial<ClientFacts>): Facts {
  return { pid, user, database, application, remote, tls: tls === null ? "off" : tls };
}

function who({ pid, user, database }: ClientFacts): Facts {
  return { pid, user, database };
}

/** To the microsecond. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3;
}
