import type { ClientFacts, ObservedSession, ServerObserver } from "../observer.ts";
import { errorFacts, type Log } from "./log.ts";
import type { Metrics, OrgMetrics } from "./metrics.ts";
import { queryOutcome, sqlstateOf, startOutcome } from "./outcome.ts";
import { newQueryId } from "./query_id.ts";
import { createLiveSessions, enterState, type LiveSessions, queryStarts } from "./queries.ts";
import { createSessionLog, type SessionLog } from "./session_log.ts";
import type { QuerySpan, QueryTracer } from "./traces.ts";

export interface ObserveOptions {
  metrics: Metrics;
  log: Log;
  /** Milliseconds from which a statement is logged as slow; 0 or less: none is. */
  slowQueryThreshold: number;
  /** The list of live sessions to keep, where somebody reads it. */
  sessions?: LiveSessions;
  /** Gets a span for each statement. */
  tracer?: QueryTracer;
}

/** Where what is told of a session goes. */
interface Places {
  sessionLog: SessionLog;
  metrics: Metrics;
  org: OrgMetrics;
  sessions: LiveSessions;
  log: Log;
  tracer: QueryTracer | undefined;
}

/** Tells the log, the metrics and the list of live sessions what the server does with its clients. */
export function observe(options: ObserveOptions): ServerObserver {
  const { metrics, log, slowQueryThreshold, sessions = createLiveSessions(), tracer } = options;
  const sessionLog = createSessionLog(slowQueryThreshold, log);
  // Organisations come with the control plane.
  const org = metrics.org("");
  const places = { sessionLog, metrics, org, sessions, log, tracer };
  return {
    refused(address, error) {
      metrics.rateLimited();
      org.sessionRefused(startOutcome(error.sqlstate));
      sessionLog.refused({ remote: address }, error);
    },
    notStarted(address, reason) {
      log.debug("no session started", { remote: address, reason });
    },
    loginFailed(client, error) {
      const outcome = startOutcome(error.sqlstate);
      if (outcome.reason === "auth") metrics.authFailed();
      org.sessionRefused(outcome);
      sessionLog.refused(client, error);
    },
    cancelRequested: () => metrics.queryCanceled(),
    sessionStarted: (client, seconds) => observeSession(places, client, seconds),
    fault(error) {
      log.error("internal error", errorFacts(error));
    },
  };
}

function observeSession(places: Places, client: ClientFacts, startSeconds: number): ObservedSession {
  const { sessionLog, metrics, org, sessions, log, tracer } = places;
  const started = performance.now();
  const session = sessions.open(client);
  let statements = 0;
  let span: QuerySpan | undefined;
  metrics.connectionOpened();
  org.sessionStarted(startSeconds);
  sessionLog.started(client);
  return {
    statementStarted(sql) {
      queryStarts(session, sql);
      // An id is of use only where somebody reads it again.
      if (tracer === undefined && !log.on("debug")) return undefined;
      const id = newQueryId();
      span = tracer?.start({ id, sql, user: client.user, database: client.database, pid: client.pid });
      return { id, traceparent: span?.traceparent };
    },
    statementFinished(fact) {
      statements++;
      span?.end(fact);
      span = undefined;
      org.queryFinished(queryOutcome(fact.error && sqlstateOf(fact.error)), fact.seconds);
      org.rowsSent(fact.rows);
      sessionLog.statement(client, fact);
    },
    stateChanged: (state) => enterState(session, state),
    ended(reason) {
      const seconds = (performance.now() - started) / 1000;
      sessions.close(session);
      metrics.connectionClosed();
      org.sessionEnded(seconds);
      sessionLog.ended(client, { seconds, statements, reason });
    },
  };
}
