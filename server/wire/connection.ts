/**
 * An accepted client socket as a stream of frames in and a buffer of messages out, with bounds on both sides.
 */
import type { Socket } from "node:net";
import type { PgError } from "../../worker/api/error.ts";
import { unjoined } from "../../worker/api/unjoined.ts";
import { BackendWriter } from "./backend.ts";
import { connectionLost } from "./errors.ts";
import { defaultFrameLimits, type Frame, type FrameLimits, type FramePhase, FrameReader } from "./frames.ts";

/** Bounds of a {@linkcode Connection}. */
export interface ConnectionLimits {
  frames: FrameLimits;
  /** Bytes of frames not read yet; at this the socket is not read from until the session catches up. */
  readAhead: number;
  /** Bytes given to the socket and not sent yet; above this writes wait. Two or three row blocks keep a socket busy. */
  writeBehind: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  frames: defaultFrameLimits,
  readAhead: 1 << 20,
  writeBehind: 1 << 20,
};

/** What is known of an encrypted connection. */
export interface TlsInfo {
  /** `TLSv1.3`, … */
  readonly version: string;
  /** The host name the client asked for (SNI), lower-cased. */
  readonly serverName: string | null;
  /** The application protocol agreed on (ALPN). */
  readonly protocol: string | null;
  /** `tls-server-end-point` channel binding data (RFC 5929), the hash of the certificate; `null`: none to be offered. */
  readonly endPoint: Uint8Array | null;
}

/** What a {@linkcode Connection} may be told of its socket. */
export interface ConnectionOptions {
  tls?: TlsInfo | null;
  limits?: Partial<ConnectionLimits>;
  /** `session` when nothing is said. */
  phase?: FramePhase;
  /** Bytes that were read from the socket already. */
  early?: Uint8Array;
}

/** Why there will be no more frames. */
export type CloseReason = "end" | "error" | "closed";

/** What a frame costs beside its bytes, so that many empty messages count too. */
const frameOverhead = 64;

/** Bytes below which copying them behind the waiting messages is cheaper than a write of their own. */
const joinedWrite = 8192;

/** Smallest time between keep-alive probes of an idle connection, in milliseconds. */
const keepAliveDelay = 30_000;

/** How long an orderly close waits for the client to take what it is still owed, in milliseconds. */
const defaultEndTimeout = 5_000;

/** `S` */
const syncType = 0x53;

interface Waiter<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

const done = Promise.resolve();

/**
 * One client. Frames are read ahead up to a bound, so that the end of the connection is noticed at once, also while the
 * session is busy with a statement; only a client that has sent more than the bound is left unread.
 */
export class Connection {
  readonly writer = new BackendWriter();
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Where the client has connected to. */
  readonly localAddress: string;
  readonly localPort: number;
  /** How the client has shown who it is, once it has. */
  authenticatedBy: "scram-sha-256" | "password" | null = null;
  /** `null` on a plain connection. */
  readonly tls: TlsInfo | null;
  /**
   * Called once when the client goes, whether or not anyone is reading, but not when this side ends the connection.
   * Set it before the first statement runs.
   */
  onClose: ((reason: CloseReason) => void) | null = null;
  /** Bytes received and sent, for metrics. */
  bytesReceived = 0;
  bytesSent = 0;

  readonly #socket: Socket;
  readonly #limits: ConnectionLimits;
  readonly #frames: FrameReader;
  #queue: Frame[] = [];
  #queueAt = 0;
  #queuedBytes = 0;
  #reader: Waiter<Frame | null> | null = null;
  #malformed: unknown = null;
  #stopped = false;
  #closed: CloseReason | null = null;
  #cause: unknown = undefined;
  /** This side has ended the connection. */
  #ended = false;
  #unsent = 0;
  #writers: Waiter<void>[] = [];

  /** Takes over `socket`. */
  constructor(socket: Socket, options: ConnectionOptions = {}) {
    this.#socket = unjoined(socket);
    this.#limits = { ...defaultConnectionLimits, ...options.limits };
    this.#frames = new FrameReader(this.#limits.frames);
    this.#frames.phase = options.phase ?? "session";
    this.tls = options.tls ?? null;
    this.remoteAddress = socket.remoteAddress ?? "";
    this.remotePort = socket.remotePort ?? 0;
    this.localAddress = socket.localAddress ?? "";
    this.localPort = socket.localPort ?? 0;
    socket.setKeepAlive(true, keepAliveDelay);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Uint8Array) => this.#received(chunk));
    socket.on("end", () => this.#close("end"));
    socket.on("error", (error) => this.#close("error", error));
    socket.on("close", () => this.#close("closed"));
    if (options.early !== undefined) this.#received(options.early);
    // A stream that is read to its end says so once, even when it was paused at its last bytes.
    if (socket.destroyed) this.#close("closed");
    else if (socket.readableEnded) this.#close("end");
    else if (this.#wantsMore()) this.#socket.resume();
  }

  get encrypted(): boolean {
    return this.tls !== null;
  }

  /** Whether the client is gone; frames it sent before may still be there to read. */
  get closed(): boolean {
    return this.#closed !== null;
  }

  /** Which kinds of messages the client may send now; decides how large they may be. */
  set phase(phase: FramePhase) {
    this.#frames.phase = phase;
  }

  /** Frames that are here already and not read yet. */
  get bufferedFrames(): number {
    return this.#queue.length - this.#queueAt;
  }

  /** Whether the next `read` answers at once, so that a flush can wait for it. */
  hasBuffered(): boolean {
    return this.bufferedFrames > 0;
  }

  /** Whether the next frame is here already and is a Sync. */
  nextIsSync(): boolean {
    return this.hasBuffered() && this.#queue[this.#queueAt].type === syncType;
  }

  /** The server ends the session: a waiting `read`, and every later one, answers `null`. */
  stopReading(): void {
    this.#stopped = true;
    this.#reader?.resolve(null);
    this.#reader = null;
  }

  /**
   * The next frame, or `null` when the client has gone. One call at a time.
   *
   * @throws {PgError} 08P01 FATAL where the stream can no longer be cut into messages.
   */
  read(): Promise<Frame | null> {
    if (this.#stopped) return Promise.resolve(null);
    const frame = this.#take();
    if (frame !== null) return Promise.resolve(frame);
    if (this.#malformed !== null) return Promise.reject(this.#malformed);
    if (this.#closed !== null) return Promise.resolve(null);
    if (this.#reader !== null) return Promise.reject(new Error("Connection.read is already waiting"));
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      this.#resume();
    });
  }

  /** Sends what the writer holds; see {@linkcode Connection.write}. */
  flush(): Promise<void> {
    if (this.#broken) return Promise.reject(this.#lost());
    if (this.writer.size > 0) this.#send(this.writer.take());
    return this.#writable();
  }

  /**
   * Sends what the writer holds, then `bytes`, which are the connection's from now on. Resolves when the client has taken
   * enough for more to be written.
   *
   * @param taken called once the bytes have been sent and are needed no more; not where they cannot be
   * @throws {PgError} 08006 FATAL as soon as the client is gone.
   */
  write(bytes: Uint8Array, taken?: () => void): Promise<void> {
    if (this.#broken) return Promise.reject(this.#lost());
    if (bytes.length <= joinedWrite) {
      this.writer.raw(bytes);
      taken?.();
      this.#send(this.writer.take());
      return this.#writable();
    }
    if (this.writer.size > 0) this.#send(this.writer.take());
    this.#send(bytes, taken);
    return this.#writable();
  }

  /** Sends what is pending and closes in order; a client that does not take it within `timeout` ms is cut off. */
  end(timeout = defaultEndTimeout): Promise<void> {
    const socket = this.#socket;
    this.#ended = true;
    if (socket.destroyed) return done;
    if (this.writer.size > 0 && !this.#broken) this.#send(this.writer.take());
    return new Promise((resolve) => {
      const timer = setTimeout(() => socket.destroy(), timeout);
      socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      socket.end();
      // What still arrives is dropped, else a paused socket would never see the client's own end.
      this.#discardInput();
    });
  }

  /** Closes at once; what is unsent is lost. */
  destroy(): void {
    this.#ended = true;
    this.#socket.destroy();
    this.#close("closed");
  }

  /** See {@link Socket.setNoDelay}; on from the start. */
  setNoDelay(on: boolean): void {
    this.#socket.setNoDelay(on);
  }

  /** Bytes accepted by {@linkcode Connection.write} that the socket has not sent yet. */
  get unsent(): number {
    return this.#unsent;
  }

  #received(chunk: Uint8Array): void {
    this.bytesReceived += chunk.length;
    if (this.#malformed !== null || this.#closed !== null) return;
    this.#frames.push(chunk);
    this.#cut();
    if (!this.#wantsMore()) this.#socket.pause();
  }

  #cut(): void {
    try {
      for (let frame = this.#frames.next(); frame !== null; frame = this.#frames.next()) this.#enqueue(frame);
    } catch (error) {
      this.#malformed = error;
      this.#reader?.reject(error);
      this.#reader = null;
    }
  }

  #enqueue(frame: Frame): void {
    const reader = this.#reader;
    if (reader !== null) {
      this.#reader = null;
      return reader.resolve(frame);
    }
    this.#queue.push(frame);
    this.#queuedBytes += frame.body.length + frameOverhead;
  }

  #take(): Frame | null {
    if (this.#queueAt === this.#queue.length) return null;
    const frame = this.#queue[this.#queueAt++];
    this.#queuedBytes -= frame.body.length + frameOverhead;
    if (this.#queueAt === this.#queue.length) {
      this.#queue = [];
      this.#queueAt = 0;
    }
    this.#resume();
    return frame;
  }

  /** A message that someone waits for is gathered whatever its size (its own limit holds); ahead of that, the bound does. */
  #wantsMore(): boolean {
    if (this.#malformed !== null) return false;
    return this.#reader !== null || this.#queuedBytes + this.#frames.pending < this.#limits.readAhead;
  }

  #resume(): void {
    if (this.#closed === null && this.#wantsMore()) this.#socket.resume();
  }

  #discardInput(): void {
    this.#queue = [];
    this.#queueAt = 0;
    this.#queuedBytes = 0;
    this.#malformed ??= this.#lost();
    this.#socket.resume();
  }

  #send(bytes: Uint8Array, taken?: () => void): void {
    const length = bytes.length;
    this.bytesSent += length;
    this.#unsent += length;
    this.#socket.write(bytes, (error) => {
      // What a failed write means is told by the socket's own event.
      if (error) return;
      taken?.();
      this.#sent(length);
    });
  }

  #sent(length: number): void {
    this.#unsent -= length;
    if (this.#unsent > this.#limits.writeBehind) return;
    for (const writer of this.#writers.splice(0)) writer.resolve();
  }

  #writable(): Promise<void> {
    if (this.#unsent <= this.#limits.writeBehind) return done;
    return new Promise((resolve, reject) => this.#writers.push({ resolve, reject }));
  }

  #close(reason: CloseReason, cause?: unknown): void {
    const first = this.#closed === null;
    if (!first && (this.#closed !== "end" || reason === "end")) return;
    this.#closed = reason;
    this.#cause ??= cause;
    if (reason !== "end") {
      for (const writer of this.#writers.splice(0)) writer.reject(this.#lost());
    }
    this.#reader?.resolve(null);
    this.#reader = null;
    if (first && !this.#ended) this.onClose?.(reason);
  }

  /** Nothing more can be written. After the client's own end it still can: it may only have closed its sending side. */
  get #broken(): boolean {
    return this.#closed !== null && this.#closed !== "end";
  }

  #lost(): PgError {
    return connectionLost(this.#cause);
  }
}
