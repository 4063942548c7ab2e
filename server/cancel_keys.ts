import { timingSafeEqual } from "node:crypto";

/** What BackendKeyData tells a client, and a CancelRequest gives back. */
export interface CancelKey {
  /** Positive int32, unique among the live sessions. */
  pid: number;
  /** Random; how long is the wire's business. */
  secret: Uint8Array;
}

/**
 * Hands out process ids with secret keys, and finds the session a CancelRequest means. A wrong key is ignored without
 * an answer, as the protocol wants it: the requester cannot tell.
 *
 * @see https://www.postgresql.org/docs/16/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
export class CancelKeys {
  readonly #live = new Map<number, { secret: Uint8Array; cancel: () => void }>();
  #next: number;

  constructor(first = 1000) {
    this.#next = first;
  }

  /** A key with a new pid; `cancel` is called for each request that carries it. */
  add(secret: Uint8Array, cancel: () => void): CancelKey {
    const pid = this.#freePid();
    this.#live.set(pid, { secret, cancel });
    return { pid, secret };
  }

  /** The session is over. */
  remove(pid: number): void {
    this.#live.delete(pid);
  }

  /** Cancels what the key's session runs; answers whether there was such a session. */
  cancel({ pid, secret }: CancelKey): boolean {
    const found = this.#live.get(pid);
    if (!found || found.secret.length !== secret.length || !timingSafeEqual(found.secret, secret)) {
      return false;
    }
    found.cancel();
    return true;
  }

  #freePid(): number {
    do this.#next = this.#next >= 0x7fff_ffff ? 1 : this.#next + 1; while (this.#live.has(this.#next));
    return this.#next;
  }
}
