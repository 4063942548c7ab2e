import assert from "node:assert/strict";
import { splitBlock } from "./row_blocks.ts";

/** A block of DataRow messages with one field each. */
function block(...fields: string[]) {
  const parts: number[] = [];
  for (const field of fields) {
    const bytes = new TextEncoder().encode(field);
    const length = new Uint8Array(8);
    new DataView(length.buffer).setInt32(0, 4 + 2 + 4 + bytes.length);
    new DataView(length.buffer).setInt32(4, bytes.length);
    parts.push(0x44, ...length.subarray(0, 4), 0, 1, ...length.subarray(4), ...bytes);
  }
  return { bytes: Uint8Array.from(parts), rows: fields.length };
}

Deno.test("splitBlock cuts between rows", () => {
  const [first, rest] = splitBlock(block("a", "bcd", ""), 2);
  assert.deepEqual(first, block("a", "bcd"));
  assert.deepEqual(rest, block(""));
});

Deno.test("splitBlock leaves nothing when the block is no longer than asked", () => {
  const whole = block("a", "b");
  assert.deepEqual(splitBlock(whole, 2), [whole, null]);
  assert.deepEqual(splitBlock(whole, 9), [whole, null]);
});

Deno.test("splitBlock of no rows keeps them all", () => {
  const whole = block("a");
  const [first, rest] = splitBlock(whole, 0);
  assert.equal(first.rows, 0);
  assert.equal(first.bytes.length, 0);
  assert.deepEqual(rest, whole);
});
