import assert from "node:assert/strict";
import type { RowBlock } from "../api/executor.ts";
import { encodeFrame } from "../api/session/frames.ts";
import { sendAnswer } from "./send_answer.ts";

const answer = { op: "rows", id: 1, rows: 3 } as const;

/** What is written for blocks of these bytes, what is done behind it, and which blocks are released. */
function sent(parts: readonly Uint8Array[]) {
  const pieces: Uint8Array[] = [];
  const done: ((error?: Error) => void)[] = [];
  const released: number[] = [];
  const blocks = parts.map((bytes, i): RowBlock => ({ bytes, rows: 1, release: () => released.push(i) }));
  sendAnswer(
    {
      write(bytes, then) {
        pieces.push(bytes);
        if (then) done.push(then);
      },
    },
    answer,
    blocks,
  );
  return { pieces, done, released };
}

function joined(parts: readonly Uint8Array[]): number[] {
  return parts.flatMap((part) => [...part]);
}

const bytesOf = (length: number, value: number) => new Uint8Array(length).fill(value);

Deno.test("few rows are sent in one piece, and released at once", () => {
  const parts = [bytesOf(10, 1), bytesOf(20, 2)];
  const { pieces, done, released } = sent(parts);
  assert.deepEqual(pieces.map((piece) => [...piece]), [[...encodeFrame(answer, parts)]]);
  assert.deepEqual([done.length, released], [0, [0, 1]]);
});

Deno.test("an answer without rows is one piece", () => {
  assert.deepEqual(sent([]).pieces.map((piece) => [...piece]), [[...encodeFrame(answer)]]);
});

Deno.test("many rows are not copied, neighbours are one piece, and all are released when the last is sent", () => {
  const whole = bytesOf(100_000, 3);
  const parts = [whole.subarray(0, 40_000), whole.subarray(40_000), bytesOf(50_000, 4)];
  const { pieces, done, released } = sent(parts);
  assert.deepEqual(joined(pieces), [...encodeFrame(answer, parts)]);
  assert.deepEqual(pieces.slice(1).map(({ buffer }) => buffer), [whole.buffer, parts[2].buffer]);
  assert.deepEqual(released, []);
  done.forEach((then) => then());
  assert.deepEqual(released, [0, 1, 2]);
});

Deno.test("what could not be sent is not released", () => {
  const { done, released } = sent([bytesOf(50_000, 1)]);
  done.forEach((then) => then(new Error("gone")));
  assert.deepEqual(released, []);
});
