import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { withDatabase } from "../../engine/testing.ts";
import type { LocalDatabase } from "../../database.ts";
import { FlightError } from "../status.ts";
import { WorkerSessions } from "../sessions.ts";
import { planQuery } from "./queries.ts";
import { SqlSession } from "./session.ts";

const minute = 60_000;
const utf8 = new TextEncoder();

/** A session whose things are dropped after ten minutes, by a clock of the test's. */
async function withSession(
  work: (session: SqlSession, pass: (time: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  await withDatabase(async (database) => {
    let now = 0;
    const sessions = new WorkerSessions({
      openDatabase: () => Promise.resolve(database as LocalDatabase),
      maxSessions: 0,
      times: { handle: 10 * minute, idle: 60 * minute },
      now: () => now,
    });
    const session = await sessions.create({ username: "ann" });
    let number = 0;
    await work(new SqlSession(session, () => ++number), async (time) => {
      now += time;
      await sessions.reap();
    });
    await sessions.endAll(null);
  });
}

function count(session: SqlSession): Promise<string | null> {
  return session.operate(async (operation) => {
    const { handle } = await planQuery(session, operation, "select count(*) from t", [[]]);
    const { query } = session.takeQuery(handle);
    const result = await session.operations.run(operation, () => query.prepared!.executeArrow({}));
    const batch = await result.next();
    await result.close();
    query.prepared!.close();
    // The one int64 of the one row.
    return String(new DataView(batch!.body.buffer, batch!.body.byteOffset).getBigInt64(0, true));
  });
}

function notFound(work: () => unknown): void {
  assert.throws(work, (error) => error instanceof FlightError && error.code === status.NOT_FOUND);
}

Deno.test("what a client forgot is dropped after its time: tickets, prepared statements", async () => {
  await withSession(async (session, pass) => {
    const { handle } = await session.operate((operation) => planQuery(session, operation, "select 1", [[]]));
    const statement = utf8.encode(session.addStatement("select 1"));
    await pass(6 * minute);
    session.statement(statement);
    await pass(6 * minute);
    notFound(() => session.takeQuery(handle));
    session.statement(statement);
    await pass(10 * minute);
    notFound(() => session.statement(statement));
  });
});

Deno.test("a transaction left alone is rolled back, one that is used is not", async () => {
  await withSession(async (session, pass) => {
    await session.session.executor.run("create table t (i integer)");
    const transaction = utf8.encode(await session.beginTransaction());
    await session.session.executor.run("insert into t values (1)");
    await pass(6 * minute);
    assert.equal(await count(session), "1");
    await pass(6 * minute);
    assert.equal(session.inTransaction, true);
    await pass(6 * minute);
    assert.equal(session.inTransaction, false);
    notFound(() => session.checkTransaction(transaction));
    assert.equal(await count(session), "0");
    await session.beginTransaction();
  });
});

Deno.test("handles are numbered over what they are for, and none is found under another's kind", async () => {
  await withSession(async (session) => {
    const { handle } = await session.operate((operation) => planQuery(session, operation, "select 1", [[]]));
    assert.equal(new TextDecoder().decode(handle), "query-1");
    assert.equal(session.addStatement("select 1"), "prepared-2");
    assert.equal(await session.beginTransaction(), "txn-3");
    notFound(() => session.statement(handle));
    notFound(() => session.takeQuery(utf8.encode("prepared-2")));
    await session.endTransaction(utf8.encode("txn-3"), true);
  });
});

Deno.test("a commit after an error fails and undoes the transaction", async () => {
  await withSession(async (session) => {
    const { executor } = session.session;
    await executor.run("create table t (i integer primary key)");
    const transaction = utf8.encode(await session.beginTransaction());
    await executor.run("insert into t values (1)");
    await assert.rejects(executor.run("insert into t values (1)"));
    await assert.rejects(session.endTransaction(transaction, true), { sqlstate: "25P02" });
    assert.equal(session.inTransaction, false);
    assert.equal(await count(session), "0");
  });
});
