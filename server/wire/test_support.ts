/**
 * A tiny server and raw clients for the tests of this folder.
 */
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net, { type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls, { type ConnectionOptions, type TLSSocket } from "node:tls";
import { negotiate, type NegotiateOptions, type Outcome } from "./startup.ts";
import { openTls, type TlsIdentity } from "./tls.ts";

/** A folder that is gone after the test. */
export class TempDir implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "wire-"));
  file(name: string): string {
    return join(this.path, name);
  }
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A generated certificate in `dir`. */
export function testIdentity(dir: TempDir): TlsIdentity {
  return openTls({ cert: dir.file("server.crt"), key: dir.file("server.key"), generate: true });
}

/** A listening server that hands each socket to `handle`. */
export class TestServer implements AsyncDisposable {
  readonly #server: net.Server;
  readonly sockets = new Set<Socket>();

  private constructor(handle: (socket: Socket) => unknown) {
    this.#server = net.createServer({ allowHalfOpen: true }, (socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
      handle(socket);
    });
  }

  /** Listens on an ephemeral port. */
  static async start(handle: (socket: Socket) => unknown): Promise<TestServer> {
    const server = new TestServer(handle);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  /** A server that negotiates and hands the outcome to `handle`. */
  static negotiating(options: NegotiateOptions, handle: (outcome: Outcome) => unknown): Promise<TestServer> {
    return TestServer.start(async (socket) => handle(await negotiate(socket, options)));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** A TCP relay that can stop taking what the server sends: a slow reader, whatever protocol runs inside. */
export class Relay implements AsyncDisposable {
  readonly #listener: TestServer;
  #upstream: Socket | null = null;

  private constructor(listener: TestServer) {
    this.#listener = listener;
  }

  static async start(port: number): Promise<Relay> {
    const listener = await TestServer.start((socket) => {
      const upstream = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
      relay.#upstream = upstream;
      for (const side of [socket, upstream]) side.on("error", () => {});
      socket.pipe(upstream);
      upstream.pipe(socket);
      upstream.on("close", () => socket.destroy());
      socket.on("close", () => upstream.destroy());
    });
    const relay = new Relay(listener);
    return relay;
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Bytes the server's side has taken of what the client sent. */
  get taken(): number {
    return (this.#upstream?.bytesWritten ?? 0) - (this.#upstream?.writableLength ?? 0);
  }

  hold(): void {
    this.#upstream?.unpipe();
    this.#upstream?.pause();
  }

  release(): void {
    for (const socket of this.#listener.sockets) this.#upstream?.pipe(socket);
  }

  /** The client's machine is gone. */
  reset(): void {
    this.#upstream?.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#upstream?.destroy();
    await this.#listener[Symbol.asyncDispose]();
  }
}

/** A message of the server. */
export interface Received {
  type: string;
  body: Uint8Array;
}

/** Bytes out, bytes in, over any socket. */
export class RawClient implements Disposable {
  #bytes: Uint8Array = new Uint8Array(0);
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(readonly socket: Socket) {
    socket.on("data", (chunk: Uint8Array) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake?.();
    });
    for (const event of ["end", "close", "error"]) {
      socket.on(event, () => {
        this.#ended = true;
        this.#wake?.();
      });
    }
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = net.connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new RawClient(socket);
  }

  /** Asks for TLS and does the handshake. */
  static async connectTls(port: number, options: ConnectionOptions = {}): Promise<RawClient> {
    const socket = net.connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(sslRequest);
    const [answer] = await once(socket, "data") as [Uint8Array];
    if (answer.length !== 1 || answer[0] !== 0x53) throw new Error(`SSLRequest was answered ${answer}`);
    return new RawClient(await secure(socket, options));
  }

  /** TLS from the first byte. */
  static async connectDirectTls(port: number, options: ConnectionOptions = {}): Promise<RawClient> {
    const socket = net.connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new RawClient(await secure(socket, options));
  }

  send(...parts: Uint8Array[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** Exactly `count` bytes, fewer only at the end of the stream. */
  async read(count: number): Promise<Uint8Array> {
    while (this.#bytes.length < count && !this.#ended) await this.#more();
    const taken = this.#bytes.slice(0, count);
    this.#bytes = this.#bytes.slice(count);
    return taken;
  }

  /** The next message, or `null` at the end. */
  async message(): Promise<Received | null> {
    const head = await this.read(5);
    if (head.length < 5) return null;
    const length = new DataView(head.buffer, head.byteOffset).getInt32(1);
    return { type: String.fromCharCode(head[0]), body: await this.read(length - 4) };
  }

  /** An ErrorResponse's fields by their letter. */
  async error(): Promise<Record<string, string>> {
    const received = await this.message();
    if (received?.type !== "E") throw new Error(`expected an error, got ${received?.type ?? "the end"}`);
    const text = new TextDecoder().decode(received.body);
    return Object.fromEntries(
      text.split("\0").filter((field) => field !== "").map((f) => [f[0], f.slice(1)]),
    );
  }

  /** Waits for the server to close. */
  async end(): Promise<void> {
    while (!this.#ended) await this.#more();
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }
}

async function secure(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  const client = tls.connect({ socket, rejectUnauthorized: false, servername: "localhost", ...options });
  await once(client, "secureConnect");
  return client;
}

export const sslRequest = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);
export const gssRequest = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 48);

/** A startup packet of protocol 3.`minor` with these parameters. */
export function startupPacket(parameters: Record<string, string>, minor = 0, major = 3): Uint8Array {
  const text = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`).join("") + "\0";
  return withLength(Buffer.concat([int32((major << 16) | minor), Buffer.from(text)]));
}

/** A message with a type. */
export function message(type: string, body: Uint8Array | string = ""): Uint8Array {
  return Buffer.concat([Buffer.from(type), withLength(typeof body === "string" ? Buffer.from(body) : body)]);
}

/** The length (itself included) and the body. */
export function withLength(body: Uint8Array): Uint8Array {
  return Buffer.concat([int32(body.length + 4), body]);
}

export function int32(value: number): Uint8Array {
  return Uint8Array.of(value >> 24, value >> 16, value >> 8, value);
}

export function int16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value);
}
