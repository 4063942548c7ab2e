import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import type { RowBlock } from "../../worker/api/executor.ts";
import { RemoteRows } from "./remote_rows.ts";

function rowsOf(window = 4): { rows: RemoteRows; requests: string[] } {
  const requests: string[] = [];
  const rows = new RemoteRows(window, {
    taken: (blocks) => requests.push(`taken ${blocks}`),
    close: () => requests.push("close"),
  });
  return { rows, requests };
}

const block = (rows: number): RowBlock => ({ bytes: new Uint8Array(rows), rows });

Deno.test("blocks come in order, whether they are there first or waited for", async () => {
  const { rows } = rowsOf();
  rows.push(block(1));
  assert.deepEqual(await rows.next(), block(1));
  const next = rows.next();
  rows.push(block(2));
  assert.deepEqual(await next, block(2));
  const last = rows.next();
  rows.end(null);
  assert.equal(await last, null);
  assert.equal(await rows.next(), null);
});

Deno.test("credit is given back when half of it is used, and not at the end", async () => {
  const { rows, requests } = rowsOf(4);
  for (let i = 1; i <= 4; i++) rows.push(block(i));
  await rows.next();
  assert.deepEqual(requests, []);
  await rows.next();
  assert.deepEqual(requests, ["taken 2"]);
  rows.end(null);
  await rows.next();
  await rows.next();
  assert.deepEqual(requests, ["taken 2"]);
});

Deno.test("an error comes behind the rows before it, once", async () => {
  const { rows } = rowsOf();
  const error = new PgError("22012", "division by zero");
  rows.push(block(1));
  rows.end(error);
  assert.deepEqual(await rows.next(), block(1));
  await assert.rejects(rows.next(), error);
  assert.equal(await rows.next(), null);
});

Deno.test("closing waits for the worker to let go", async () => {
  const { rows, requests } = rowsOf();
  rows.push(block(1));
  let closed = false;
  const closing = rows.close().then(() => closed = true);
  await rows.close();
  rows.push(block(2));
  assert.equal(await rows.next(), null);
  assert.deepEqual([requests, closed], [["close"], false]);
  rows.end(null);
  await closing;
});

Deno.test("rows that have ended are closed without a word", async () => {
  const { rows, requests } = rowsOf();
  rows.push(block(1));
  rows.end(new PgError("22012", "division by zero"));
  await rows.close();
  assert.equal(await rows.next(), null);
  assert.deepEqual(requests, []);
});

Deno.test("closing wakes whoever waits for a block", async () => {
  const { rows } = rowsOf();
  const next = rows.next();
  const closing = rows.close();
  assert.equal(await next, null);
  rows.end(null);
  await closing;
});
