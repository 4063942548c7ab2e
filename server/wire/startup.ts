/**
 * From an accepted socket to a connection that has said who it is: encryption, cancel requests, protocol version.
 *
 * @see https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-START-UP
 */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { PgError } from "../../worker/api/error.ts";
import { Connection, type ConnectionLimits, type TlsInfo } from "./connection.ts";
import { fatalProtocolViolation } from "./errors.ts";
import { defaultFrameLimits, FrameReader } from "./frames.ts";
import {
  decodeStartupPacket,
  latestProtocol,
  type Negotiated,
  OldProtocol,
  type ProtocolVersion,
  type StartupMessage,
} from "./startup_packet.ts";
import type { TlsIdentity } from "./tls.ts";
import { upgrade } from "./upgrade.ts";

/** Whether clients must, may or cannot encrypt. */
export type TlsMode = "required" | "optional" | "off";

/** How to negotiate. */
export interface NegotiateOptions {
  tls: TlsMode;
  /** Needed unless `tls` is `off`. */
  identity?: TlsIdentity;
  /** Until the startup packet is here, not counting the TLS handshake; in milliseconds. */
  startupTimeout?: number;
  /** For a TLS handshake, in milliseconds. */
  handshakeTimeout?: number;
  limits?: Partial<ConnectionLimits>;
  /** Answered to a client that wants a session, e.g. that there are too many; cancel requests are still taken. */
  refusal?: PgError | null;
  /** Ends the negotiation at once, without an answer. */
  signal?: AbortSignal;
}

/** What became of the socket. */
export type Outcome =
  | {
    readonly kind: "startup";
    readonly connection: Connection;
    readonly protocol: ProtocolVersion;
    /** As the client sent them; `user` is there and not empty. */
    readonly parameters: Map<string, string>;
    /** The host name the client asked for (SNI). */
    readonly serverName: string | null;
  }
  /** `close` tells the client that the request has been dealt with. */
  | { readonly kind: "cancel"; readonly pid: number; readonly secret: Uint8Array; readonly close: () => void }
  /** The socket is closed or closing; `reason` is for the log. */
  | { readonly kind: "closed"; readonly reason: string };

const defaultTimeout = 30_000;

/** A secret for BackendKeyData, as long as the client's protocol has them. */
export function cancelSecret(protocol: ProtocolVersion): Uint8Array {
  return new Uint8Array(randomBytes(protocol.minor >= 2 ? 32 : 4));
}

/**
 * Answers SSLRequest and GSSENCRequest, does the TLS handshake, and reads the startup packet. Never rejects: what goes
 * wrong is answered as PostgreSQL does and ends in `closed`.
 *
 * Use it on a socket as the server's `connection` event gives it, from a server with `allowHalfOpen`.
 */
export async function negotiate(socket: Socket, options: NegotiateOptions): Promise<Outcome> {
  const link: Link = {
    socket,
    frames: new FrameReader(options.limits?.frames ?? defaultFrameLimits),
    tls: null,
    negotiated: { ssl: false, gss: false },
  };
  socket.on("error", () => {});
  const abort = () => link.socket.destroy();
  options.signal?.addEventListener("abort", abort);
  try {
    return await answerPackets(link, options);
  } catch (error) {
    return await refuse(link, options, error);
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

/** Where the negotiation stands. */
interface Link {
  socket: Socket;
  frames: FrameReader;
  tls: TlsInfo | null;
  negotiated: Negotiated;
}

async function answerPackets(link: Link, options: NegotiateOptions): Promise<Outcome> {
  const deadline = performance.now() + (options.startupTimeout ?? defaultTimeout);
  for (;;) {
    const body = await readPacket(link, deadline - performance.now());
    if (body === "direct") {
      await encryptDirectly(link, options);
      continue;
    }
    const packet = decodeStartupPacket(body, link.negotiated);
    if (packet.kind === "cancel") return { ...packet, close: () => closeQuietly(link.socket) };
    if (packet.kind === "startup") return begin(link, options, packet);
    if (packet.kind === "gss") await declineGss(link);
    else if (options.tls === "off" || link.tls !== null) await declineSsl(link);
    else await encrypt(link, options);
  }
}

async function declineGss(link: Link): Promise<void> {
  link.negotiated.gss = true;
  await writeByte(link.socket, "N");
}

async function declineSsl(link: Link): Promise<void> {
  link.negotiated.ssl = true;
  await writeByte(link.socket, "N");
}

async function encrypt(link: Link, options: NegotiateOptions): Promise<void> {
  // Whatever came with the request came in clear text: it must not be taken for the client's own encrypted words.
  if (link.frames.pending > 0 || link.socket.readableLength > 0) throw unencryptedData();
  link.negotiated = { ssl: true, gss: true };
  // The socket is paused here, and must be until the handshake owns it: see the callback's place in `writeByte`.
  await writeByte(link.socket, "S");
  await handshake(link, options);
}

async function encryptDirectly(link: Link, options: NegotiateOptions): Promise<void> {
  if (options.tls === "off") throw new Gone("direct TLS connection while TLS is off");
  link.socket.unshift(Buffer.from(link.frames.takePending()));
  await handshake(link, options);
  if (link.tls?.protocol !== "postgresql") {
    throw fatalProtocolViolation(
      "received direct SSL connection request without ALPN protocol negotiation extension",
    );
  }
}

async function handshake(link: Link, options: NegotiateOptions): Promise<void> {
  const identity = options.identity?.current();
  if (identity === undefined) throw new Gone("TLS is on without a certificate");
  const upgraded = await upgrade(link.socket, identity, options.handshakeTimeout ?? defaultTimeout);
  if (upgraded === null) throw new Gone("TLS handshake failed");
  link.socket = upgraded.socket;
  link.tls = upgraded.info;
}

function begin(link: Link, options: NegotiateOptions, message: StartupMessage): Outcome {
  if (options.refusal) throw options.refusal;
  if (link.tls === null && options.tls === "required") throw tlsRequired();
  if (!message.parameters.get("user")) throw noUser();
  const connection = connect(link, options);
  const minor = Math.min(message.protocol.minor, latestProtocol.minor);
  if (minor !== message.protocol.minor || message.protocolOptions.length > 0) {
    connection.writer.negotiateProtocolVersion(minor, message.protocolOptions);
  }
  return {
    kind: "startup",
    connection,
    protocol: { major: message.protocol.major, minor },
    parameters: message.parameters,
    serverName: link.tls?.serverName ?? null,
  };
}

function connect(link: Link, options: NegotiateOptions): Connection {
  const early = link.frames.takePending();
  return new Connection(link.socket, {
    tls: link.tls,
    limits: options.limits,
    phase: "authentication",
    early,
  });
}

/** The negotiation ends without an answer: the client has gone, was too slow, or does not speak this protocol. */
class Gone extends Error {}

async function refuse(link: Link, options: NegotiateOptions, error: unknown): Promise<Outcome> {
  if (error instanceof OldProtocol) {
    await answerOldProtocol(link, options, error);
    return { kind: "closed", reason: error.message };
  }
  if (!(error instanceof PgError)) {
    link.socket.destroy();
    return { kind: "closed", reason: (error as Error).message };
  }
  await answer(link, options, error);
  return { kind: "closed", reason: error.message };
}

async function answer(link: Link, options: NegotiateOptions, error: PgError): Promise<void> {
  const connection = connect(link, options);
  connection.writer.errorResponse(error);
  await connection.end();
}

async function answerOldProtocol(link: Link, options: NegotiateOptions, error: OldProtocol): Promise<void> {
  const connection = connect(link, options);
  connection.writer.raw(new TextEncoder().encode(`EFATAL:  ${error.message}\n\0`));
  await connection.end();
}

/** The next packet's body, or `direct` when the stream begins with a TLS handshake. Leaves the socket paused. */
function readPacket(link: Link, timeout: number): Promise<Uint8Array | "direct"> {
  const { socket, frames } = link;
  const first = !link.negotiated.ssl && !link.negotiated.gss && link.tls === null;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new Gone("no startup packet in time"))), timeout);
    const ended = () => finish(() => reject(new Gone("client closed the connection")));

    function received(chunk: Uint8Array): void {
      if (first && frames.pending === 0 && chunk[0] === 0x16) {
        socket.pause();
        frames.push(chunk);
        return finish(() => resolve("direct"));
      }
      frames.push(chunk);
      cut();
    }

    function cut(): boolean {
      try {
        const frame = frames.next();
        if (frame === null) return false;
        finish(() => resolve(frame.body));
      } catch (error) {
        // A length no PostgreSQL client would send: not answered, as PostgreSQL does.
        finish(() => reject(new Gone((error as Error).message)));
      }
      return true;
    }

    function finish(settle: () => void): void {
      socket.pause();
      clearTimeout(timer);
      socket.off("data", received);
      for (const event of ["end", "error", "close"]) socket.off(event, ended);
      settle();
    }

    if (cut()) return;
    if (socket.destroyed || socket.readableEnded) return ended();
    socket.on("data", received);
    for (const event of ["end", "error", "close"]) socket.on(event, ended);
    socket.resume();
  });
}

/** Resolves in the write's own callback. */
function writeByte(socket: Socket, byte: "S" | "N"): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(byte, (error) => error ? reject(new Gone("client closed the connection")) : resolve());
  });
}

function closeQuietly(socket: Socket): void {
  socket.end(() => socket.destroy());
}

function unencryptedData(): PgError {
  return fatalProtocolViolation("received unencrypted data after SSL request", {
    detail:
      "This could be either a client-software bug or evidence of an attempted man-in-the-middle attack.",
  });
}

function tlsRequired(): PgError {
  return new PgError("28000", "SSL/TLS connection required", {
    severity: "FATAL",
    hint: "Connect with sslmode=require, or set the server's option tls to optional.",
  });
}

function noUser(): PgError {
  return new PgError("28000", "no PostgreSQL user name specified in startup packet", { severity: "FATAL" });
}
