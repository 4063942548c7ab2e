/**
 * Users and their verifiers. A user who does not exist is, until the very last comparison, treated as one whose password
 * nobody knows: same exchange, same work, same answer, and a salt that stays the same.
 */
import { randomBytes } from "node:crypto";
import { hmac, makeVerifier, parseVerifier, toBase64, type Verifier } from "./verifier.ts";

/** What is known of a user's password. */
export type Credential =
  | { readonly kind: "password"; readonly password: string }
  /** `SCRAM-SHA-256$…`; any other text lets nobody in. */
  | { readonly kind: "verifier"; readonly verifier: string }
  /** Some other hash: only a password in clear text can be checked against it. */
  | { readonly kind: "check"; readonly check: (password: string) => boolean | Promise<boolean> };

/** Looks a user up; `null` when there is none. */
export type FindCredential = (user: string) => Credential | null | Promise<Credential | null>;

/** How to check a user. */
export type Proof =
  | { readonly kind: "verifier"; readonly verifier: Verifier; readonly known: boolean }
  | { readonly kind: "check"; readonly check: (password: string) => boolean | Promise<boolean> };

/** Verifiers kept, the least recently used going first. Unknown names take places too. */
const cacheSize = 4096;

interface Entry {
  /** What the verifier was made from: another password makes another entry. */
  readonly source: string | null;
  readonly verifier: Promise<Verifier>;
}

/** The users of a server; keeps what is slow to compute. */
export class Credentials {
  readonly #find: FindCredential;
  readonly #secret: Uint8Array;
  readonly #cache = new Map<string, Entry>();

  /**
   * `secret` is what salts are made from; give a stored one where stored verifiers are used, so that unknown users keep
   * their salts over a restart as well.
   */
  constructor(find: FindCredential, secret: Uint8Array = randomBytes(32)) {
    this.#find = find;
    this.#secret = secret;
  }

  /** How `user` is to be checked, whether or not there is such a user. */
  async proofOf(user: string): Promise<Proof> {
    const credential = await this.#find(user);
    if (credential?.kind === "check") return credential;
    const source = credential?.kind === "password" ? credential.password : null;
    const derived = await this.#verifier(user, source);
    if (credential?.kind !== "verifier") {
      return { kind: "verifier", verifier: derived, known: credential !== null };
    }
    const stored = parseVerifier(credential.verifier);
    return { kind: "verifier", verifier: stored ?? derived, known: stored !== null };
  }

  #verifier(user: string, source: string | null): Promise<Verifier> {
    const cached = this.#cache.get(user);
    this.#cache.delete(user);
    const entry = cached !== undefined && cached.source === source ? cached : this.#make(user, source);
    this.#cache.set(user, entry);
    if (this.#cache.size > cacheSize) this.#cache.delete(this.#cache.keys().next().value as string);
    return entry.verifier;
  }

  #make(user: string, source: string | null): Entry {
    const salt = hmac(this.#secret, `salt of ${user}`).slice(0, 16);
    const password = source ?? toBase64(hmac(this.#secret, `password of ${user}`));
    return { source, verifier: makeVerifier(password, salt) };
  }
}
