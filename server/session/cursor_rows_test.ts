import assert from "node:assert/strict";
import type { RowBlock, RowStream } from "../../worker/api/executor.ts";
import { CursorRows } from "./cursor_rows.ts";

/** DataRow messages without fields, told apart by the byte behind their head. */
function block(from: number, rows: number): RowBlock {
  const bytes = Array.from({ length: rows }, (_, i) => [0x44, 0, 0, 0, 5, from + i]).flat();
  return { bytes: Uint8Array.from(bytes), rows };
}

function streamOf(...sizes: number[]): RowStream {
  let next = 1;
  const blocks = sizes.map((size) => {
    const made = block(next, size);
    next += size;
    return made;
  });
  return { next: () => Promise.resolve(blocks.shift() ?? null), close: () => Promise.resolve() };
}

async function numbers(rows: AsyncGenerator<RowBlock>): Promise<number[]> {
  const found: number[] = [];
  for await (const { bytes } of rows) for (let at = 5; at < bytes.length; at += 6) found.push(bytes[at]);
  return found;
}

const scroll = { backward: true, keep: 1000 };

Deno.test("a cursor goes forward across blocks, and stays behind the last row", async () => {
  const cursor = new CursorRows(streamOf(2, 3, 1), { backward: false, keep: 0 });
  assert.deepEqual(await numbers(cursor.fetch("forward", 1)), [1]);
  assert.deepEqual(await numbers(cursor.fetch("forward", 3)), [2, 3, 4]);
  assert.deepEqual(await numbers(cursor.fetch("relative", 1)), [5]);
  assert.deepEqual(await numbers(cursor.fetch("forward", "all")), [6]);
  assert.deepEqual(await numbers(cursor.fetch("forward", 1)), []);
});

Deno.test("a scrolling cursor goes where PostgreSQL's does", async () => {
  const cursor = new CursorRows(streamOf(2, 1), scroll);
  const steps: [Parameters<CursorRows["fetch"]>, number[]][] = [
    [["absolute", 1], [1]],
    [["absolute", -1], [3]],
    [["backward", 1], [2]],
    [["forward", 0], [2]],
    [["relative", 0], [2]],
    [["relative", -1], [1]],
    [["backward", "all"], []],
    [["forward", "all"], [1, 2, 3]],
    [["backward", "all"], [3, 2, 1]],
    [["forward", 1], [1]],
    [["forward", -1], []],
    [["absolute", 9], []],
    [["backward", 1], [3]],
    [["absolute", -3], [1]],
    [["absolute", -4], []],
    [["absolute", 2], [2]],
    [["absolute", 0], []],
    [["forward", 0], []],
  ];
  for (const [[direction, count], rows] of steps) {
    assert.deepEqual(await numbers(cursor.fetch(direction, count)), rows, `${direction} ${count}`);
  }
});

Deno.test("a cursor that may not go back says so, and one that kept too little", async () => {
  const forward = new CursorRows(streamOf(3), { backward: false, keep: 0 });
  await numbers(forward.fetch("forward", 2));
  for (const [direction, count] of [["backward", 1], ["absolute", 1], ["forward", 0]] as const) {
    await assert.rejects(numbers(forward.fetch(direction, count)), { sqlstate: "55000" });
  }
  assert.deepEqual(await numbers(forward.fetch("absolute", 3)), [3]);

  const long = new CursorRows(streamOf(2, 2, 2, 2), { backward: true, keep: 20 });
  assert.deepEqual(await numbers(long.fetch("forward", "all")), [1, 2, 3, 4, 5, 6, 7, 8]);
  await assert.rejects(numbers(long.fetch("absolute", 1)), { sqlstate: "55000" });
});
