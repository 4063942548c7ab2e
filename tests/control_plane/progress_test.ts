/** What is known of a statement that a worker runs, and how it is ended. */
import assert from "node:assert/strict";
import { waitFor, within } from "../support/wait.ts";
import { startPool } from "./real_pool.ts";

/** DuckDB knows how far it is in a table, but not in a function's rows: there it tells what its first look happened to meet. */
const table = "create table numbers as select i from range(3000000) as numbers(i)";

/** Runs for hours unless something ends it. */
const endless = "select sum(a.i * b.i) from numbers a, numbers b";

Deno.test("progress: a statement's comes with the health checks, and it ends alone when it is interrupted", async () => {
  await using fleet = await startPool({ budget: 2 ** 30, rebalance: false, threads: 2 });
  const [ann, other, bob] = [
    await fleet.connect("ann"),
    await fleet.connect("ann"),
    await fleet.connect("bob"),
  ];
  await ann.run(table);
  assert.equal(ann.progress(), null);
  const canceled = assert.rejects(ann.run(endless), { sqlstate: "57014" });
  const known = waitFor("progress", () => {
    const found = ann.progress();
    return found !== null && found.percentage >= 0 ? found : null;
  });
  const progress = await Promise.race([
    known,
    canceled.then(() => assert.fail("ended before it was canceled")),
  ]);
  assert.ok(progress.percentage <= 100);
  assert.equal(progress.stalled, false);
  const told = () =>
    fleet.pool.workers().flatMap(({ sessions }) => sessions.map((session) => session.progress));
  assert.equal(told().filter((progress) => progress !== null).length, 1);
  assert.deepEqual([other.progress(), bob.progress()], [null, null]);
  const elsewhere = Promise.all([other.run("select 1"), bob.run("select 1")]);
  ann.interrupt();
  await within("the statement's end", canceled);
  await elsewhere;
  assert.equal(ann.progress(), null);
  await ann.run("select 1");
});
