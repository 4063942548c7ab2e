/**
 * Finds out whether a client is who it says: SCRAM-SHA-256, or a password in clear text over TLS.
 *
 * @see https://www.postgresql.org/docs/16/sasl-authentication.html
 */
import { PgError } from "../../../worker/api/error.ts";
import { BodyReader } from "../body_reader.ts";
import type { Connection } from "../connection.ts";
import { fatalProtocolViolation } from "../errors.ts";
import { decodeText } from "../text.ts";
import type { Credentials, Proof } from "./credentials.ts";
import { beginScram, scramMechanisms, scramPlain, scramPlus } from "./scram.ts";
import { matchesVerifier, type Verifier } from "./verifier.ts";

/** How to authenticate. */
export interface AuthenticateOptions {
  user: string;
  /** `scram-sha-256` unless said otherwise; `password` is in clear text, which needs TLS. */
  method?: "scram-sha-256" | "password";
  /** For the whole exchange, in milliseconds; PostgreSQL's `authentication_timeout`. */
  timeout?: number;
}

const defaultTimeout = 60_000;

/**
 * Authenticates and appends AuthenticationOk, which is not flushed: what a session begins with follows it.
 * Resolves `false` when the client went away in between.
 *
 * @throws {PgError} FATAL, for the caller to send: 28P01 for a wrong password or an unknown user (nobody can tell which),
 * 28000 for clear text without TLS, 08P01 for a malformed answer, 57014 when it took too long.
 */
export async function authenticate(
  connection: Connection,
  credentials: Credentials,
  options: AuthenticateOptions,
): Promise<boolean> {
  connection.phase = "authentication";
  const accepted = await withTimeout(
    options.timeout ?? defaultTimeout,
    exchange(connection, credentials, options),
  );
  if (accepted === null) return false;
  if (!accepted) throw failed(options.user);
  connection.writer.authenticationOk();
  connection.phase = "session";
  return true;
}

/** Whether the client is accepted; `null` when it is gone. */
type Verdict = boolean | null;

async function exchange(
  connection: Connection,
  credentials: Credentials,
  { user, method }: AuthenticateOptions,
): Promise<Verdict> {
  const proof = await credentials.proofOf(user);
  const inClear = proof.kind === "check" || method === "password";
  connection.authenticatedBy = inClear ? "password" : "scram-sha-256";
  if (inClear) return await clearText(connection, proof);
  const proved = await scram(connection, proof.verifier);
  return proved && proof.known;
}

async function clearText(connection: Connection, proof: Proof): Promise<Verdict> {
  if (!connection.encrypted) {
    throw new PgError("28000", "password authentication requires an SSL/TLS connection", {
      severity: "FATAL",
    });
  }
  connection.writer.authenticationCleartextPassword();
  const body = await answer(connection, "password");
  if (body === null) return null;
  const reader = new BodyReader(body);
  const password = fatalReading(() => reader.string());
  if (reader.remaining > 0) throw fatalProtocolViolation("invalid password packet size");
  if (password === "") throw new PgError("28P01", "empty password returned by client", { severity: "FATAL" });
  if (proof.kind === "check") return await proof.check(password);
  return await matchesVerifier(password, proof.verifier) && proof.known;
}

async function scram(connection: Connection, verifier: Verifier): Promise<Verdict> {
  const endPoint = connection.tls?.endPoint ?? null;
  const mechanisms = scramMechanisms(endPoint);
  connection.writer.authenticationSasl(mechanisms);
  const first = await answer(connection, "SASL");
  if (first === null) return null;
  const { mechanism, data } = fatalReading(() => initialResponse(first, mechanisms));
  const clientFirst = data ?? await emptyChallenge(connection);
  if (clientFirst === null) return null;
  const begun = beginScram(clientFirst, { plus: mechanism === scramPlus, endPoint, verifier });
  connection.writer.authenticationSaslContinue(begun.challenge);
  const last = await answer(connection, "SASL");
  if (last === null) return null;
  const serverFinal = begun.finish(fatalReading(() => decodeText(last)));
  if (serverFinal === null) return false;
  connection.writer.authenticationSaslFinal(serverFinal);
  return true;
}

/** A client may name a mechanism without data; it is then asked for it. */
async function emptyChallenge(connection: Connection): Promise<string | null> {
  connection.writer.authenticationSaslContinue("");
  const body = await answer(connection, "SASL");
  return body === null ? null : fatalReading(() => decodeText(body));
}

interface InitialResponse {
  mechanism: string;
  data: string | null;
}

function initialResponse(body: Uint8Array, offered: readonly string[]): InitialResponse {
  const reader = new BodyReader(body);
  const mechanism = reader.string() || scramPlain;
  if (!offered.includes(mechanism)) {
    throw fatalProtocolViolation("client selected an invalid SASL authentication mechanism");
  }
  const length = reader.int32();
  const data = length === -1 ? null : decodeText(reader.bytes(length));
  reader.end();
  return { mechanism, data };
}

/** The body of the client's next message, which must be an answer. */
async function answer(connection: Connection, what: "SASL" | "password"): Promise<Uint8Array | null> {
  await connection.flush();
  const frame = await connection.read();
  if (frame === null) return null;
  if (frame.type !== 0x70) {
    throw fatalProtocolViolation(`expected ${what} response, got message type ${frame.type}`);
  }
  return frame.body;
}

/** Before a session is there every error ends the connection. */
function fatalReading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof PgError ? error.with({ severity: "FATAL" }) : error;
  }
}

async function withTimeout<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut()), milliseconds);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
    // When the time is up the exchange may still fail later, as its connection is closed.
    work.catch(() => {});
  }
}

function failed(user: string): PgError {
  return new PgError("28P01", `password authentication failed for user "${user}"`, { severity: "FATAL" });
}

function timedOut(): PgError {
  return new PgError("57014", "canceling authentication due to timeout", { severity: "FATAL" });
}
