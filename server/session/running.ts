import { PgError } from "../../worker/api/error.ts";
import type { SessionContext } from "./context.ts";

/**
 * Runs one statement under `statement_timeout`, and tells the observer when it starts and how it ends.
 *
 * @param run answers the number of rows
 * @throws PgError 57014 with PostgreSQL's sentence when the time is up
 */
export async function observed(
  session: SessionContext,
  sql: string,
  protocol: "simple" | "extended",
  run: () => Promise<number>,
): Promise<void> {
  const { observer } = session;
  const started = performance.now();
  const fact = (rows: number, error: Error | null) => ({
    sql,
    protocol,
    seconds: (performance.now() - started) / 1000,
    rows,
    error,
    query,
  });
  const query = observer.statementStarted(sql);
  session.query = query;
  observer.stateChanged("active");
  const now = new Date();
  Object.assign(session.activity, { state: "active", query: sql, queryStarted: now, stateChanged: now });
  try {
    observer.statementFinished(fact(await withinTimeout(session, run), null));
  } catch (error) {
    observer.statementFinished(fact(0, error instanceof Error ? error : new Error(String(error))));
    throw error;
  } finally {
    session.query = undefined;
  }
}

async function withinTimeout<T>(session: SessionContext, run: () => Promise<T>): Promise<T> {
  const limit = session.settings.number("statement_timeout");
  if (limit <= 0) return await run();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    interrupt(session);
  }, limit);
  try {
    return await run();
  } catch (error) {
    if (!expired || !(error instanceof PgError) || error.sqlstate !== "57014") throw error;
    throw new PgError("57014", "canceling statement due to statement timeout");
  } finally {
    clearTimeout(timer);
    // The time was up as the statement ended by itself: the next one is not to pay for it.
    if (expired) session.interruptDue = false;
  }
}

/** Ends what the session is doing: what the engine runs, or what it was about to be given. */
export function interrupt(session: SessionContext): void {
  session.interruptDue = true;
  session.executor.interrupt();
  session.stopWaiting?.();
}

/** @throws PgError 57014 when an interrupt came before the engine was asked */
export function refuseWhenInterrupted(session: SessionContext): void {
  if (session.interruptDue) throw new PgError("57014", "canceling statement due to user request");
}
