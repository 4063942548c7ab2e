import type { ClientFacts, ObservedSession, ServerObserver } from "../observer.ts";
import { errorFacts, type Log } from "./log.ts";
import type { Metrics, OrgMetrics } from "./metrics.ts";
import { queryOutcome, sqlstateOf, startOutcome } from "./outcome.ts";
import { createLiveSessions, enterState, type LiveSessions, queryStarts } from "./queries.ts";
import { createSessionLog, type SessionLog } from "./session_log.ts";

export interface ObserveOptions {
  metrics: Metrics;
  log: Log;
  /** Milliseconds from which a statement is logged as slow; 0 or less: none is. */
  slowQueryThreshold: number;
  /** The list of live sessions to keep, where somebody reads it. */
  sessions?: LiveSessions;
}

/** Where what is told of a session goes. */
interface Places {
  sessionLog: SessionLog;
  metrics: Metrics;
  org: OrgMetrics;
  sessions: LiveSessions;
}

/** Tells the log, the metrics and the list of live sessions what the server does with its clients. */
export function observe(options: ObserveOptions): ServerObserver {
  const { metrics, log, slowQueryThreshold, sessions = createLiveSessions() } = options;
  const sessionLog = createSessionLog(slowQueryThreshold, log);
  // Organisations come with the control plane.
  const org = metrics.org("");
  const places = { sessionLog, metrics, org, sessions };
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
  const { sessionLog, metrics, org, sessions } = places;
  const started = performance.now();
  const session = sessions.open(client);
  let statements = 0;
  metrics.connectionOpened();
  org.sessionStarted(startSeconds);
  sessionLog.started(client);
  return {
    statementStarted: (sql) => queryStarts(session, sql),
    statementFinished(fact) {
      statements++;
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
