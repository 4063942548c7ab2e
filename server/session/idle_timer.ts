import { PgError } from "../../worker/api/error.ts";
import type { SessionContext } from "./context.ts";

/**
 * Ends a session that waits too long for its client. Three limits apply while it waits, the shortest wins: the
 * server's `idle_timeout`, the session's `idle_session_timeout` (outside a transaction) and
 * `idle_in_transaction_session_timeout` (inside one); all in milliseconds, 0 or less for none.
 */
export class IdleTimer {
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #session: SessionContext;
  readonly #serverLimit: number;
  readonly #expired: (error: PgError) => void;

  constructor(session: SessionContext, serverLimit: number, expired: (error: PgError) => void) {
    this.#session = session;
    this.#serverLimit = serverLimit;
    this.#expired = expired;
  }

  /** The session starts to wait. */
  start(): void {
    const limit = this.#limit();
    if (!limit) return;
    this.#timer = setTimeout(() => this.#expired(limit.error), Math.min(limit.after, 2 ** 31 - 1));
  }

  /** A message came, or the session ended. */
  stop(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #limit(): { after: number; error: PgError } | null {
    const { settings, transaction } = this.#session;
    const own = transaction.status === "I"
      ? { after: settings.number("idle_session_timeout"), error: idleSession }
      : { after: settings.number("idle_in_transaction_session_timeout"), error: idleInTransaction };
    const server = { after: this.#serverLimit, error: idleSession };
    const limits = [own, server].filter((limit) => limit.after > 0);
    return limits.sort((a, b) => a.after - b.after)[0] ?? null;
  }
}

const idleSession = new PgError("57P05", "terminating connection due to idle-session timeout", {
  severity: "FATAL",
});
const idleInTransaction = new PgError("25P03", "terminating connection due to idle-in-transaction timeout", {
  severity: "FATAL",
});
