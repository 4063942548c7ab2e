/**
 * A client that says whatever it is told and checks all that the server answers. It keeps what it sent, for the report
 * of a finding, and of the answers only what a case asks for.
 */
import { Buffer } from "node:buffer";
import net from "node:net";
import tls from "node:tls";
import { sslRequest } from "../support/messages.ts";
import { faultIn, fieldsOf } from "./backend_messages.ts";

/** The server did something it must not. */
export class Finding extends Error {}

export interface FuzzClient {
  /** All that was sent since `forget`, write by write, without what the TLS layer made of it. */
  readonly sent: readonly Uint8Array[];
  /** What was sent so far is no part of a finding. */
  forget(): void;
  /** SQLSTATEs of the errors received, in order. */
  readonly errors: readonly string[];
  /** The body of the last Authentication message. */
  readonly challenge: Buffer | null;
  /** Whether a row with exactly this one text value has come. */
  sawRow(value: string): boolean;
  /** ReadyForQuery messages received. */
  readonly ready: number;
  readonly closed: boolean;
  send(bytes: Uint8Array): void;
  /**
   * Waits until `condition` holds or the server has closed.
   * @throws {Finding} when neither happens in time, or an answer is not well-formed
   */
  until(what: string, condition: () => boolean): Promise<void>;
  /** Closes this side; waits until the server has closed its own. @throws {Finding} as `until` */
  finish(): Promise<void>;
  /** The connection is gone without a word. @throws {Finding} for what came before */
  reset(): void;
}

/** Milliseconds the server may take for anything; less than it waits itself for a client that says nothing. */
const patience = 50_000;

/** Bytes a message of the server may have: more is a length gone wrong. */
const largestAnswer = 64 << 20;

/** Connects to 127.0.0.1; with `secure`, TLS is negotiated first. */
export async function connectFuzz(port: number, secure: boolean): Promise<FuzzClient> {
  const socket = net.connect({ host: "127.0.0.1", port, noDelay: true, allowHalfOpen: true });
  await opened(socket, "connect");
  if (!secure) return around(socket);
  const answer = opened(socket, "data");
  socket.write(sslRequest());
  if (String(await answer) !== "S") throw new Finding(`SSLRequest answered ${await answer}`);
  const encrypted = tls.connect({ socket, rejectUnauthorized: false });
  await opened(encrypted, "secureConnect");
  return around(encrypted);
}

function opened(socket: net.Socket, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Finding(`connection closed before ${event}`)));
  });
}

function around(socket: net.Socket): FuzzClient {
  const sent: Uint8Array[] = [];
  const errors: string[] = [];
  const rows = new Set<string>();
  let challenge: Buffer | null = null;
  let ready = 0;
  let closed = false;
  let fault: string | null = null;
  let wake = () => {};
  const cut = cutter(take);

  function take(type: string, body: Buffer): void {
    const wrong = faultIn(type, body);
    if (wrong !== null) throw new Finding(wrong);
    if (type === "Z") ready++;
    else if (type === "R") challenge = Buffer.from(body);
    else if (type === "D" && body.length < 64 && body.readInt16BE(0) === 1) {
      rows.add(body.toString("utf8", 6));
    } else if (type === "E") noteError(body);
  }

  function noteError(body: Buffer): void {
    const { C, M } = fieldsOf(body);
    errors.push(C);
    if (C.startsWith("XX")) throw new Finding(`${C} ${M}`);
  }

  socket.on("data", (chunk: Buffer) => {
    try {
      if (fault === null) cut(chunk);
    } catch (error) {
      fault = (error as Error).message;
    }
    wake();
  });
  socket.on("end", () => socket.end());
  socket.on("error", () => {}); // A reset is an end like any other: "close" follows.
  socket.on("close", () => {
    closed = true;
    wake();
  });

  async function until(what: string, condition: () => boolean): Promise<void> {
    const late = setTimeout(() => {
      fault ??= `waited ${patience} ms in vain for ${what}`;
      wake();
    }, patience);
    try {
      while (fault === null && !closed && !condition()) await new Promise<void>((resolve) => wake = resolve);
    } finally {
      clearTimeout(late);
    }
    if (fault !== null) {
      socket.destroy();
      throw new Finding(fault);
    }
  }

  return {
    sent,
    forget: () => void sent.splice(0),
    errors,
    get challenge() {
      return challenge;
    },
    sawRow: (value) => rows.has(value),
    get ready() {
      return ready;
    },
    get closed() {
      return closed;
    },
    send(bytes) {
      sent.push(bytes);
      // An empty write over TLS can make Deno's client forget the end that follows.
      if (!closed && bytes.length > 0) socket.write(bytes);
    },
    until,
    async finish() {
      if (!closed) socket.end();
      await until("the server to close the connection", () => false);
    },
    reset() {
      socket.resetAndDestroy();
      if (fault !== null) throw new Finding(fault);
    },
  };
}

/** How clients of version 2 are told, in the words and without the frame of their protocol. */
const refusalOfVersion2 = "EFATAL:  unsupported frontend protocol ";

/** Cuts a stream into messages, after the single bytes that answer SSLRequest and GSSENCRequest. */
function cutter(take: (type: string, body: Buffer) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  let negotiating = true;
  let opaque = false;

  return (chunk) => {
    if (opaque) return;
    const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let at = 0;
    while (negotiating && at < bytes.length) {
      const byte = bytes[at];
      // The server has begun to speak TLS, with a client that does not.
      if (byte >= 0x14 && byte <= 0x17) {
        opaque = true;
        return;
      }
      negotiating = byte === 0x53 || byte === 0x4e;
      if (negotiating) at++;
    }
    if (bytes.toString("latin1", at, at + refusalOfVersion2.length) === refusalOfVersion2) opaque = true;
    while (!opaque && bytes.length - at >= 5) {
      const length = bytes.readInt32BE(at + 1);
      if (length < 4 || length > largestAnswer) throw new Finding(`message length ${length}`);
      if (bytes.length - at <= length) break;
      take(String.fromCharCode(bytes[at]), bytes.subarray(at + 5, at + 1 + length));
      at += length + 1;
    }
    pending = Buffer.from(bytes.subarray(at));
  };
}
