/** A session over its connection is the session of an executor in the same process. */
import assert from "node:assert/strict";
import type { Notice, PgError } from "../../worker/api/error.ts";
import {
  defaultRenderSettings,
  type ExecuteRequest,
  type Executor,
  type RowStream,
} from "../../worker/api/executor.ts";
import { oids } from "../../worker/api/types.ts";
import { ann, countRows, decode, query, readAll, request } from "../../worker/engine/testing.ts";
import { waitFor, within } from "../support/wait.ts";
import { type InProcess, withWorker } from "./in_process.ts";

/** Runs `work` with a session on a worker and one in this process, on the same database. */
function withSession(
  work: (flight: Executor, local: Executor, place: InProcess) => Promise<void>,
): Promise<void> {
  return withWorker(async (place) => {
    const { executor } = await place.connect().createSession({ username: ann.user, ...ann });
    await work(executor, await place.database.connect(ann), place);
    assert.deepEqual(place.faults, []);
  });
}

async function rowsOf(
  executor: Executor,
  sql: string,
  changes: Partial<ExecuteRequest> = {},
): Promise<RowStream> {
  const { rows } = await (await executor.prepare(sql)).execute(request([], changes));
  assert.ok(rows !== null);
  return rows;
}

function failure(work: Promise<unknown>): Promise<PgError> {
  return work.then(() => assert.fail("it did not fail"), (error) => error);
}

Deno.test("a statement is described as in this process", () =>
  withSession(async (flight, local) => {
    await flight.run("create table t (i integer, s varchar, d decimal(9, 2))");
    const statements: [string, number[]][] = [
      ["select * from t where i = $1", []],
      ["select $1::text, $2", [oids.int8, oids.date]],
      ["insert into t values ($1, $2, $3)", []],
      ["insert into t values (1, 'a', 2) returning *", []],
      ["create table u (i integer)", []],
      ["select * from generate_series(1, $1)", []],
      ["explain select 1", []],
    ];
    for (const [sql, types] of statements) {
      const [far, near] = [await flight.prepare(sql, types), await local.prepare(sql, types)];
      assert.deepEqual(far.parameters, near.parameters, sql);
      assert.deepEqual(far.columns, near.columns, sql);
      assert.equal(far.kind, near.kind, sql);
      far.close();
      near.close();
    }
  }));

Deno.test("rows are the same bytes as in this process, text or binary, whatever the settings", () =>
  withSession(async (flight, local) => {
    const sql = `select $1::integer i, $2::text s, timestamp '2024-02-03 04:05:06.7' ts, interval '1 day' d,
      [1, null, 3] l, null n, 1.5::double f, '\\x01'::blob b`;
    const renders = [defaultRenderSettings, {
      ...defaultRenderSettings,
      dateStyle: "German" as const,
      intervalStyle: "iso_8601" as const,
      byteaOutput: "escape" as const,
      extraFloatDigits: -10,
    }];
    for (const render of [...renders, ...renders]) {
      for (const format of [0, 1] as const) {
        const asked = request(["7", null], { formats: [format], render });
        const found: Uint8Array[][] = [];
        for (const executor of [flight, local]) {
          const result = await (await executor.prepare(sql)).execute(asked);
          assert.equal(result.columns.length, 8);
          const blocks: Uint8Array[] = [];
          for (let b = await result.rows!.next(); b !== null; b = await result.rows!.next()) {
            blocks.push(new Uint8Array(b.bytes));
          }
          found.push(blocks);
        }
        assert.deepEqual(found[0], found[1]);
      }
    }
  }));

Deno.test("parameters in both formats, NULL and large ones arrive as they were", () =>
  withSession(async (flight) => {
    const large = "x".repeat(3_000_000);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, -42);
    const prepared = await flight.prepare("select $1 + 1, length($2), $3 is null, $4", [
      oids.int4,
      oids.text,
      oids.text,
      oids.text,
    ]);
    const { rows } = await prepared.execute({
      parameters: [
        { format: 1, bytes },
        { format: 0, bytes: new TextEncoder().encode(large) },
        { format: 0, bytes: null },
        { format: 0, bytes: new Uint8Array(0) },
      ],
      parameterTypes: [oids.int4, oids.text, oids.text, oids.text],
      formats: [],
      render: defaultRenderSettings,
    });
    assert.deepEqual(await readAll(rows!), [["-41", "3000000", "t", ""]]);
  }));

Deno.test("what a statement changed is counted, and what returns nothing has no rows", () =>
  withSession(async (flight) => {
    const run = async (sql: string) => await (await flight.prepare(sql)).execute(request());
    const created = await run("create table t (i integer)");
    assert.deepEqual([created.rows, created.changed, created.columns], [null, null, []]);
    const inserted = await run("insert into t select range from range(7)");
    assert.deepEqual([inserted.rows, inserted.changed], [null, 7]);
    const none = await run("select * from t where i > 100");
    assert.equal(none.columns.length, 1);
    assert.equal(await none.rows!.next(), null);
  }));

Deno.test("a result much larger than its window streams, and waits for a slow reader", () =>
  withSession(async (flight, _local, { server }) => {
    const rows = await rowsOf(flight, "select range, 'some text of a row ' || range from range(2000000)");
    const first = await rows.next();
    assert.ok(first !== null);
    const [session] = server.sessions;
    const progress = () => session.executor.progress()?.rows ?? -1;
    let last = -1;
    await waitFor("the fetch to stop", async () => {
      const before = last;
      last = progress();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return last >= 0 && last === before;
    });
    assert.ok(last < 1_000_000, `${last} rows were fetched for a reader that took one block`);
    assert.equal(first.rows + await countRows(rows), 2_000_000);
  }));

Deno.test("several results are open at once, and each gives its own rows", () =>
  withSession(async (flight) => {
    const one = await rowsOf(flight, "select range from range(300000)");
    const begun = decode((await one.next())!);
    const two = await rowsOf(flight, "select -range from range(300000)");
    const other = decode((await two.next())!);
    assert.deepEqual([begun[1], other[1]], [["1"], ["-1"]]);
    await flight.run("create table between_them (i integer)");
    assert.equal(begun.length + await countRows(one), 300_000);
    assert.equal(other.length + await countRows(two), 300_000);
  }));

Deno.test("a result closed early is let go of before the close returns", () =>
  withSession(async (flight) => {
    await flight.run("create table t (i integer)");
    const rows = await rowsOf(flight, "insert into t select range from range(500000) returning i");
    await rows.next();
    await rows.close();
    await rows.close();
    assert.equal(await rows.next(), null);
    assert.deepEqual(await query(flight, "select count(*) from t"), [["500000"]]);
    const endless = await rowsOf(flight, "select a.range from range(1000000) a, range(1000000) b");
    await endless.next();
    await endless.close();
    assert.deepEqual(await query(flight, "select 1"), [["1"]]);
  }));

Deno.test("every field of an error survives", () =>
  withSession(async (flight, local) => {
    await flight.run("create table t (i integer primary key, s varchar not null)");
    await flight.run("insert into t values (1, 'a')");
    const wrong = [
      "selec 1",
      "select nope from t",
      "select * from tt",
      "insert into t values (1, 'b')",
      "insert into t values (2, null)",
      "select 'x'::integer",
      "select 1 / (i - 1) from t; select 2",
      "select * from read_csv('/nowhere/x.csv')",
    ];
    for (const sql of wrong) {
      const [far, near] = [await failure(query(flight, sql)), await failure(query(local, sql))];
      const fields = ({ name, message, severity, sqlstate, detail, hint, position, fields }: PgError) => {
        return { name, message, severity, sqlstate, detail, hint, position, fields };
      };
      assert.deepEqual(fields(far), fields(near), sql);
    }
    const late = await failure(
      query(flight, "select error('late ' || range) from range(100000) where range = 70000"),
    );
    assert.match(late.message, /late 70000/);
    assert.equal((await failure(flight.run("rollback to x"))).name, "PgError");
    assert.deepEqual(await query(flight, "select 1"), [["1"]]);
  }));

Deno.test("rows before an error are read first", () =>
  withSession(async (flight) => {
    const rows = await rowsOf(
      flight,
      "select case when range < 3000000 then range else error('too far') end from range(4000000)",
    );
    let read = 0;
    await assert.rejects(async () => {
      for (let block = await rows.next(); block !== null; block = await rows.next()) read += block.rows;
    }, /too far/);
    assert.ok(read > 0);
  }));

Deno.test("warnings come before the answer of their statement", () =>
  withWorker(async ({ connect, server }) => {
    const { executor } = await connect().createSession({ username: "ann" });
    const notices: Notice[] = [];
    executor.onNotice = (notice) => notices.push(notice);
    const [session] = server.sessions;
    const warning: Notice = { severity: "WARNING", sqlstate: "01000", message: "careful", hint: "look" };
    const run = session.executor.run;
    session.executor.run = (sql) => {
      session.executor.onNotice?.(warning);
      return run(sql);
    };
    await executor.run("select 1");
    assert.deepEqual(notices, [warning]);
  }));

const endless = "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range = 3";

Deno.test("an interrupt ends what runs with 57014, whatever it is, and nothing else", () =>
  withSession(async (flight, _local, { server }) => {
    const ways: Record<string, () => Promise<unknown>> = {
      run: () => flight.run(endless),
      execute: () => query(flight, endless),
    };
    for (const [name, way] of Object.entries(ways)) {
      const running = failure(way());
      await waitFor("it to run", () => server.health().active_queries === 1);
      flight.interrupt();
      assert.equal((await within(name, running)).sqlstate, "57014");
      flight.interrupt();
      assert.deepEqual(await query(flight, "select 1"), [["1"]], name);
    }
  }));

Deno.test("an interrupt sent right behind a statement is not lost", () =>
  withSession(async (flight) => {
    const prepared = await flight.prepare(endless);
    for (let i = 0; i < 20; i++) {
      const running = failure(prepared.execute(request()));
      flight.interrupt();
      assert.equal((await within("the interrupted statement", running)).sqlstate, "57014");
    }
    assert.deepEqual(await query(flight, "select 1"), [["1"]]);
  }));

Deno.test("an interrupt ends rows that are still computed", () =>
  withSession(async (flight) => {
    const rows = await rowsOf(flight, "select a.range from range(1000000) a, range(1000000) b");
    await rows.next();
    flight.interrupt();
    assert.equal((await within("the rest", failure(countRows(rows)))).sqlstate, "57014");
    assert.deepEqual(await query(flight, "select 1"), [["1"]]);
  }));

Deno.test("a statement that is known is not asked for again, until the catalogue or a setting changes", () =>
  withWorker(async ({ connect, server }) => {
    const client = connect();
    const { executor: flight } = await client.createSession({ username: "ann" });
    const [session] = server.sessions;
    const { executor: other } = await client.createSession({ username: "bob" });
    let asked = 0;
    const prepare = session.executor.prepare;
    session.executor.prepare = (sql, types) => {
      asked++;
      return prepare(sql, types);
    };
    const askedFor = async (work: () => Promise<unknown>) => {
      asked = 0;
      await work();
      return asked;
    };
    const select = () => query(flight, "select * from t");
    await flight.run("create table t (i integer)");
    assert.equal(await askedFor(select), 1);
    assert.equal(await askedFor(select), 0);
    // Another session's DDL.
    await other.run("alter table t add column j integer");
    await other.run("insert into t values (1, 2)");
    assert.equal(await askedFor(async () => assert.deepEqual(await select(), [["1", "2"]])), 1);
    assert.equal(await askedFor(select), 0);
    // Settings of this session only.
    await other.run("set search_path = 'main'");
    assert.equal(await askedFor(select), 0);
    await flight.run("set search_path = 'main'");
    assert.equal(await askedFor(select), 1);
    // The end of a transaction that may have had DDL in it; not those after it, nor data.
    await flight.run("begin");
    await flight.run("commit");
    assert.equal(await askedFor(select), 1);
    await flight.run("begin");
    await query(flight, "insert into t values (3, 4)");
    await flight.run("commit");
    assert.equal(await askedFor(select), 0);
    // What is not lasting.
    const pivot = () => query(flight, "pivot t on i using sum(j)");
    await pivot();
    assert.equal(await askedFor(pivot), 1);
    // A statement prepared before the change still runs, and answers its new columns.
    const prepared = await flight.prepare("select * from t");
    await other.run("alter table t drop column i");
    const result = await prepared.execute(request());
    assert.deepEqual(result.columns.map(({ name }) => name), ["j"]);
    await result.rows!.close();
    prepared.close();
    await assert.rejects(prepared.execute(request()), { sqlstate: "26000" });
    await other.run("drop table t");
    await assert.rejects(flight.prepare("select * from t"), { sqlstate: "42P01" });
  }));

Deno.test("DDL is known to other sessions of the worker once it is answered", () =>
  withWorker(async ({ connect }) => {
    const client = connect();
    const { executor: writer } = await client.createSession({ username: "ann" });
    const { executor: reader } = await client.createSession({ username: "bob" });
    await writer.run("create table t (c0 integer)");
    for (let i = 1; i <= 50; i++) {
      assert.equal((await reader.prepare("select * from t")).columns?.length, i);
      await writer.run(`alter table t add column c${i} integer`);
    }
  }));

Deno.test("transactions are the session's own", () =>
  withSession(async (flight, local) => {
    await flight.run("create table t (i integer)");
    await flight.run("begin");
    await flight.run("insert into t values (1)");
    assert.deepEqual(await query(flight, "select count(*) from t"), [["1"]]);
    assert.deepEqual(await query(local, "select count(*) from t"), [["0"]]);
    await flight.run("commit");
    assert.deepEqual(await query(local, "select count(*) from t"), [["1"]]);
  }));

Deno.test("closing rolls back, ends open rows and frees the session before it returns", () =>
  withSession(async (flight, local, { server }) => {
    await flight.run("create table t (i integer)");
    await flight.run("begin");
    await flight.run("insert into t values (1)");
    const rows = await rowsOf(flight, "select range from range(1000000)");
    const [session] = server.sessions;
    await flight.close();
    await flight.close();
    assert.ok(session.ended);
    assert.equal(server.sessions.size, 0);
    assert.deepEqual(await query(local, "select count(*) from t"), [["0"]]);
    await local.run("drop table t"); // no transaction holds it
    await rows.next();
    await assert.rejects(rows.next(), { sqlstate: "08003" });
    await assert.rejects(flight.run("select 1"), { sqlstate: "08003" });
    await assert.rejects(flight.prepare("select 1"), { sqlstate: "08003" });
    flight.interrupt();
    assert.equal(flight.progress(), null);
  }));

Deno.test("closing ends a statement that runs", () =>
  withSession(async (flight, _local, { server }) => {
    const running = failure(flight.run(endless));
    await waitFor("it to run", () => server.health().active_queries === 1);
    await within("the close", flight.close());
    assert.equal((await running).sqlstate, "08003");
    assert.equal(server.health().active_queries, 0);
  }));

Deno.test("progress is what the worker's health says, for the statement that runs", () =>
  withWorker(async ({ connect, server }) => {
    const client = connect();
    const { executor } = await client.createSession({ username: "ann" });
    assert.equal(executor.progress(), null);
    const running = failure(executor.run(endless));
    assert.deepEqual(executor.progress(), { percentage: -1, rows: 0, total: 0 });
    await waitFor("it to run", () => server.health().active_queries === 1);
    const [session] = server.sessions;
    session.executor.progress = () => ({ percentage: 40, rows: 2, total: 5 });
    await client.health();
    assert.deepEqual(executor.progress(), { percentage: 40, rows: 2, total: 5, stalled: false });
    executor.interrupt();
    await running;
    assert.equal(executor.progress(), null);
  }));
