/** What HealthCheck answers. */
import type { Health, SessionProgress } from "../api/flight/actions.ts";
import type { WorkerSessions } from "./sessions.ts";
import type { WorkerSession } from "./worker_session.ts";

/** Checks without any movement after which a statement is called stalled: ten minutes of one every two seconds. */
const stalledAfter = 300;

/** How long DuckDB may take to say how much memory it uses, in milliseconds; it is asked again at the next check. */
const memoryLimit = 500;

/** See {@linkcode healthWatch}. */
export interface HealthWatch {
  /** As things are known now. */
  health(): Health;
  /** The same, and counts as one check: memory is read anew, and statements that have not moved since the last are counted. */
  check(): Promise<Health>;
}

interface Seen {
  percentage: number;
  rows: number;
  /** Checks in a row that saw the same. */
  equal: number;
}

export function healthWatch(sessions: WorkerSessions): HealthWatch {
  const started = performance.now();
  let seen = new Map<WorkerSession, Seen>();

  function progressOf(session: WorkerSession): SessionProgress | null {
    const progress = session.running > 0 ? session.executor.progress() : null;
    if (progress === null) return null;
    const stalled = (seen.get(session)?.equal ?? 0) >= stalledAfter;
    return { pct: progress.percentage, rows: progress.rows, total: progress.total, stalled };
  }

  function health(): Health {
    const running = [...sessions].filter((session) => session.running > 0);
    const progress = running.flatMap((session) => {
      const found = progressOf(session);
      return found === null ? [] : [[session.token.slice(0, 16), found]];
    });
    return {
      healthy: sessions.invalidReason === "",
      draining: sessions.draining,
      sessions: sessions.size,
      active_queries: running.length,
      uptime_ns: Math.round((performance.now() - started) * 1e6),
      session_progress: Object.fromEntries(progress),
      instance_invalidated: sessions.invalidReason !== "",
      instance_invalid_reason: sessions.invalidReason,
      memory_bytes: sessions.instances.memoryBytes,
    };
  }

  /** Only sessions that run something are kept. */
  function watch(): void {
    const now = new Map<WorkerSession, Seen>();
    for (const session of sessions) {
      const progress = progressOf(session);
      if (progress === null) continue;
      const { pct: percentage, rows } = progress;
      const before = seen.get(session);
      const same = before?.percentage === percentage && before.rows === rows;
      now.set(session, { percentage, rows, equal: same ? before.equal + 1 : 0 });
    }
    seen = now;
  }

  return {
    health,
    async check() {
      watch();
      await within(memoryLimit, sessions.instances.readMemory().catch((error) => sessions.noteError(error)));
      return health();
    },
  };
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([work, new Promise((resolve) => timer = setTimeout(resolve, milliseconds))]);
  clearTimeout(timer);
}
