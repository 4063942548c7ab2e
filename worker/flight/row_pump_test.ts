import assert from "node:assert/strict";
import type { RowBlock, RowStream } from "../api/executor.ts";
import { type Batch, RowPump } from "./row_pump.ts";

/** Blocks that are there when they are asked for, unless they are held back. */
class Source implements RowStream {
  asked = 0;
  closed = 0;
  constructor(readonly blocks: (RowBlock | Error | Promise<RowBlock | null>)[]) {}

  async next(): Promise<RowBlock | null> {
    this.asked++;
    const block = await this.blocks.shift();
    if (block instanceof Error) throw block;
    return block ?? null;
  }

  close(): Promise<void> {
    this.closed++;
    this.blocks.length = 0;
    return Promise.resolve();
  }
}

function block(rows: number, size = 10): RowBlock {
  return { bytes: new Uint8Array(size), rows };
}

const large = 256 * 1024;

interface Watched {
  pump: RowPump;
  batches: Batch[];
  errors: unknown[];
  over: Promise<void>;
  /** The number of batches, once there are so many. */
  batch(count: number): Promise<void>;
}

function pumpOf(source: RowStream, window = 4): Watched {
  const batches: Batch[] = [];
  const errors: unknown[] = [];
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const waiting: { count: number; resolve: () => void }[] = [];
  const pump = new RowPump(source, window, {
    send(batch) {
      batches.push(batch);
      for (const { count, resolve } of waiting) if (batches.length >= count) resolve();
    },
    fail: (error) => errors.push(error),
    over: resolve,
  });
  const batch = (count: number) => new Promise<void>((resolve) => waiting.push({ count, resolve }));
  return { pump, batches, errors, over, batch };
}

const shapes = (batches: readonly Batch[]) =>
  batches.map(({ blocks, rows, end }) => [blocks.length, rows, end]);

Deno.test("a small result and its end travel together", async () => {
  const { pump, batches, over } = pumpOf(new Source([block(1), block(2)]));
  await pump.start();
  await over;
  assert.deepEqual(shapes(batches), [[2, 3, true]]);
});

Deno.test("a result without rows is one batch", async () => {
  const { pump, batches, over } = pumpOf(new Source([]));
  await pump.start();
  await over;
  assert.deepEqual(shapes(batches), [[0, 0, true]]);
});

Deno.test("large blocks go out one by one, as many as there is credit for", async () => {
  const source = new Source([1, 2, 3, 4, 5].map((rows) => block(rows, large)));
  const { pump, batches, batch, over } = pumpOf(source, 2);
  const two = batch(2);
  await pump.start();
  await two;
  assert.equal(source.asked, 2);
  const four = batch(4);
  pump.take(2);
  await four;
  assert.equal(source.asked, 4);
  pump.take(2);
  await over;
  const one = [1, 2, 3, 4, 5].map((rows) => [1, rows, false]);
  assert.deepEqual(shapes(batches), [...one, [0, 0, true]]);
});

Deno.test("a block does not wait long for one that is late", async () => {
  const later = Promise.withResolvers<RowBlock | null>();
  const { pump, batches, over } = pumpOf(new Source([block(1), later.promise]));
  await pump.start();
  assert.deepEqual(shapes(batches), [[1, 1, false]]);
  later.resolve(block(2));
  await over;
  assert.deepEqual(shapes(batches), [[1, 1, false], [1, 2, true]]);
});

Deno.test("rows before an error are sent, then the error", async () => {
  const error = new Error("division by zero");
  const { pump, batches, errors, over } = pumpOf(new Source([block(1), error, block(2)]));
  await pump.start();
  await over;
  assert.deepEqual(shapes(batches), [[1, 1, false]]);
  assert.deepEqual(errors, [error]);
});

Deno.test("an error instead of the first row is told alone", async () => {
  const error = new Error("division by zero");
  const { pump, batches, errors, over } = pumpOf(new Source([error]));
  await pump.start();
  await over;
  assert.deepEqual(batches, []);
  assert.deepEqual(errors, [error]);
});

Deno.test("closing while it waits for credit ends it, once", async () => {
  const source = new Source([block(1, large), block(2, large)]);
  const { pump, batches, over } = pumpOf(source, 1);
  await pump.start();
  await Promise.all([pump.close(), pump.close()]);
  await over;
  pump.take(5);
  assert.equal(source.closed, 1);
  assert.deepEqual(shapes(batches), [[1, 1, false]]);
});

Deno.test("what arrives after the close is not sent", async () => {
  const later = Promise.withResolvers<RowBlock | null>();
  const { pump, batches, over } = pumpOf(new Source([later.promise]));
  const started = pump.start();
  await pump.close();
  later.resolve(block(1));
  await started;
  await over;
  assert.deepEqual(batches, []);
});
