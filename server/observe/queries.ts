/**
 * The live sessions and what each does: the source of `pg_stat_activity` and of the console's list.
 *
 * Every change is a few assignments; nothing is computed until a list is asked for, and there are no timers.
 */
import type { Progress } from "../../worker/api/executor.ts";
import type { ClientFacts } from "../observer.ts";
import { redactSql } from "./redact.ts";
import { capText } from "./text.ts";

/** PostgreSQL's words, as in `pg_stat_activity.state`. */
export type SessionState = "idle" | "active" | "idle in transaction" | "idle in transaction (aborted)";

/** One live session. Times are milliseconds since 1970; `null`: none. */
export interface LiveSession extends ClientFacts {
  readonly started: number;
  state: SessionState;
  stateChanged: number;
  /** The open transaction's start, also that of a single statement. */
  transactionStarted: number | null;
  /** The running statement, or the last one; at most 4096 bytes, not redacted. "" before the first. */
  query: string;
  queryStarted: number | null;
  /** How far the running statement is, asked only when a list is shown; whoever has the executor sets it. */
  progress: () => Progress | null;
}

/** A live session as it is shown: text redacted, progress of the moment. */
export type SessionSnapshot = Omit<LiveSession, "progress"> & { progress: Progress | null };

/** The sessions of one server. */
export interface LiveSessions {
  open(client: ClientFacts): LiveSession;
  close(session: LiveSession): void;
  get(pid: number): LiveSession | undefined;
  readonly size: number;
  /** All of them as they are now, oldest first. */
  list(): SessionSnapshot[];
}

/** @param now the clock, in milliseconds since 1970 */
export function createLiveSessions(now: () => number = Date.now): LiveSessions {
  const sessions = new Map<number, LiveSession>();
  return {
    open(client) {
      const started = now();
      const session: LiveSession = {
        ...client,
        started,
        state: "idle",
        stateChanged: started,
        transactionStarted: null,
        query: "",
        queryStarted: null,
        progress: () => null,
      };
      sessions.set(session.pid, session);
      return session;
    },
    close(session) {
      if (sessions.get(session.pid) === session) sessions.delete(session.pid);
    },
    get: (pid) => sessions.get(pid),
    get size() {
      return sessions.size;
    },
    list: () => [...sessions.values()].map(snapshot),
  };
}

/** A statement begins. */
export function queryStarts(session: LiveSession, sql: string, now: number = Date.now()): void {
  session.query = capText(sql);
  session.queryStarted = now;
  session.transactionStarted ??= now;
}

/** The session is in another state than before. */
export function enterState(session: LiveSession, state: SessionState, now: number = Date.now()): void {
  if (state === session.state) return;
  session.state = state;
  session.stateChanged = now;
  if (state === "idle") session.transactionStarted = null;
}

function snapshot(session: LiveSession): SessionSnapshot {
  const running = session.state === "active";
  return { ...session, query: redactSql(session.query), progress: running ? session.progress() : null };
}
