import assert from "node:assert/strict";
import type { ClientFacts } from "../observer.ts";
import { createLiveSessions, enterState, queryStarts } from "./queries.ts";

function client(pid: number): ClientFacts {
  return {
    pid,
    user: "ann",
    database: "sales",
    application: "psql",
    remote: "127.0.0.1:50000",
    tls: "TLSv1.3",
  };
}

Deno.test("a session's life, as pg_stat_activity shows it", () => {
  const sessions = createLiveSessions(() => 1000);
  const session = sessions.open(client(7));
  const idle = {
    ...client(7),
    started: 1000,
    state: "idle",
    stateChanged: 1000,
    transactionStarted: null,
    query: "",
    queryStarted: null,
    progress: null,
  };
  assert.deepEqual(sessions.list(), [idle]);

  session.progress = () => ({ percentage: 40, rows: 4, total: 10 });
  queryStarts(session, "SELECT 1", 2000);
  enterState(session, "active", 2000);
  const active = {
    state: "active",
    stateChanged: 2000,
    transactionStarted: 2000,
    query: "SELECT 1",
    queryStarted: 2000,
  };
  assert.deepEqual(sessions.list(), [{
    ...idle,
    ...active,
    progress: { percentage: 40, rows: 4, total: 10 },
  }]);

  enterState(session, "idle in transaction", 3000);
  assert.deepEqual(sessions.list(), [{
    ...idle,
    ...active,
    state: "idle in transaction",
    stateChanged: 3000,
  }]);

  queryStarts(session, "COMMIT", 4000);
  enterState(session, "active", 4000);
  assert.deepEqual([session.transactionStarted, session.queryStarted], [2000, 4000]);
  enterState(session, "idle", 5000);
  assert.deepEqual(sessions.list(), [{ ...idle, stateChanged: 5000, query: "COMMIT", queryStarted: 4000 }]);

  sessions.close(session);
  assert.deepEqual([sessions.list(), sessions.size], [[], 0]);
});

Deno.test("staying in a state is not entering it", () => {
  const session = createLiveSessions(() => 1000).open(client(7));
  enterState(session, "idle", 2000);
  assert.equal(session.stateChanged, 1000);
});

Deno.test("sessions are found by pid and listed oldest first", () => {
  const sessions = createLiveSessions();
  const opened = [9, 3, 5].map((pid) => sessions.open(client(pid)));
  assert.equal(sessions.get(3), opened[1]);
  assert.equal(sessions.get(4), undefined);
  assert.deepEqual(sessions.list().map(({ pid }) => pid), [9, 3, 5]);
  assert.equal(sessions.size, 3);
});

Deno.test("closing late does not take away a newer session with the same pid", () => {
  const sessions = createLiveSessions();
  const old = sessions.open(client(7));
  const young = sessions.open(client(7));
  sessions.close(old);
  assert.equal(sessions.get(7), young);
});

Deno.test("statements are kept short and shown without secrets", () => {
  const sessions = createLiveSessions();
  const session = sessions.open(client(7));
  queryStarts(session, "ALTER ROLE ann PASSWORD 'opensesame'");
  assert.equal(sessions.list()[0].query, "ALTER ROLE ann PASSWORD ***");
  queryStarts(session, " ".repeat(4070) + "postgres://ann:opensesame@host/db");
  assert.equal(new TextEncoder().encode(session.query).length, 4096);
  assert.equal(sessions.list()[0].query.trim(), "postgres://ann:***");
});
