import assert from "node:assert/strict";
import { query, withDatabase } from "../engine/testing.ts";
import type { LocalDatabase } from "../database.ts";
import { healthWatch } from "./health.ts";
import { WorkerSessions } from "./sessions.ts";

function withWatch(
  work: (sessions: WorkerSessions, watch: ReturnType<typeof healthWatch>) => Promise<void>,
): Promise<void> {
  return withDatabase(async (database) => {
    const openDatabase = () => Promise.resolve(database as LocalDatabase);
    const sessions = new WorkerSessions({ openDatabase, maxSessions: 0 });
    await work(sessions, healthWatch(sessions));
  });
}

Deno.test("health tells sessions, what they run, and DuckDB's memory", () =>
  withWatch(async (sessions, watch) => {
    const nothing = await watch.check();
    assert.deepEqual(
      [nothing.healthy, nothing.draining, nothing.sessions, nothing.active_queries, nothing.memory_bytes],
      [true, false, 0, 0, 0],
    );
    const [ann, bob] = [
      await sessions.create({ username: "ann" }),
      await sessions.create({ username: "bob" }),
    ];
    await query(bob.executor, "create table t as select range from range(1000000)");
    const done = ann.begin();
    const running = query(
      ann.executor,
      "select count(*) from range(100000) a, range(100000) b where a.range * b.range = 3",
    );
    const health = await watch.check();
    assert.equal(health.sessions, 2);
    assert.equal(health.active_queries, 1);
    assert.ok(health.memory_bytes > 1_000_000, `${health.memory_bytes}`);
    assert.ok(health.uptime_ns > nothing.uptime_ns);
    assert.deepEqual(Object.keys(health.session_progress), [ann.token.slice(0, 16)]);
    ann.executor.interrupt();
    await assert.rejects(running, { sqlstate: "57014" });
    done();
    assert.deepEqual(watch.health().session_progress, {});
    assert.equal(watch.health().active_queries, 0);
  }));

Deno.test("a statement that has not moved in 300 checks is stalled, until it moves", () =>
  withWatch(async (sessions, watch) => {
    const session = await sessions.create({ username: "ann" });
    const key = session.token.slice(0, 16);
    let rows = 5;
    session.executor.progress = () => ({ percentage: 10, rows, total: 50 });
    const done = session.begin();
    for (let i = 0; i < 300; i++) await watch.check();
    assert.deepEqual(watch.health().session_progress[key], { pct: 10, rows: 5, total: 50, stalled: false });
    assert.equal((await watch.check()).session_progress[key].stalled, true);
    rows++;
    assert.equal((await watch.check()).session_progress[key].stalled, false);
    done();
    session.begin();
    assert.equal((await watch.check()).session_progress[key].stalled, false);
  }));

Deno.test("a worker whose DuckDB is broken is not healthy any more", () =>
  withWatch((sessions, watch) => {
    sessions.noteError(new Error('{"exception_type":"INTERNAL","exception_message":"index 3"}'));
    const { healthy, instance_invalidated, instance_invalid_reason } = watch.health();
    assert.deepEqual([healthy, instance_invalidated, instance_invalid_reason], [false, true, "index 3"]);
    return Promise.resolve();
  }));
