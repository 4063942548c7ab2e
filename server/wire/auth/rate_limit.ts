/**
 * How many clients may be connected, in all and from one address, and for how long an address that keeps failing to log in
 * is turned away. Pure but for the clock it is given.
 */
import { PgError } from "../../../worker/api/error.ts";

/** The limits; 0 switches one off. */
export interface RateLimits {
  /** Failed logins within the window that ban an address. */
  maxFailedAttempts: number;
  /** Milliseconds. */
  failedAttemptWindow: number;
  /** Milliseconds. */
  banDuration: number;
  maxConnectionsPerIp: number;
  maxConnections: number;
}

/** Whether a new client may go on. */
export interface Admission {
  /** What to answer it, when it may not. */
  readonly refusal: PgError | null;
  /** To be called once, when the connection is over, refused or not. */
  release(): void;
}

/** What is remembered of an address. */
interface Address {
  connections: number;
  /** Times of failed logins, the oldest first. */
  failures: number[];
  /** 0 when it is not banned. */
  bannedUntil: number;
}

/** Addresses remembered; past this those with nothing to remember are dropped at once, then the oldest. */
const maxAddresses = 20_000;

/** What pruning leaves, so that it is not done for every new address. */
const keptAddresses = 18_000;

/** One for a server. */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #now: () => number;
  readonly #addresses = new Map<string, Address>();
  #connections = 0;

  /** `now` in milliseconds, never going back. */
  constructor(limits: RateLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Connections admitted and not released. */
  get connections(): number {
    return this.#connections;
  }

  /** Addresses something is remembered of. */
  get addresses(): number {
    return this.#addresses.size;
  }

  /** Addresses banned now. */
  get bannedAddresses(): number {
    const now = this.#now();
    let count = 0;
    for (const address of this.#addresses.values()) if (address.bannedUntil > now) count++;
    return count;
  }

  /** A client has connected from `remoteAddress`. */
  admit(remoteAddress: string): Admission {
    const key = addressKey(remoteAddress);
    const refusal = this.#refusal(this.#addresses.get(key));
    if (refusal !== null) return { refusal, release: () => {} };
    this.#addressOf(key).connections++;
    this.#connections++;
    let released = false;
    return {
      refusal: null,
      release: () => {
        if (released) return;
        released = true;
        this.#release(key);
      },
    };
  }

  /** What to answer a client that connected before its address was banned, and wants to log in only now. */
  ban(remoteAddress: string): PgError | null {
    const address = this.#addresses.get(addressKey(remoteAddress));
    return address !== undefined && address.bannedUntil > this.#now() ? banned() : null;
  }

  /** A login from there failed. Whether that banned the address. */
  failed(remoteAddress: string): boolean {
    const { maxFailedAttempts, failedAttemptWindow, banDuration } = this.#limits;
    if (maxFailedAttempts <= 0) return false;
    const now = this.#now();
    const address = this.#addressOf(addressKey(remoteAddress));
    address.failures = address.failures.filter((time) => time > now - failedAttemptWindow);
    address.failures.push(now);
    if (address.failures.length < maxFailedAttempts) return false;
    address.failures = [];
    address.bannedUntil = now + banDuration;
    return true;
  }

  /** A login from there succeeded: earlier failures no longer count. */
  succeeded(remoteAddress: string): void {
    const key = addressKey(remoteAddress);
    const address = this.#addresses.get(key);
    if (address !== undefined) address.failures = [];
  }

  #refusal(address: Address | undefined): PgError | null {
    if (address !== undefined && address.bannedUntil > this.#now()) return banned();
    const { maxConnections, maxConnectionsPerIp } = this.#limits;
    if (maxConnections > 0 && this.#connections >= maxConnections) return tooMany();
    if (maxConnectionsPerIp <= 0 || (address?.connections ?? 0) < maxConnectionsPerIp) return null;
    return tooMany("There are too many connections from this address.");
  }

  #addressOf(key: string): Address {
    let address = this.#addresses.get(key);
    if (address === undefined) {
      if (this.#addresses.size >= maxAddresses) this.#prune();
      address = { connections: 0, failures: [], bannedUntil: 0 };
      this.#addresses.set(key, address);
    }
    return address;
  }

  #release(key: string): void {
    this.#connections--;
    const address = this.#addresses.get(key);
    if (address === undefined) return;
    address.connections--;
    if (this.#forgettable(address)) this.#addresses.delete(key);
  }

  #forgettable(address: Address): boolean {
    if (address.connections > 0) return false;
    const now = this.#now();
    return address.bannedUntil <= now &&
      address.failures.every((time) => time <= now - this.#limits.failedAttemptWindow);
  }

  /** Makes room. Addresses with open connections always stay: there are only so many of them. */
  #prune(): void {
    for (const [key, address] of this.#addresses) if (this.#forgettable(address)) this.#addresses.delete(key);
    for (const [key, address] of this.#addresses) {
      if (this.#addresses.size <= keptAddresses) return;
      if (address.connections === 0) this.#addresses.delete(key);
    }
  }
}

/**
 * What counts as one address: an IPv4 address, also in its IPv6 form, or the /64 network of an IPv6 address, as one host
 * has all of that.
 */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1];
  if (!address.includes(":")) return address;
  const [head, tail] = address.toLowerCase().replace(/%.*$/, "").split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  const full = [...groups, ...new Array(Math.max(0, missing)).fill("0"), ...(tail ? tail.split(":") : [])];
  return full.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(":") + "::/64";
}

function tooMany(detail?: string): PgError {
  return new PgError("53300", "sorry, too many clients already", { severity: "FATAL", detail });
}

function banned(): PgError {
  return new PgError("28000", "too many failed login attempts from this address", {
    severity: "FATAL",
    hint: "Try again later.",
  });
}
