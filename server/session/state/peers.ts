import type { PgError } from "../../../worker/api/error.ts";
import { AdvisoryLocks } from "./advisory_locks.ts";

/** A session as others see it. */
export interface Peer {
  readonly pid: number;
  readonly user: string;
  readonly database: string;
  /** `address:port` */
  readonly remote: string;
  readonly started: Date;
  readonly application: string;
  readonly activity: Activity;
  cancel(): void;
  end(error: PgError, force: boolean): void;
}

/** What a session does, or did last. */
export interface Activity {
  state: "active" | "idle" | "idle in transaction" | "idle in transaction (aborted)";
  query: string;
  queryStarted: Date | null;
  transactionStarted: Date | null;
  stateChanged: Date;
}

/** The sessions of a server, and the locks they share; a session reaches the others through this alone. */
export class Peers {
  readonly locks = new AdvisoryLocks();
  readonly #all = new Map<number, Peer>();

  add(peer: Peer): void {
    this.#all.set(peer.pid, peer);
  }

  /** The session is over; its locks are free. */
  remove(peer: Peer): void {
    this.#all.delete(peer.pid);
    this.locks.release(peer, "all");
  }

  find(pid: number): Peer | undefined {
    return this.#all.get(pid);
  }

  all(): Iterable<Peer> {
    return this.#all.values();
  }
}
