/**
 * A PostgreSQL client for tests at the level of bytes: it sends exactly what it is told and hands out messages as they
 * come, without an opinion on their order.
 */
import { Buffer } from "node:buffer";
import net from "node:net";
import tls from "node:tls";
import * as send from "./messages.ts";
import { scramClient } from "./scram.ts";
import { waitFor, within } from "./wait.ts";

/** A message as it came: its type byte as a character, and its body after the length. */
export interface RawMessage {
  type: string;
  body: Uint8Array;
}

export interface Target {
  port: number;
  /** `require` asks with SSLRequest, `direct` starts with the handshake (ALPN `postgresql`). Default `require`. */
  tls?: "require" | "direct" | "off";
}

export interface Login {
  user?: string;
  password?: string;
  database?: string;
  /** More startup parameters. */
  parameters?: Record<string, string>;
  protocol?: number;
  /** The message with which it is done: ReadyForQuery, or BackendKeyData, which may come long before. Default `Z`. */
  upTo?: "Z" | "K";
}

/** A connected client. */
export interface RawClient extends AsyncDisposable {
  /** The connection itself, for what the rest of this interface does not do. */
  readonly socket: net.Socket;
  send(...messages: Uint8Array[]): void;
  /** The next message, or null at the end of the connection. */
  next(): Promise<RawMessage | null>;
  /** Messages up to and including the next of this type, or up to the end of the connection. */
  until(type: string): Promise<RawMessage[]>;
  /** StartupMessage and password (cleartext or SCRAM); messages up to ReadyForQuery, or to the error. */
  login(login?: Login): Promise<RawMessage[]>;
  /** Simple query; messages up to ReadyForQuery. */
  query(sql: string): Promise<RawMessage[]>;
  /** Settles when the server has closed the connection. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds any one read may take before the test fails. */
const patience = 60_000;

/** Connects to 127.0.0.1. @throws when the connection, or TLS, is refused. */
export async function connectRaw(target: Target): Promise<RawClient> {
  return rawClientOn(await open(target));
}

/** Connects and logs in; user and password `postgres` unless told otherwise. @throws the server's refusal. */
export async function loggedIn(target: Target, login?: Login): Promise<RawClient> {
  const client = await connectRaw(target);
  const answer = await client.login(login);
  if (answer.at(-1)?.type === "Z") return client;
  await client.close();
  throw new Error(`login refused: ${JSON.stringify(fieldsOf(answer.find(({ type }) => type === "E")))}`);
}

async function open(target: Target): Promise<net.Socket> {
  const socket = net.connect({ host: "127.0.0.1", port: target.port, noDelay: true });
  try {
    await event(socket, "connect");
    return target.tls === "off" ? socket : await secured(socket, target);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function secured(socket: net.Socket, target: Target): Promise<net.Socket> {
  if (target.tls !== "direct") {
    socket.write(send.sslRequest());
    const answer = String(await event(socket, "data"));
    if (answer !== "S") throw new Error(`SSLRequest answered with ${JSON.stringify(answer)}`);
  }
  const ALPNProtocols = target.tls === "direct" ? ["postgresql"] : undefined;
  const secure = tls.connect({ socket, rejectUnauthorized: false, ALPNProtocols });
  await event(secure, "secureConnect");
  return secure;
}

function event(socket: net.Socket, name: string): Promise<unknown> {
  const happened = new Promise((resolve, reject) => {
    socket.once(name, resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`connection closed before ${name}`)));
  });
  return within(name, happened, patience);
}

/** A client on a connected socket, on which nothing is left to read that is no message. */
export function rawClientOn(socket: net.Socket): RawClient {
  const messages: RawMessage[] = [];
  let pending: Buffer = Buffer.alloc(0);
  let ended = false;
  let wake = () => {};
  const closed = new Promise<void>((resolve) =>
    socket.once("close", () => {
      ended = true;
      wake();
      resolve();
    })
  );
  socket.on("error", () => {}); // A reset is an end like any other: "close" follows.
  socket.on("data", (chunk: Buffer) => {
    pending = takeMessages(pending.length === 0 ? chunk : Buffer.concat([pending, chunk]), messages);
    wake();
  });

  async function next(): Promise<RawMessage | null> {
    while (messages.length === 0 && !ended) {
      await within("a message", new Promise<void>((resolve) => wake = resolve), patience);
    }
    return messages.shift() ?? null;
  }

  async function until(type: string): Promise<RawMessage[]> {
    const got: RawMessage[] = [];
    while (true) {
      const message = await next();
      if (message === null) return got;
      got.push(message);
      if (message.type === type) return got;
    }
  }

  async function close(): Promise<void> {
    socket.destroy();
    await closed;
  }

  const client: RawClient = {
    socket,
    closed,
    next,
    until,
    send: (...parts) => void socket.write(Buffer.concat(parts)),
    login: (login = {}) => logIn(client, login),
    query: (sql) => {
      client.send(send.query(sql));
      return until("Z");
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return client;
}

/** Moves whole messages out of `bytes`; returns what is left. */
function takeMessages(bytes: Buffer, into: RawMessage[]): Buffer {
  let at = 0;
  while (bytes.length - at >= 5) {
    const end = at + 1 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    into.push({ type: String.fromCharCode(bytes[at]), body: Uint8Array.from(bytes.subarray(at + 5, end)) });
    at = end;
  }
  return bytes.subarray(at);
}

async function logIn(client: RawClient, login: Login): Promise<RawMessage[]> {
  const { user = "postgres", password = "postgres", database = user, upTo = "Z" } = login;
  client.send(send.startup({ user, database, ...login.parameters }, login.protocol));
  const scram = scramClient(password);
  const got: RawMessage[] = [];
  while (true) {
    const message = await client.next();
    if (message === null) return got;
    got.push(message);
    if (message.type === upTo || message.type === "E") return got;
    if (message.type !== "R") continue;
    const rest = message.body.subarray(4);
    const text = new TextDecoder().decode(rest);
    switch (authenticationCode(message)) {
      case 3:
        client.send(send.password(password));
        break;
      case 10:
        client.send(sasl("SCRAM-SHA-256", scram.first));
        break;
      case 11:
        client.send(send.message("p", new TextEncoder().encode(scram.final(text))));
        break;
      case 12:
        scram.verify(text);
        break;
    }
  }
}

function sasl(mechanism: string, response: string): Uint8Array {
  const bytes = new TextEncoder().encode(response);
  return send.message("p", mechanism, send.int32(bytes.length), bytes);
}

/** The kind of an Authentication message: 0 ok, 3 cleartext, 10 to 12 SASL. */
export function authenticationCode(message: RawMessage): number {
  return Buffer.from(message.body).readInt32BE(0);
}

/** The message types in order, e.g. `TDDCZ`. */
export function typesOf(messages: readonly RawMessage[]): string {
  return messages.map(({ type }) => type).join("");
}

/** An ErrorResponse's or NoticeResponse's fields by their letter: `S` severity, `C` SQLSTATE, `M` message, … */
export function fieldsOf(message: RawMessage | undefined): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const part of strings(message?.body ?? new Uint8Array())) {
    if (part !== "") fields[part[0]] = part.slice(1);
  }
  return fields;
}

/** The fields of the first ErrorResponse among messages; empty where there is none. */
export function errorOf(messages: readonly RawMessage[]): Record<string, string> {
  return fieldsOf(messages.find(({ type }) => type === "E"));
}

/** CommandComplete tags in order. */
export function tagsOf(messages: readonly RawMessage[]): string[] {
  return messages.filter(({ type }) => type === "C").map(({ body }) => strings(body)[0]);
}

/** DataRows as text; null for NULL. */
export function rowsOf(messages: readonly RawMessage[]): (string | null)[][] {
  return messages.filter(({ type }) => type === "D").map(({ body }) => rowOf(Buffer.from(body)));
}

function rowOf(body: Buffer): (string | null)[] {
  const fields: (string | null)[] = [];
  let at = 2;
  while (fields.length < body.readInt16BE(0)) {
    const length = body.readInt32BE(at);
    at += 4;
    fields.push(length < 0 ? null : body.toString("utf8", at, at + length));
    at += Math.max(length, 0);
  }
  return fields;
}

/** ParameterStatus values by name. */
export function parametersOf(messages: readonly RawMessage[]): Record<string, string> {
  const statuses = messages.filter(({ type }) => type === "S");
  return Object.fromEntries(statuses.map(({ body }) => strings(body).slice(0, 2)));
}

/** The transaction status of a ReadyForQuery: I, T or E. */
export function statusOf(messages: readonly RawMessage[]): string {
  const ready = messages.findLast(({ type }) => type === "Z");
  return ready === undefined ? "" : String.fromCharCode(ready.body[0]);
}

/** What a CancelRequest must carry: the body of BackendKeyData. */
export function keyOf(messages: readonly RawMessage[]): Uint8Array {
  const key = messages.find(({ type }) => type === "K");
  if (key === undefined) throw new Error("no BackendKeyData");
  return key.body;
}

/** Sends a CancelRequest and waits until the server has closed that connection. */
export async function cancel(port: number, key: Uint8Array): Promise<void> {
  const client = await connectRaw({ port, tls: "off" });
  client.send(send.cancelRequest(key));
  await within("the server to take a CancelRequest", client.closed);
}

/** Cancels again and again until the client's query has been answered: a cancel that comes before it is lost. */
export async function cancelRunning(client: RawClient, port: number, key: Uint8Array): Promise<RawMessage[]> {
  let answered = false;
  const answer = client.until("Z").finally(() => answered = true);
  await waitFor("the query to be cancelled", async () => {
    await cancel(port, key);
    return answered;
  });
  return await answer;
}

/** Zero-terminated strings. */
function strings(body: Uint8Array): string[] {
  return new TextDecoder().decode(body).split("\0");
}
