/**
 * Cuts the byte stream of a client into messages. Pure: bytes go in, frames come out, whatever pieces they arrive in.
 *
 * @see https://www.postgresql.org/docs/16/protocol-message-formats.html
 */
import { fatalProtocolViolation } from "./errors.ts";

/** One message as it was sent, without its type byte and length. */
export interface Frame {
  /** The type byte; 0 for the messages before authentication, which have none. */
  readonly type: number;
  /** May be a view into a chunk read from the socket; it stays valid, but holds the chunk in memory. */
  readonly body: Uint8Array;
}

/** Largest number of bytes in a message's length field, by its kind. */
export interface FrameLimits {
  /** Messages before authentication, without a type byte. PostgreSQL: MAX_STARTUP_PACKET_LENGTH, and the length itself. */
  startup: number;
  /** Answers to an authentication request. PostgreSQL: PG_MAX_AUTH_TOKEN_LENGTH. */
  authentication: number;
  /** Messages that carry names only (Describe, Execute, Sync, …). PostgreSQL: PQ_SMALL_MESSAGE_LIMIT. */
  small: number;
  /** Messages that carry statements, parameters or data. PostgreSQL: PQ_LARGE_MESSAGE_LIMIT. */
  large: number;
}

/** PostgreSQL's own limits; 64 KiB before a client is authenticated. */
export const defaultFrameLimits: FrameLimits = {
  startup: 10_004,
  authentication: 65_535,
  small: 10_000,
  large: 0x3fff_ffff,
};

/** What the next message must be: packets without a type, authentication answers, or everything else. */
export type FramePhase = "startup" | "authentication" | "session";

/** Messages whose size follows the client's data. */
const largeTypes = new Set(Array.from("QPBFdp", (letter) => letter.charCodeAt(0)));
const smallTypes = new Set(Array.from("CDEHSXcf", (letter) => letter.charCodeAt(0)));

/** First allocation for a message that did not arrive in one piece; it grows as bytes really arrive. */
const firstPiece = 4096;

const none = new Uint8Array(0);

/** A Buffer's `slice` does not copy, unlike an Uint8Array's: bodies are handed out as what their type says. */
function plain(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** An incremental splitter. Feed it with {@linkcode FrameReader.push}, then call `next` until it answers `null`. */
export class FrameReader {
  /** Set by whoever drives the connection, when a phase of the protocol ends. */
  phase: FramePhase = "startup";
  readonly #limits: FrameLimits;
  /** Bytes not yet cut: either the last chunk as it came, or a buffer of our own that gathers one message. */
  #bytes: Uint8Array = none;
  #start = 0;
  #end = 0;
  #owned = false;

  constructor(limits: FrameLimits = defaultFrameLimits) {
    this.#limits = limits;
  }

  /** Bytes that arrived and belong to no frame yet. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /** Takes the next bytes of the stream. The chunk is kept, not copied, while whole frames lie in it. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.pending === 0) return this.#adopt(chunk);
    this.#gather(chunk);
  }

  /**
   * The next whole message, or `null` until more bytes arrive.
   *
   * @throws {PgError} 08P01 FATAL when the length or the type is impossible; the stream is then of no more use.
   */
  next(): Frame | null {
    const header = this.phase === "startup" ? 4 : 5;
    if (header === 5 && this.pending > 0) this.#checkType();
    if (this.pending < header) return null;
    const size = this.#messageSize(header);
    if (this.pending < size) return null;
    const type = header === 4 ? 0 : this.#bytes[this.#start];
    const body = this.#bytes.subarray(this.#start + header, this.#start + size);
    this.#start += size;
    // The frame may outlive the gathering buffer's next use, so that buffer is left to it.
    if (this.pending === 0) this.#adopt(none);
    return { type, body };
  }

  /** All bytes not cut yet, given back to the caller; the reader is empty then. */
  takePending(): Uint8Array {
    const rest = this.#bytes.subarray(this.#start, this.#end);
    this.#adopt(none);
    return rest;
  }

  #adopt(chunk: Uint8Array): void {
    this.#bytes = plain(chunk);
    this.#start = 0;
    this.#end = chunk.length;
    this.#owned = false;
  }

  #gather(chunk: Uint8Array): void {
    const needed = this.pending + chunk.length;
    if (!this.#owned || this.#start + needed > this.#bytes.length) this.#move(needed);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Into a fresh buffer, at least doubling, so that gathering a large message copies each byte a bounded number of times. */
  #move(needed: number): void {
    const grown = new Uint8Array(Math.max(firstPiece, needed, Math.min(2 * this.pending, this.#expected())));
    grown.set(this.#bytes.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
    this.#bytes = grown;
    this.#owned = true;
  }

  /** Size of the message being gathered, as far as it is known: there is no use in a buffer larger than that. */
  #expected(): number {
    const header = this.phase === "startup" ? 4 : 5;
    return this.pending < header ? 0 : this.#messageSize(header);
  }

  #messageSize(header: number): number {
    const bytes = this.#bytes;
    const at = this.#start + header - 4;
    const length = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    if (length < 4 || length > this.#limit(bytes[this.#start])) {
      throw fatalProtocolViolation(
        header === 4 ? "invalid length of startup packet" : "invalid message length",
      );
    }
    return length + header - 4;
  }

  #limit(type: number): number {
    if (this.phase === "startup") return this.#limits.startup;
    if (this.phase === "authentication") return this.#limits.authentication;
    return largeTypes.has(type) ? this.#limits.large : this.#limits.small;
  }

  /** PostgreSQL gives up at the type byte already, before the length. */
  #checkType(): void {
    if (this.phase !== "session") return;
    const type = this.#bytes[this.#start];
    if (largeTypes.has(type) || smallTypes.has(type)) return;
    throw fatalProtocolViolation(`invalid frontend message type ${type}`);
  }
}
