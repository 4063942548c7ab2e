import assert from "node:assert/strict";
import type { RowBlock } from "../api/executor.ts";
import { ensure, out, shrink, takeOut } from "./output.ts";

type Taken = Pick<RowBlock, "bytes" | "release">;

/** A block of `size` bytes of one value, written as rows are. */
function written(value: number, size: number): Taken {
  out.slack = 0;
  ensure(0, size);
  out.bytes.fill(value, 0, size);
  return takeOut(size);
}

function holds({ bytes }: Taken, value: number, size: number): boolean {
  return bytes.length === size && bytes.every((byte) => byte === value);
}

Deno.test("blocks of every size keep their bytes while others are written", () => {
  const sizes = [1, 100, 40_000, 300_000, 250_000, 31_000, 5_000_000, 33_000, 1 << 20, 320 * 1024];
  const blocks = Array.from({ length: 100 }, (_, i) => written(i, sizes[i % sizes.length]));
  blocks.forEach((block, i) => assert.ok(holds(block, i, sizes[i % sizes.length]), `block ${i}`));
  shrink();
});

Deno.test("what is written goes with it when there is no more room", () => {
  out.slack = 0;
  ensure(0, 1000);
  out.bytes.fill(7, 0, 1000);
  ensure(1000, 3 << 20);
  out.bytes.fill(8, 1000, 3 << 20);
  const { bytes } = takeOut(3 << 20);
  assert.deepEqual([bytes[0], bytes[999], bytes[1000], bytes[bytes.length - 1]], [7, 7, 8, 8]);
});

Deno.test("memory is used again when all that has been taken out of it is released, and not before", () => {
  const kept = written(1, 300_000);
  const seen = new Set<ArrayBufferLike>([kept.bytes.buffer]);
  for (let i = 0; i < 200; i++) {
    const block = written(2, 300_000);
    seen.add(block.bytes.buffer);
    block.release?.();
  }
  assert.ok(seen.size < 10, `${seen.size} buffers`);
  assert.ok(holds(kept, 1, 300_000));
});

Deno.test("a few rows do not hold a large buffer", () => {
  assert.equal(written(1, 1000).bytes.buffer.byteLength, 1000);
});
