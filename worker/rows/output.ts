/**
 * Where rows are written. One buffer a thread: encoding is synchronous, and what leaves is a copy of exactly its size, so an
 * open result holds no buffer of its own.
 */
import { PgError } from "../api/error.ts";

/** Bytes a block may have before it is handed out. */
export const blockBytes = 256 * 1024;

const initialBytes = blockBytes + 64 * 1024;
const keptBytes = 4 * 1024 * 1024;
const maxMessageBytes = 0x3fffffff; // PostgreSQL's limit for a message, 1 GiB - 1

/**
 * The buffer. `slack` bytes are always free behind what {@linkcode ensure} promised: the row's fixed-size fields, which are
 * then written without a check.
 */
export const out: { bytes: Uint8Array<ArrayBuffer>; view: DataView<ArrayBuffer>; slack: number } = {
  ...buffer(initialBytes),
  slack: 0,
};

function buffer(size: number) {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** Makes room for `size` bytes at `at`; what is before `at` is kept. Call it before writing anything of variable size. */
export function ensure(at: number, size: number): void {
  if (at + size + out.slack > out.bytes.length) grow(at, size);
}

/**
 * Doubles the buffer, or more where that is not enough.
 *
 * @throws PgError 54000 when what is written so far cannot become a message.
 */
function grow(at: number, size: number): void {
  const needed = at + size + out.slack;
  if (needed > maxMessageBytes) throw new PgError("54000", "row is too large to send");
  const old = out.bytes;
  const { bytes, view } = buffer(Math.max(needed, Math.min(old.length * 2, maxMessageBytes)));
  bytes.set(old.subarray(0, at));
  out.bytes = bytes;
  out.view = view;
}

/** Gives back the memory of unusually large rows. */
export function shrink(): void {
  if (out.bytes.length <= keptBytes) return;
  const { bytes, view } = buffer(initialBytes);
  out.bytes = bytes;
  out.view = view;
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
