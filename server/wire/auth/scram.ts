/**
 * The server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677), as messages in and messages out.
 * Checks and words follow PostgreSQL's `auth-scram.c`.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { PgError } from "../../../worker/api/error.ts";
import { fromBase64, hmac, sha256, toBase64, type Verifier } from "./verifier.ts";

export const scramPlain = "SCRAM-SHA-256";
export const scramPlus = "SCRAM-SHA-256-PLUS";

/** What the exchange is bound to. */
export interface ScramContext {
  /** The mechanism the client chose. */
  readonly plus: boolean;
  /** Channel binding data; `null` where `SCRAM-SHA-256-PLUS` was not offered. */
  readonly endPoint: Uint8Array | null;
  readonly verifier: Verifier;
  /** For tests; random otherwise. */
  readonly nonce?: string;
}

/** The state between the two messages of the client. */
export interface ScramExchange {
  /** server-first-message. */
  readonly challenge: string;
  /**
   * Checks client-final-message. Answers server-final-message, or `null` when the proof is wrong.
   *
   * @throws {PgError} FATAL for a malformed message, or a broken channel binding.
   */
  finish(clientFinal: string): string | null;
}

/** Which mechanisms to offer, the preferred one first. */
export function scramMechanisms(endPoint: Uint8Array | null): string[] {
  return endPoint === null ? [scramPlain] : [scramPlus, scramPlain];
}

/**
 * Takes client-first-message.
 *
 * @throws {PgError} FATAL for a malformed message, or one that asks for what is not supported.
 */
export function beginScram(clientFirst: string, context: ScramContext): ScramExchange {
  const { header, bare } = splitHeader(clientFirst, context);
  const clientNonce = readBare(bare);
  const nonce = clientNonce + (context.nonce ?? randomBytes(18).toString("base64"));
  const { salt, iterations } = context.verifier;
  const challenge = `r=${nonce},s=${toBase64(salt)},i=${iterations}`;
  return {
    challenge,
    finish: (clientFinal) => finish(clientFinal, { header, bare, nonce, challenge }, context),
  };
}

/** The part before client-first-message-bare says whether the channel is bound (RFC 5802, gs2-header). */
function splitHeader(message: string, context: ScramContext): { header: string; bare: string } {
  if (message.length === 0) throw malformed("The message is empty.");
  checkBindingFlag(message, context);
  const first = message.indexOf(",");
  if (first < 0) throw malformed(`Comma expected, but found end of message.`);
  if (message[first + 1] === "a") {
    throw fatal("0A000", "client uses authorization identity, but it is not supported");
  }
  if (message[first + 1] !== ",") {
    throw malformed(`Unexpected attribute "${shown(message[first + 1])}" in client-first-message.`);
  }
  return { header: message.slice(0, first + 2), bare: message.slice(first + 2) };
}

function checkBindingFlag(message: string, { plus, endPoint }: ScramContext): void {
  const flag = message[0];
  if (flag === "p") return checkBindingType(message, plus);
  if (flag !== "n" && flag !== "y") {
    throw malformed(`Unexpected channel-binding flag "${shown(flag)}".`);
  }
  if (plus) {
    throw malformed(
      "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include channel binding data.",
    );
  }
  if (message[1] !== ",") throw malformed(`Comma expected, but found character "${shown(message[1])}".`);
  if (flag === "y" && endPoint !== null) {
    throw fatal("28000", "SCRAM channel binding negotiation error", {
      detail: "The client supports SCRAM channel binding but thinks the server does not.  " +
        "However, this server does support channel binding.",
    });
  }
}

function checkBindingType(message: string, plus: boolean): void {
  if (!plus) {
    throw malformed(
      "The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message includes channel binding data.",
    );
  }
  const type = /^p=([^,]*)/.exec(message)?.[1];
  if (type === undefined) throw malformed(`Expected character "=" for attribute "p".`);
  if (type !== "tls-server-end-point") {
    throw fatal("08P01", `unsupported SCRAM channel-binding type "${printable(type)}"`);
  }
}

/** `n=user,r=nonce`; the name is ignored, as the startup packet has it already. */
function readBare(bare: string): string {
  if (bare.startsWith("m=")) throw fatal("0A000", "client requires an unsupported SCRAM extension");
  const [name, nonce] = bare.split(",");
  attribute("n", name);
  const value = attribute("r", nonce);
  if (!/^[\x21-\x7e]+$/.test(value)) throw fatal("08P01", "non-printable characters in SCRAM nonce");
  return value;
}

interface Begun {
  readonly header: string;
  readonly bare: string;
  readonly nonce: string;
  readonly challenge: string;
}

function finish(message: string, begun: Begun, context: ScramContext): string | null {
  const proofAt = message.lastIndexOf(",p=");
  if (proofAt < 0) throw malformed("Attribute expected, but found end of message.");
  const withoutProof = message.slice(0, proofAt);
  const [binding, nonce] = withoutProof.split(",");
  checkBinding(attribute("c", binding), begun.header, context);
  if (attribute("r", nonce) !== begun.nonce) {
    throw fatal("08P01", "invalid SCRAM response", { detail: "Nonce does not match." });
  }
  const proof = readProof(message.slice(proofAt + 3));
  const authMessage = `${begun.bare},${begun.challenge},${withoutProof}`;
  if (!provesKey(proof, authMessage, context.verifier)) return null;
  return `v=${toBase64(hmac(context.verifier.serverKey, authMessage))}`;
}

/** The client repeats its header, followed by the channel's data when it is bound. */
function checkBinding(encoded: string, header: string, { plus, endPoint }: ScramContext): void {
  const prefix = new TextEncoder().encode(header);
  const expected = plus && endPoint !== null ? [...prefix, ...endPoint] : [...prefix];
  if (encoded === toBase64(Uint8Array.from(expected))) return;
  if (plus) throw fatal("28000", "SCRAM channel binding check failed");
  throw fatal("08P01", "unexpected SCRAM channel-binding attribute in client-final-message");
}

function readProof(encoded: string): Uint8Array {
  const proof = /^[A-Za-z0-9+/]{43}=$/.test(encoded) ? fromBase64(encoded) : null;
  if (proof === null) throw malformed("Malformed proof in client-final-message.");
  return proof;
}

/** ClientKey = ClientProof XOR HMAC(StoredKey, AuthMessage); its hash must be StoredKey. */
function provesKey(proof: Uint8Array, authMessage: string, { storedKey }: Verifier): boolean {
  const signature = hmac(storedKey, authMessage);
  const clientKey = proof.map((byte, i) => byte ^ signature[i]);
  return timingSafeEqual(sha256(clientKey), storedKey);
}

function attribute(name: string, text: string | undefined): string {
  if (text === undefined || text === "") throw malformed("Attribute expected, but found end of message.");
  if (text[0] !== name) throw malformed(`Expected attribute "${name}" but found "${shown(text[0])}".`);
  if (text[1] !== "=") throw malformed(`Expected character "=" for attribute "${name}".`);
  return text.slice(2);
}

function malformed(detail: string): PgError {
  return fatal("08P01", "malformed SCRAM message", { detail });
}

function fatal(sqlstate: string, message: string, extra: { detail?: string } = {}): PgError {
  return new PgError(sqlstate, message, { ...extra, severity: "FATAL" });
}

/** A character for an error message (`sanitize_char`). */
function shown(character: string | undefined): string {
  if (character === undefined) return "0x00";
  return /[\x21-\x7e]/.test(character)
    ? `'${character}'`
    : `0x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/** Text of a client for an error message (`sanitize_str`). */
function printable(text: string): string {
  return text.slice(0, 30).replace(/[^\x21-\x7e]/g, "?");
}
