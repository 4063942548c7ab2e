/**
 * What a server keeps of a password for SCRAM-SHA-256 (RFC 5803), in the form PostgreSQL stores in `pg_authid`:
 * `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, the last three in base64.
 */
import { Buffer } from "node:buffer";
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { saslPrep } from "./saslprep.ts";

/** A parsed verifier. */
export interface Verifier {
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** PostgreSQL's default of `scram_iterations`. */
export const defaultIterations = 4096;

const keyLength = 32;
const form = /^SCRAM-SHA-256\$(\d{1,9}):([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)$/;

/** Parses a stored verifier; `null` where the text is not one. */
export function parseVerifier(text: string): Verifier | null {
  const match = form.exec(text);
  if (match === null || Number(match[1]) < 1) return null;
  const [salt, storedKey, serverKey] = match.slice(2).map(fromBase64);
  return { iterations: Number(match[1]), salt, storedKey, serverKey };
}

/** The stored form of a verifier. */
export function formatVerifier({ iterations, salt, storedKey, serverKey }: Verifier): string {
  return `SCRAM-SHA-256$${iterations}:${toBase64(salt)}$${toBase64(storedKey)}:${toBase64(serverKey)}`;
}

/** Makes the verifier of a password; slow on purpose (PBKDF2), off the event loop. */
export async function makeVerifier(
  password: string,
  salt: Uint8Array = randomBytes(16),
  iterations: number = defaultIterations,
): Promise<Verifier> {
  const salted = await saltedPassword(password, salt, iterations);
  return {
    iterations,
    salt,
    storedKey: sha256(hmac(salted, "Client Key")),
    serverKey: hmac(salted, "Server Key"),
  };
}

/** Whether a password in clear text is the verifier's; takes the same time either way. */
export async function matchesVerifier(password: string, verifier: Verifier): Promise<boolean> {
  const made = await makeVerifier(password, verifier.salt, verifier.iterations);
  return timingSafeEqual(made.storedKey, verifier.storedKey);
}

/** HMAC-SHA-256. */
export function hmac(key: Uint8Array, data: Uint8Array | string): Uint8Array {
  return createHmac("sha256", key).update(data).digest();
}

/** SHA-256. */
export function sha256(data: Uint8Array | string): Uint8Array {
  return createHash("sha256").update(data).digest();
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** Lenient about length: callers check what they get. */
export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

async function saltedPassword(password: string, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(saslPrep(password));
  const key = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(salt), iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, keyLength * 8));
}
