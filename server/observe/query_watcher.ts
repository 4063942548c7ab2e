import type { QueryContext, SessionIdentity } from "../../worker/api/executor.ts";
import { errorFacts, type Log } from "./log.ts";
import type { QueryTracer } from "./traces.ts";

/** How a query ended. */
export interface QueryEnd {
  rows: number;
  error: Error | null;
}

/** Hears of queries that came with a context. */
export interface QueryWatcher {
  /** @returns called once, when its last row is out, it failed, or nobody reads it further */
  started(query: QueryContext, sql: string, session: SessionIdentity): (end: QueryEnd) => void;
}

/**
 * What a worker tells of the queries of others, by the id they have there: a line at debug, and a span below theirs.
 * `null` where neither is wanted.
 */
export function queryWatcher({ log, tracer }: { log: Log; tracer?: QueryTracer }): QueryWatcher | null {
  if (tracer === undefined && !log.on("debug")) return null;
  return {
    started({ id, traceparent }, sql, { user, database, pid }) {
      const began = performance.now();
      const span = tracer?.start({ id, sql, user, database, pid }, traceparent);
      return (end) => {
        span?.end(end);
        if (!log.on("debug")) return;
        const facts = {
          query: id,
          pid,
          user,
          database,
          duration_ms: Math.round((performance.now() - began) * 1e3) / 1e3,
        };
        if (end.error === null) log.debug("query", { ...facts, rows: end.rows });
        else log.debug("query failed", { ...facts, ...errorFacts(end.error) });
      };
    },
  };
}
