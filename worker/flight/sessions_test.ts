import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import type { DatabaseTarget } from "../api/flight/actions.ts";
import { PgError } from "../api/error.ts";
import { query, withDatabase } from "../engine/testing.ts";
import { waitFor } from "../../tests/support/wait.ts";
import type { LocalDatabase } from "../database.ts";
import { type SessionsOptions, WorkerSessions } from "./sessions.ts";

interface Place {
  sessions: WorkerSessions;
  opened: [DatabaseTarget | null, string][];
  /** Milliseconds that pass for the sessions. */
  pass(milliseconds: number): void;
}

function withSessions(
  work: (place: Place) => Promise<void>,
  options: Partial<SessionsOptions> = {},
): Promise<void> {
  return withDatabase(async (database) => {
    const opened: Place["opened"] = [];
    let now = 1000;
    const sessions = new WorkerSessions({
      openDatabase(target, username) {
        opened.push([target, username]);
        return Promise.resolve(database as LocalDatabase);
      },
      maxSessions: 0,
      now: () => now,
      ...options,
    });
    await work({ sessions, opened, pass: (milliseconds) => void (now += milliseconds) });
  });
}

Deno.test("a session is on the database asked for, under the name and pid given", () =>
  withSessions(async ({ sessions, opened }) => {
    const target = { path: ":memory:x", sandbox: false, allowed_directories: [], bootstrap: [] };
    const session = await sessions.create({ username: "ann", database: "sales", pid: 42, target });
    assert.match(session.token, /^[0-9a-f]{64}$/);
    assert.equal(sessions.byToken(session.token), session);
    const who =
      "select getvariable('duckgres_user'), getvariable('duckgres_database'), getvariable('duckgres_pid')";
    assert.deepEqual(await query(session.executor, who), [["ann", "sales", "42"]]);
    const other = await sessions.create({ username: "bob" });
    assert.deepEqual(await query(other.executor, who), [["bob", "bob", "0"]]);
    assert.deepEqual(opened, [[target, "ann"], [null, "bob"]]);
    assert.equal(sessions.size, 2);
    await sessions.end(session, null);
    assert.throws(() => sessions.byToken(session.token), { code: status.NOT_FOUND });
    assert.equal(sessions.size, 1);
  }));

Deno.test("beyond the bound there are no sessions, also of those still opening", () =>
  withSessions(async ({ sessions }) => {
    const results = await Promise.allSettled(
      ["a", "b", "c"].map((username) => sessions.create({ username })),
    );
    assert.deepEqual(results.map((result) => result.status), ["fulfilled", "fulfilled", "rejected"]);
    await assert.rejects(sessions.create({ username: "d" }), {
      code: status.RESOURCE_EXHAUSTED,
      message: "create session: max sessions reached (2)",
    });
    await sessions.end([...sessions][0], null);
    await sessions.create({ username: "e" });
  }, { maxSessions: 2 }));

Deno.test("a database that does not open leaves no session behind", () =>
  withSessions(async ({ sessions }) => {
    for (let i = 0; i < 3; i++) {
      await assert.rejects(sessions.create({ username: "ann" }), { sqlstate: "55006" });
    }
    assert.equal(sessions.size, 0);
  }, {
    maxSessions: 1,
    openDatabase: () => Promise.reject(new PgError("55006", "could not open database file")),
  }));

Deno.test("a session that nobody comes for is ended, one in use is not", () =>
  withSessions(async ({ sessions, pass }) => {
    const forgotten = await sessions.create({ username: "a" });
    const busy = await sessions.create({ username: "b" });
    const streamed = await sessions.create({ username: "c" });
    const used = await sessions.create({ username: "d" });
    const done = busy.begin();
    streamed.onEnd = () => () => {};
    used.begin()();
    pass(29_999);
    await sessions.reap();
    assert.equal(sessions.size, 4);
    pass(1);
    await sessions.reap();
    assert.ok(forgotten.ended);
    assert.equal(sessions.size, 3);
    pass(600_000);
    await sessions.reap();
    assert.deepEqual([busy.ended, streamed.ended, used.ended], [false, false, true]);
    done();
    pass(599_999);
    await sessions.reap();
    assert.ok(!busy.ended);
    pass(1);
    await sessions.reap();
    assert.ok(busy.ended);
  }));

Deno.test("a handle that nobody uses is let go of, its session is not", () =>
  withSessions(async ({ sessions, pass }) => {
    const session = await sessions.create({ username: "a" });
    const closed: string[] = [];
    for (const name of ["txn-1", "query-2"]) session.addHandle(name, () => void closed.push(name));
    pass(400_000);
    assert.ok(session.useHandle("query-2"));
    assert.ok(!session.useHandle("query-3"));
    pass(200_000);
    await sessions.reap();
    assert.deepEqual(closed, ["txn-1"]);
    assert.ok(!session.ended);
    assert.equal(await session.dropHandle("query-2"), true);
    assert.equal(await session.dropHandle("query-2"), false);
    assert.deepEqual(closed, ["txn-1", "query-2"]);
  }));

Deno.test("a connection that created no session has one of its own until it goes", () =>
  withSessions(async ({ sessions, opened }) => {
    const [one, same] = await Promise.all([sessions.implicit("unix:1"), sessions.implicit("unix:1")]);
    assert.equal(one, same);
    assert.notEqual(await sessions.implicit("unix:2"), one);
    assert.deepEqual(opened.map(([target]) => target), [null, null]);
    await sessions.peerGone("unix:1");
    assert.ok(one.ended);
    assert.equal(sessions.size, 1);
    assert.notEqual(await sessions.implicit("unix:1"), one);
    await sessions.peerGone("unix:3");
  }));

Deno.test("draining ends idle sessions at once and busy ones when they are done", () =>
  withSessions(async ({ sessions }) => {
    const reasons: string[] = [];
    for (const username of ["idle", "busy", "endless"]) {
      const session = await sessions.create({ username });
      session.onEnd = (reason) => {
        reasons.push(`${username} ${reason?.severity} ${reason?.sqlstate}`);
        return () => {};
      };
    }
    const [idle, busy, endless] = sessions;
    const done = busy.begin();
    endless.begin();
    const drained = sessions.drain(50);
    await assert.rejects(sessions.create({ username: "late" }), {
      code: status.UNAVAILABLE,
      message: "worker is draining",
    });
    await idle.idle();
    done();
    await drained;
    assert.deepEqual(reasons, ["idle FATAL 57P01", "busy FATAL 57P01", "endless FATAL 57P01"]);
    assert.equal(sessions.size, 0);
  }));

Deno.test("a broken DuckDB takes no more sessions, for good", () =>
  withSessions(async ({ sessions }) => {
    const broken = new Error('{"exception_type":"FATAL","exception_message":"disk gone"}');
    sessions.noteError(new PgError("53200", "out of memory"));
    assert.equal(sessions.invalidReason, "");
    sessions.noteError(broken);
    sessions.noteError(new Error('{"exception_type":"FATAL","exception_message":"another"}'));
    assert.equal(sessions.invalidReason, "disk gone");
    await assert.rejects(sessions.create({ username: "ann" }), { code: status.UNAVAILABLE });
  }));

const limits = "select current_setting('memory_limit'), current_setting('threads')";
const endless = "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range = 3";

Deno.test("a session's limits are those of its database", () =>
  withSessions(async ({ sessions }) => {
    const session = await sessions.create({ username: "ann", memory_limit: "300MiB", threads: 1 });
    assert.deepEqual(await query(session.executor, limits), [["300.0 MiB", "1"]]);
    const other = await sessions.create({ username: "bob" });
    await session.instance.setLimits("400MiB", 3);
    assert.deepEqual(await query(other.executor, limits), [["400.0 MiB", "3"]]);
    await session.instance.setLimits("", 0);
    assert.deepEqual(await query(session.executor, limits), [["400.0 MiB", "3"]]);
    await assert.rejects(session.instance.setLimits("much", 0), PgError);
    await assert.rejects(session.instance.setLimits("", 1.5), { sqlstate: "22023" });
    await assert.rejects(sessions.create({ username: "ann", memory_limit: "much" }), PgError);
  }));

Deno.test("memory and more threads are given while a statement runs, threads are taken when it is over", () =>
  withSessions(async ({ sessions }) => {
    const [busy, other] = [
      await sessions.create({ username: "ann" }),
      await sessions.create({ username: "bob" }),
    ];
    await busy.instance.setLimits("", 2);
    const done = busy.begin();
    const running = query(busy.executor, endless);
    await other.instance.setLimits("300MiB", 1);
    assert.deepEqual(await query(other.executor, limits), [["300.0 MiB", "2"]]);
    await other.instance.setLimits("", 3);
    assert.deepEqual(await query(other.executor, limits), [["300.0 MiB", "3"]]);
    await other.instance.setLimits("", 2);
    await other.instance.setLimits("", 1);
    busy.executor.interrupt();
    await assert.rejects(running, { sqlstate: "57014" });
    done();
    const threads = async () => (await query(other.executor, limits))[0][1];
    await waitFor("a single thread", async () => await threads() === "1");
  }));
