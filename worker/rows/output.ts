/**
 * Where rows are written: one buffer a thread, as encoding is synchronous. What leaves is the buffer's own memory where it is
 * much (the next rows are written behind it), and a copy where it is little, so that a few rows hold no large buffer.
 */
import { PgError } from "../api/error.ts";
import type { RowBlock } from "../api/executor.ts";
import { spareBuffers } from "../api/spare_buffers.ts";

/** Bytes a block may have before it is handed out. */
export const blockBytes = 256 * 1024;

/** Free bytes below which a buffer is not begun with: a block, and the row it ends with. */
const room = blockBytes + 64 * 1024;

/** Several blocks. */
const bufferBytes = 1 << 20;

/** Below this {@linkcode takeOut} copies. */
const copiedBytes = 8 * 1024;

const maxMessageBytes = 0x3fffffff; // PostgreSQL's limit for a message, 1 GiB - 1

const spare = spareBuffers(bufferBytes, 16);

/** A buffer, and how many hold some of its bytes: {@linkcode out}, and each part that was taken out. */
interface Shared {
  whole: Uint8Array<ArrayBuffer>;
  users: number;
}

let shared: Shared = { whole: spare.take(), users: 1 };

/**
 * What is free of the buffer. `slack` bytes are always free behind what {@linkcode ensure} promised: the row's fixed-size
 * fields, which are then written without a check.
 */
export const out: { bytes: Uint8Array<ArrayBuffer>; view: DataView<ArrayBuffer>; slack: number } = {
  bytes: shared.whole,
  view: viewOf(shared.whole),
  slack: 0,
};

function viewOf({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(buffer, byteOffset, length);
}

function writeTo(bytes: Uint8Array<ArrayBuffer>): void {
  out.bytes = bytes;
  out.view = viewOf(bytes);
}

function begin(whole: Uint8Array<ArrayBuffer>): void {
  leave(shared);
  shared = { whole, users: 1 };
  writeTo(whole);
}

function leave(buffer: Shared): void {
  if (--buffer.users === 0 && buffer.whole.length === bufferBytes) spare.give(buffer.whole);
}

/** Makes room for `size` bytes at `at`; what is before `at` is kept. Call it before writing anything of variable size. */
export function ensure(at: number, size: number): void {
  if (at + size + out.slack > out.bytes.length) grow(at, size);
}

/**
 * Goes on in a whole buffer, or in one twice as large, or more, where that is not enough.
 *
 * @throws PgError 54000 when what is written so far cannot become a message.
 */
function grow(at: number, size: number): void {
  const needed = at + size + out.slack;
  if (needed > maxMessageBytes) throw new PgError("54000", "row is too large to send");
  const old = out.bytes;
  if (needed <= bufferBytes) begin(spare.take());
  else begin(new Uint8Array(Math.max(needed, Math.min(old.length * 2, maxMessageBytes))));
  out.bytes.set(old.subarray(0, at));
}

/** Takes the first `size` bytes out; what is written next has its place elsewhere. */
export function takeOut(size: number): Pick<RowBlock, "bytes" | "release"> {
  const { bytes } = out;
  if (size < copiedBytes) return { bytes: bytes.slice(0, size) };
  const from = shared;
  from.users++;
  if (bytes.length - size < room) begin(spare.take());
  else writeTo(bytes.subarray(size));
  return { bytes: bytes.subarray(0, size), release: () => leave(from) };
}

/** Gives back the memory of unusually large rows. */
export function shrink(): void {
  if (shared.whole.length > bufferBytes) begin(spare.take());
}

/** Copies `length` bytes. A loop for a few (a call costs more than it saves), `set` for many. */
export function writeBytes(from: Uint8Array, start: number, length: number, at: number): number {
  const bytes = out.bytes;
  if (length > 64) {
    bytes.set(from.subarray(start, start + length), at);
    return at + length;
  }
  for (let i = 0; i < length; i++) bytes[at + i] = from[start + i];
  return at + length;
}

/** Writes text that is ASCII. For what is not a hot path. */
export function writeAscii(text: string, at: number): number {
  const bytes = out.bytes;
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}
