import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { PgError } from "../../api/error.ts";
import { Operation } from "./operations.ts";
import { received, send } from "./send.ts";

class Call extends EventEmitter {
  readonly written: string[] = [];
  full = false;

  write(message: string): boolean {
    this.written.push(message);
    return !this.full;
  }
}

const operation = () => new Operation(() => {});

function fails57014(work: Promise<unknown>): Promise<void> {
  return assert.rejects(work, (error) => error instanceof PgError && error.sqlstate === "57014");
}

Deno.test("a message waits for the client to have room for more", async () => {
  const call = new Call();
  await send(call, operation(), "a");
  call.full = true;
  let sent = false;
  const sending = send(call, operation(), "b").then(() => sent = true);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([call.written, sent], [["a", "b"], false]);
  call.emit("drain");
  await sending;
  assert.deepEqual(call.eventNames(), []);
});

Deno.test("a client that gives up ends the wait; nothing more is written", async () => {
  const call = new Call();
  const given = operation();
  call.full = true;
  const sending = send(call, given, "a");
  given.cancel();
  call.emit("cancelled");
  await fails57014(sending);
  await fails57014(send(call, given, "b"));
  assert.deepEqual(call.written, ["a"]);
});

Deno.test("what the client sends is received to its end, or until it gives up", async () => {
  const call = new PassThrough({ objectMode: true });
  const messages = received<number>(call, operation());
  call.write(1);
  assert.deepEqual(await messages.next(), { value: 1, done: false });
  const next = messages.next();
  call.write(2);
  call.end();
  assert.deepEqual(await next, { value: 2, done: false });
  assert.deepEqual(await messages.next(), { value: undefined, done: true });

  const other = new PassThrough({ objectMode: true });
  const given = operation();
  const waiting = received(other, given).next();
  given.cancel();
  other.emit("cancelled");
  await fails57014(waiting);
});
