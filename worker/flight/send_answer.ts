/** Sends what a session answers, with its rows. */
import type { RowBlock } from "../api/executor.ts";
import { encodeFrame, framePieces } from "../api/session/frames.ts";
import type { SessionAnswer } from "../api/session/messages.ts";

/** Below this an answer is copied together and sent in one piece. */
const joinedBytes = 32 * 1024;

/** What is sent through. */
interface Sink {
  /** `done` is called when the bytes are needed no more, or with what went wrong. */
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): unknown;
}

/** The blocks are the answer's body, and are released when they have been sent. */
export function sendAnswer(sink: Sink, answer: SessionAnswer, blocks: readonly RowBlock[] = []): void {
  const parts = neighboursJoined(blocks);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const [first, ...others] = parts;
  if (first === undefined || length < joinedBytes) {
    sink.write(encodeFrame(answer, parts));
    return releaseAll(blocks);
  }
  const pieces = framePieces(answer, [first, ...others]);
  for (const piece of pieces.slice(0, -1)) sink.write(piece);
  sink.write(pieces[pieces.length - 1], (error) => {
    if (!error) releaseAll(blocks);
  });
}

function releaseAll(blocks: readonly RowBlock[]): void {
  for (const { release } of blocks) release?.();
}

/** The blocks' bytes; those that stand one behind the other in memory, as an encoder leaves them, are one part. */
function neighboursJoined(blocks: readonly RowBlock[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (const { bytes } of blocks) {
    const before = parts.at(-1);
    const follows = before?.buffer === bytes.buffer && before.byteOffset + before.length === bytes.byteOffset;
    if (!follows) parts.push(bytes);
    else {parts[parts.length - 1] = new Uint8Array(
        bytes.buffer,
        before.byteOffset,
        before.length + bytes.length,
      );}
  }
  return parts;
}
