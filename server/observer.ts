import type { PgError } from "../worker/api/error.ts";
import type { SessionObserver } from "./session/context.ts";
import type { EndReason } from "./session/session.ts";

/** Who a client is, for logs, metrics and the list of sessions. */
export interface ClientFacts {
  /** 0 while it has none. */
  pid: number;
  user: string;
  database: string;
  application: string;
  /** `address:port` */
  remote: string;
  /** TLS version, or `null` for a plain connection. */
  tls: string | null;
}

/** What the server tells about its clients; it never throws back. */
export interface ServerObserver {
  /** Turned away for too many connections or failed logins. */
  refused(address: string, error: PgError): void;
  /** Gone before it asked for a session. */
  notStarted(address: string, reason: string): void;
  loginFailed(client: ClientFacts, error: PgError): void;
  cancelRequested(): void;
  /** @param seconds from authentication to the first ReadyForQuery */
  sessionStarted(client: ClientFacts, seconds: number): ObservedSession;
  /** A fault of ours. */
  fault(error: unknown): void;
}

/** One session, watched. */
export interface ObservedSession extends SessionObserver {
  ended(reason: EndReason): void;
}
