/**
 * How a session's messages travel between control plane and worker: in frames, over a connection of the session's own to the
 * socket that also serves gRPC. A round over Deno's HTTP/2 costs twice one of these, and rows are cut into pieces of
 * 16 KiB there; here a block of rows is one read or few.
 *
 * A frame is the length of its envelope and that of its body (4 bytes each, the most significant first), the envelope in
 * JSON, the body. The connection begins with {@linkcode preamble}, which HTTP/2 does not.
 */
import { Buffer } from "node:buffer";
import { spareBuffers } from "../spare_buffers.ts";

/** What a session's connection begins with; another number is another protocol. */
export const preamble = "duckgres session 1\n";

/** Bytes that a frame may have. */
export interface FrameLimits {
  envelope: number;
  body: number;
}

/** As gRPC's messages. */
export const frameLimits: FrameLimits = { envelope: 256 << 20, body: 1 << 30 };

/** Of who has not said yet who it is. */
export const helloLimits: FrameLimits = { envelope: 16 << 10, body: 0 };

const headSize = 8;

/** Frames up to this size are read into one buffer that is kept: small, as there are many sessions. */
const smallFrame = 8 << 10;

/** A batch of rows: it is sent when it passes 256 KiB, with blocks of little more than that. */
const batchBytes = 640 << 10;

/** Frames below this get memory of their own size. */
const ownMemory = 64 << 10;

const spare = spareBuffers(batchBytes, 16);

/** One frame; the parts of the body stand one behind the other. */
export function encodeFrame(envelope: object, bodyParts: readonly Uint8Array[] = []): Uint8Array {
  const bodyLength = lengthOf(bodyParts);
  const { frame, bodyStart } = beginFrame(envelope, bodyLength, bodyLength);
  let at = bodyStart;
  for (const part of bodyParts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

/**
 * One frame whose body is not copied: what it begins with, and the parts that are to be sent behind that. Some bytes of the
 * first part are in the beginning, so that the other side is not woken for a head alone.
 */
export function framePieces(
  envelope: object,
  [first, ...others]: readonly [Uint8Array, ...Uint8Array[]],
): [Uint8Array, Uint8Array, ...Uint8Array[]] {
  const copied = Math.min(first.length, smallFrame / 2);
  const { frame, bodyStart } = beginFrame(envelope, first.length + lengthOf(others), copied);
  frame.set(first.subarray(0, copied), bodyStart);
  return [frame, first.subarray(copied), ...others];
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** A frame's head, with `space` for bytes of its body. */
function beginFrame(
  envelope: object,
  bodyLength: number,
  space: number,
): { frame: Buffer; bodyStart: number } {
  const text = JSON.stringify(envelope);
  const length = Buffer.byteLength(text);
  const bodyStart = headSize + length;
  const frame = Buffer.allocUnsafe(bodyStart + space);
  frame.writeUInt32BE(length, 0);
  frame.writeUInt32BE(bodyLength, 4);
  frame.write(text, headSize);
  return { frame, bodyStart };
}

/** A frame that did not fit into the kept buffer, without its head. */
interface LargeFrame {
  bytes: Uint8Array;
  release: (() => void) | undefined;
  filled: number;
  envelopeLength: number;
}

/**
 * Takes a frame, whose body is its own to keep.
 *
 * @param release where it is given, it may be called once the body is needed no more, whose memory is then used again
 */
export type OnFrame<E> = (envelope: E, body: Uint8Array, release?: () => void) => void;

/**
 * Puts frames together from what is read.
 *
 * @example
 * const count = await connection.read(reader.space());
 * reader.filled(count);
 */
export class FrameReader<E extends object> {
  limits: FrameLimits;
  readonly #onFrame: OnFrame<E>;
  readonly #buffer = new Uint8Array(smallFrame);
  #from = 0;
  #to = 0;
  #large: LargeFrame | null = null;

  constructor(onFrame: OnFrame<E>, limits: FrameLimits) {
    this.#onFrame = onFrame;
    this.limits = limits;
  }

  /** Where the next bytes are to be put; never empty. */
  space(): Uint8Array {
    const large = this.#large;
    return large === null ? this.#buffer.subarray(this.#to) : large.bytes.subarray(large.filled);
  }

  /**
   * So many bytes were put into the {@linkcode FrameReader.space}.
   *
   * @throws {RangeError} for a frame beyond the limits
   * @throws {SyntaxError} for an envelope that is none
   */
  filled(count: number): void {
    if (this.#large === null) {
      this.#to += count;
      return this.#takeFrames();
    }
    const { bytes, envelopeLength, release } = this.#large;
    this.#large.filled += count;
    if (this.#large.filled < bytes.length) return;
    this.#large = null;
    this.#emit(bytes.subarray(0, envelopeLength), bytes.subarray(envelopeLength), release);
  }

  /** What was read elsewhere, copied into its place. @throws as {@linkcode FrameReader.filled} */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const space = this.space();
      const part = bytes.subarray(at, at + space.length);
      space.set(part);
      at += part.length;
      this.filled(part.length);
    }
  }

  #takeFrames(): void {
    while (this.#to - this.#from >= headSize) {
      const start = this.#from + headSize;
      const [envelopeLength, bodyLength] = [this.#lengthAt(this.#from), this.#lengthAt(this.#from + 4)];
      if (envelopeLength > this.limits.envelope || bodyLength > this.limits.body) {
        throw new RangeError("a session's message is too long");
      }
      const size = envelopeLength + bodyLength;
      if (headSize + size > this.#buffer.length) return this.#beginLarge(start, size, envelopeLength);
      if (this.#to - start < size) break;
      this.#from = start + size;
      const bodyStart = start + envelopeLength;
      this.#emit(this.#buffer.subarray(start, bodyStart), this.#buffer.slice(bodyStart, this.#from));
    }
    this.#buffer.copyWithin(0, this.#from, this.#to);
    this.#to -= this.#from;
    this.#from = 0;
  }

  #lengthAt(at: number): number {
    const bytes = this.#buffer;
    return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
  }

  /** The kept buffer holds nothing behind such a frame's beginning. */
  #beginLarge(start: number, size: number, envelopeLength: number): void {
    const { bytes, release } = memoryFor(size);
    bytes.set(this.#buffer.subarray(start, this.#to));
    this.#large = { bytes, filled: this.#to - start, envelopeLength, release };
    this.#from = this.#to = 0;
  }

  #emit(envelope: Uint8Array, body: Uint8Array, release?: () => void): void {
    const { buffer, byteOffset, byteLength } = envelope;
    const value: unknown = JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
    if (typeof value !== "object" || value === null) {
      throw new SyntaxError("a session's message has no envelope");
    }
    this.#onFrame(value as E, body, release);
  }
}

function memoryFor(size: number): Pick<LargeFrame, "bytes" | "release"> {
  if (size < ownMemory || size > batchBytes) {
    return { bytes: Buffer.allocUnsafeSlow(size), release: undefined };
  }
  const whole = spare.take();
  return { bytes: whole.subarray(0, size), release: () => spare.give(whole) };
}
