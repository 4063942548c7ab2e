import assert from "node:assert/strict";
import { PgError } from "../../api/error.ts";
import type { Executor } from "../../api/executor.ts";
import { Operations } from "./operations.ts";

/** An executor that keeps what it was asked; work on it ends when the test says so. */
function setup() {
  const asked: string[] = [];
  const executor: Executor = {
    prepare: () => Promise.reject(new Error("not asked for")),
    run: (sql) => Promise.resolve(void asked.push(sql)),
    interrupt: () => void asked.push("interrupt"),
    progress: () => null,
    close: () => Promise.resolve(),
  };
  const operations = new Operations(executor);
  /** Work that says when it began. */
  const work = (name: string, until: Promise<unknown> = Promise.resolve()) => async () => {
    asked.push(name);
    await until;
    return name;
  };
  return { asked, operations, work };
}

const aside = "SELECT 1 LIMIT 0";

function fails57014(work: Promise<unknown>): Promise<void> {
  return assert.rejects(work, (error) => error instanceof PgError && error.sqlstate === "57014");
}

Deno.test("operations run one after the other; what is open is put aside first", async () => {
  const { asked, operations, work } = setup();
  const [one, two] = [operations.begin(), operations.begin()];
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = operations.run(one, work("one", promise));
  const second = operations.run(two, work("two"));
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(asked, ["one"]);
  resolve();
  assert.deepEqual(await Promise.all([first, second]), ["one", "two"]);
  assert.deepEqual(asked, ["one", aside, "two"]);
});

Deno.test("an operation that has ended, or goes on itself, has nothing to put aside", async () => {
  const { asked, operations, work } = setup();
  const [one, two] = [operations.begin(), operations.begin()];
  await operations.run(one, work("one"));
  await operations.run(one, work("one again"));
  operations.end(one);
  await operations.run(two, work("two"));
  assert.deepEqual(asked, ["one", "one again", "two"]);
});

Deno.test("cancelling interrupts the operation that has the connection", async () => {
  const { asked, operations, work } = setup();
  const one = operations.begin();
  await operations.run(one, work("one"));
  one.cancel();
  one.cancel();
  assert.deepEqual(asked, ["one", "interrupt"]);
  await fails57014(operations.run(one, work("more")));
});

Deno.test("cancelling an operation that waits, was put aside or has ended interrupts nothing", async () => {
  const { asked, operations, work } = setup();
  const [one, two, three] = [operations.begin(), operations.begin(), operations.begin()];
  const { promise, resolve } = Promise.withResolvers<void>();
  await operations.run(one, work("one"));
  const running = operations.run(two, work("two", promise));
  const waiting = operations.run(three, work("three"));
  await new Promise((resolve) => setTimeout(resolve));
  one.cancel();
  three.cancel();
  resolve();
  await running;
  await fails57014(waiting);
  operations.end(two);
  two.cancel();
  assert.deepEqual(asked, ["one", aside, "two"]);
});
