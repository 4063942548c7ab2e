/** The memory budget, with real workers that have much to do. */
import assert from "node:assert/strict";
import type { Executor } from "../../worker/api/executor.ts";
import { query } from "../../worker/engine/testing.ts";
import { resourcesOf } from "../support/process.ts";
import { waitFor } from "../support/wait.ts";
import { startPool } from "./real_pool.ts";

const mebibyte = 2 ** 20;
const budget = 640 * mebibyte;

/** Holds every row until the last: some 600 MiB, if it may. */
const hungry = `create or replace table result as
  select count(*) from (select distinct repeat('x', 40) || i as v from range(6000000) t(i))`;

/** One value, as text. */
async function valueOf(executor: Executor, sql: string): Promise<string> {
  const [[value]] = await query(executor, sql);
  return value!;
}

Deno.test("memory: two heavy sessions together stay inside the budget, and each has it all when it is alone", async () => {
  await using fleet = await startPool({ budget, rebalance: true, threads: 2 });
  const { pool, connect } = fleet;
  const limit = (executor: Executor) => valueOf(executor, "select current_setting('memory_limit')");
  const pids = pool.workers().map(({ pid }) => pid!);
  const rss = () => pids.reduce((sum, pid) => sum + resourcesOf(pid).rss, 0);
  const ann = await connect("ann");
  assert.equal(await limit(ann), "640.0 MiB");
  const bob = await connect("bob");
  await waitFor("the first to give up its half", async () => await limit(ann) === "320.0 MiB");
  assert.equal(await limit(bob), "320.0 MiB");

  const before = rss();
  let peak = 0;
  let told = 0;
  let running = true;
  const both = Promise.all([ann.run(hungry), bob.run(hungry)]).finally(() => running = false);
  while (running) {
    peak = Math.max(peak, rss() - before);
    told = Math.max(told, pool.workers().reduce((sum, { memoryBytes }) => sum + memoryBytes, 0));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await both;
  // DuckDB's counters are read one after the other, while memory goes from one to the next.
  assert.ok(told <= budget * 1.01, `DuckDB had ${told} bytes`);
  assert.ok(peak > budget / 2, `only ${peak} bytes were used: the statements are no test`);
  assert.ok(peak < budget * 1.25, `the workers grew by ${peak} bytes`);

  await bob.close();
  await waitFor("the other to have it all again", async () => await limit(ann) === "640.0 MiB");
  await ann.close();
});
