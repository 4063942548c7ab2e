import assert from "node:assert/strict";
import { PgError } from "./api/error.ts";
import type { Executor } from "./api/executor.ts";
import {
  ann,
  countRows,
  openFiles,
  query,
  readAll,
  request,
  withDatabase,
  withExecutor,
} from "./engine/testing.ts";

const oid = { int4: 23, int8: 20, text: 25 };

/** More rows than DuckDB computes ahead of the reader. */
const manyRows = 400_000;
const many = `select i, 'row ' || i from range(${manyRows}) t(i)`;
const endless = "select count(*) from range(100000000000) t(i) where i % 7 = 3";

/** How many files rows are kept in: open ones that no longer have a name where the system allows that, or named ones. */
function spillFiles(folder: string): number {
  return openFiles(`${folder}/rows-`).length ||
    [...Deno.readDirSync(folder)].filter((entry) => entry.name.startsWith("rows-")).length;
}

function fails(work: Promise<unknown>, sqlstate: string, message?: RegExp): Promise<void> {
  return assert.rejects(work, (error) => {
    assert(error instanceof PgError, `${error}`);
    assert.equal(error.sqlstate, sqlstate, error.message);
    if (message) assert.match(error.message, message);
    return true;
  });
}

/** Interrupts as soon as the executor says that something runs. */
async function interruptSoon(executor: Executor): Promise<void> {
  while (executor.progress() === null) await new Promise((resolve) => setTimeout(resolve, 1));
  executor.interrupt();
}

Deno.test("prepare describes parameters and columns and runs nothing", () =>
  withExecutor(async (executor) => {
    await executor.run("create table t (i integer, s varchar)");
    const cases: [string, number[], [string, number][] | null, string][] = [
      ["select 1 as a, 'x' as b", [], [["a", oid.int4], ["b", oid.text]], "select"],
      [
        "select * from t where i = $1 and s = $2",
        [oid.int4, oid.text],
        [["i", oid.int4], ["s", oid.text]],
        "select",
      ],
      ["insert into t values ($1, $2)", [oid.int4, oid.text], [], "insert"],
      ["insert into t values (1, 'x') returning i", [], [["i", oid.int4]], "insert"],
      [`insert into t values (1, 'x') returning i as "Count"`, [], [["Count", oid.int4]], "insert"],
      ["update t set i = 2", [], [], "update"],
      ["delete from t where i = $1", [oid.int4], [], "delete"],
      ["create table u as select * from t", [], [], "create"],
      ["drop table t", [], [], "drop"],
      ["begin", [], [], "transaction"],
      ["set variable x = 1", [], [], "set"],
      ["copy t to '/nowhere/x.csv'", [], [], "copy"],
      ["checkpoint", [], [], "call"],
      ["explain select 1", [], [["explain_key", oid.text], ["explain_value", oid.text]], "explain"],
      ["select $1", [0], null, "select"],
      ["select $1 + $2::int", [0, oid.int4], null, "select"],
    ];
    for (const [sql, parameters, columns, kind] of cases) {
      const prepared = await executor.prepare(sql);
      assert.deepEqual(prepared.parameters, parameters, sql);
      assert.deepEqual(
        prepared.columns?.map((column) => [column.name, column.type.oid]) ?? null,
        columns,
        sql,
      );
      assert.equal(prepared.kind, kind, sql);
      prepared.close();
    }
    assert.deepEqual(await query(executor, "select count(*) from t"), [["0"]]);
  }));

Deno.test("the parameter types a client gives decide", () =>
  withExecutor(async (executor) => {
    const prepared = await executor.prepare("select $1::int", [oid.int8, oid.text]);
    assert.deepEqual(prepared.parameters, [oid.int8, oid.text]);
  }));

Deno.test("parameters must be $1…$n without a gap", () =>
  withExecutor(async (executor) => {
    await fails(executor.prepare("select $2::int"), "42P18", /data type of parameter \$1/);
    await fails(executor.prepare("select $3::int, $1::int"), "42P18", /\$2/);
    await fails(executor.prepare("select $foo::int"), "42P02", /no parameter \$foo/);
    const prepared = await executor.prepare("select $1::int, $2::int");
    await fails(prepared.execute(request(["1"])), "08P01", /supplies 1 parameters, but .* requires 2/);
    assert.deepEqual(await query(executor, "select $2::int, $1::int, $2::int", "1", "2"), [["2", "1", "2"]]);
  }));

Deno.test("execute answers rows, counts, or neither", () =>
  withExecutor(async (executor) => {
    const cases: [string, { rows: number | null; changed: number | null }][] = [
      ["create table t (i integer)", { rows: null, changed: null }],
      ["insert into t select range from range(10)", { rows: null, changed: 10 }],
      ["insert into t values (10), (11) returning i", { rows: 2, changed: null }],
      ["update t set i = i + 100 where i < 5", { rows: null, changed: 5 }],
      ["delete from t where i = 7", { rows: null, changed: 1 }],
      ["delete from t where i = 7", { rows: null, changed: 0 }],
      ["create table u as select * from t", { rows: null, changed: 11 }],
      ["create or replace table u as select 1 as a", { rows: null, changed: 1 }],
      ["merge into t using u on t.i = u.a when matched then delete", { rows: null, changed: 0 }],
      ["truncate u", { rows: null, changed: 1 }],
      ["select * from t where false", { rows: 0, changed: null }],
      ["begin", { rows: null, changed: null }],
      ["commit", { rows: null, changed: null }],
      ["checkpoint", { rows: null, changed: null }],
      ["prepare p as insert into u values (5)", { rows: null, changed: null }],
      ["execute p", { rows: null, changed: 1 }],
      ["prepare q as select * from range(3)", { rows: null, changed: null }],
      ["execute q", { rows: 3, changed: null }],
      ["show tables", { rows: 2, changed: null }],
      ["call pragma_version()", { rows: 1, changed: null }],
      ["pragma show_tables", { rows: 2, changed: null }],
    ];
    for (const [sql, expected] of cases) {
      for (const small of [false, true]) {
        if (small && !/^(select|show|call|pragma show)/.test(sql)) continue;
        const result = await (await executor.prepare(sql)).execute(request([], { small }));
        const rows = result.rows && (await readAll(result.rows)).length;
        assert.deepEqual({ rows, changed: result.changed }, expected, sql);
      }
    }
  }));

Deno.test("large results arrive in order, in bounded blocks, small or not", () =>
  withExecutor(async (executor) => {
    for (const small of [false, true]) {
      const { rows } = await (await executor.prepare(many)).execute(request([], { small }));
      let next = 0;
      for (let block = await rows!.next(); block !== null; block = await rows!.next()) {
        assert(block.bytes.length <= 1 << 20);
        next += block.rows;
      }
      assert.equal(next, manyRows);
      assert.equal(await rows!.next(), null);
      await rows!.close();
    }
  }));

Deno.test("an open result stays readable while other statements run", () =>
  withExecutor(async (executor) => {
    const { rows } = await (await executor.prepare(many)).execute(request());
    const first = await rows!.next();
    assert.deepEqual(await query(executor, "select 'other'"), [["other"]]);
    await executor.run("create table t (i integer)");
    const rest = await readAll(rows!);
    assert.equal(rest.length + first!.rows, manyRows);
    rest.forEach((row, i) => assert.equal(row[0], String(first!.rows + i)));
  }));

Deno.test("an open result shows what was there when it began", () =>
  withExecutor(async (executor) => {
    await executor.run(`create table t as select range i from range(${manyRows})`);
    const { rows } = await (await executor.prepare("select * from t")).execute(request());
    await executor.run("delete from t");
    assert.equal(await countRows(rows!), manyRows);
    await rows!.close();
    assert.deepEqual(await query(executor, "select count(*) from t"), [["0"]]);
  }));

Deno.test("much that is put aside goes to a file, and comes back in order", () =>
  withDatabase(async (database, { tempDirectory }) => {
    const executor = await database.connect(ann);
    const wide = "select i, repeat('x', 1000) from range(50000) t(i)";
    const [one, two] = [await executor.prepare(wide), await executor.prepare(wide)];
    const first = (await one.execute(request())).rows!;
    const second = (await two.execute(request())).rows!;
    assert.equal(spillFiles(tempDirectory), 1);
    await query(executor, "select 1");
    assert.equal(spillFiles(tempDirectory), 2);
    for (const rows of [first, second]) {
      const found = await readAll(rows);
      assert.equal(found.length, 50_000);
      found.forEach(([i, text], n) => assert.deepEqual([i, text?.length], [String(n), 1000]));
    }
    assert.equal(spillFiles(tempDirectory), 0);
  }));

Deno.test("a result that cannot be put aside says so at its end", () =>
  withDatabase(async (database, { tempDirectory }) => {
    const executor = await database.connect(ann);
    const { rows } = await (await executor.prepare("select repeat('x', 1000) from range(50000)")).execute(
      request(),
    );
    await Deno.remove(tempDirectory, { recursive: true });
    await Deno.writeTextFile(tempDirectory, "in the way");
    assert.deepEqual(await query(executor, "select 1"), [["1"]]);
    await fails(countRows(rows!), "58030", /temporary file/);
    await rows!.close();
  }));

Deno.test("an error in the middle of a result comes after the rows before it, whatever happens between", () =>
  withExecutor(async (executor) => {
    const sql = "select case when i = 300000 then $1::varchar::int else i end from range(400000) t(i)";
    for (let round = 0; round < 60; round++) {
      const between = round % 3;
      if (between === 2) await executor.run("begin");
      const { rows } = await (await executor.prepare(sql)).execute(request(["7x"]));
      if (between === 1) await query(executor, "select 1");
      let count = 0;
      const reading = (async () => {
        for (let block = await rows!.next(); block !== null; block = await rows!.next()) count += block.rows;
      })();
      await fails(reading, "22P02", /^invalid input syntax for type integer: "7x"$/);
      assert(count > 0 && count <= 300_000, String(count));
      await rows!.close();
      if (between === 2) await executor.run("rollback");
      assert.deepEqual(await query(executor, "select 1"), [["1"]]);
    }
  }));

Deno.test("closing a result early leaves the session and its transaction usable", () =>
  withExecutor(async (executor) => {
    await executor.run("create table t (i integer)");
    await executor.run("begin");
    await executor.run("insert into t values (1)");
    const { rows } = await (await executor.prepare(many)).execute(request());
    await rows!.next();
    await rows!.close();
    await rows!.close();
    assert.equal(await rows!.next(), null);
    await executor.run("insert into t values (2)");
    await executor.run("commit");
    assert.deepEqual(await query(executor, "select count(*) from t"), [["2"]]);
  }));

Deno.test("a statement with RETURNING is complete even when its rows are not read", () =>
  withExecutor(async (executor) => {
    await executor.run("create table t (i integer)");
    const prepared = await executor.prepare("insert into t select range from range(100000) returning i");
    const { rows } = await prepared.execute(request());
    await rows!.next();
    await rows!.close();
    await executor.run("prepare p as insert into t select range from range(100000) returning i");
    const again = await (await executor.prepare("execute p")).execute(request());
    await again.rows!.next();
    await again.rows!.close();
    assert.deepEqual(await query(executor, "select count(*) from t"), [["200000"]]);
  }));

Deno.test("a wrong number of result formats is refused before anything runs", () =>
  withExecutor(async (executor) => {
    await executor.run("create table t (i integer)");
    const insert = await executor.prepare("insert into t values (1) returning i");
    await fails(
      insert.execute(request([], { formats: [0, 1] })),
      "08P01",
      /2 result formats but query has 1 columns/,
    );
    assert.deepEqual(await query(executor, "select count(*) from t"), [["0"]]);
    const select = await executor.prepare("select 1::int, 'x'");
    const { rows } = await select.execute(request([], { formats: [1, 0] }));
    assert.deepEqual(await readAll(rows!), [["\0\0\0\x01", "x"]]);
  }));

Deno.test("closing a prepared statement while it runs is safe", () =>
  withExecutor(async (executor) => {
    for (let i = 0; i < 20; i++) {
      const prepared = await executor.prepare(`create or replace table t as select ${i} from range(100000)`);
      const running = prepared.execute(request());
      prepared.close();
      await fails(running, "26000");
      const again = await executor.prepare(`create or replace table t as select ${i} from range(100000)`);
      const done = again.execute(request());
      await new Promise((resolve) => setTimeout(resolve, 0)); // begun
      again.close();
      assert.equal((await done).changed, 100_000);
    }
  }));

Deno.test("a result outlives its prepared statement", () =>
  withExecutor(async (executor) => {
    const prepared = await executor.prepare(`create table t as select 1`);
    prepared.close();
    const streaming = await executor.prepare(many);
    const { rows } = await streaming.execute(request());
    streaming.close();
    streaming.close();
    await executor.run("set variable forget_plans = 1");
    assert.equal(await countRows(rows!), manyRows);
    await fails(streaming.execute(request()), "26000");
  }));

Deno.test("two prepared statements of the same text do not disturb each other", () =>
  withExecutor(async (executor) => {
    const sql = "select $1::int + range from range(200000)";
    const [one, two] = [await executor.prepare(sql), await executor.prepare(sql)];
    const first = (await one.execute(request(["1000000"]))).rows!;
    const second = (await two.execute(request(["2000000"]))).rows!;
    one.close();
    const [a, b] = [await readAll(first), await readAll(second)];
    assert.deepEqual([a.length, a[0][0], a.at(-1)![0]], [200_000, "1000000", "1199999"]);
    assert.deepEqual([b.length, b[0][0], b.at(-1)![0]], [200_000, "2000000", "2199999"]);
  }));

Deno.test("prepared statements follow DDL of this session and of others", () =>
  withDatabase(async (database) => {
    const [mine, other] = [await database.connect(ann), await database.connect(ann)];
    await mine.run("create table t as select 1 a");
    const prepared = await mine.prepare("select * from t");
    const names = async () => {
      const fresh = await mine.prepare("select * from t");
      const result = await prepared.execute(request());
      const rows = await readAll(result.rows!);
      assert.equal(rows[0].length, result.columns.length);
      const described = fresh.columns!.map((column) => column.name);
      fresh.close();
      return { described, executed: result.columns.map((column) => column.name) };
    };
    assert.deepEqual(await names(), { described: ["a"], executed: ["a"] });
    await other.run("alter table t add column b decimal(4, 2) default 1.5");
    assert.deepEqual(await names(), { described: ["a", "b"], executed: ["a", "b"] });
    await mine.run("begin");
    await mine.run("alter table t drop column a");
    assert.deepEqual(await names(), { described: ["b"], executed: ["b"] });
    await mine.run("rollback");
    assert.deepEqual(await names(), { described: ["a", "b"], executed: ["a", "b"] });
    await query(other, "drop table t");
    await fails(prepared.execute(request()), "42P01", /relation "t" does not exist/);
    await query(other, "create table t as select 'x' as c");
    assert.deepEqual(await names(), { described: ["c"], executed: ["c"] });
  }));

Deno.test("cached plans follow the rows of this session and of others", () =>
  withDatabase(async (database) => {
    const [mine, other] = [await database.connect(ann), await database.connect(ann)];
    await mine.run("create table t (a integer, b integer)");
    await query(mine, "insert into t values (1, null)");
    const sql = "select a from t where a = 5 or b is not null order by a";
    const prepared = await mine.prepare(sql);
    const answers = async () => [
      await readAll((await prepared.execute(request())).rows!),
      await query(mine, sql),
    ];
    assert.deepEqual(await answers(), [[], []]);
    await query(mine, "insert into t values (5, null)");
    assert.deepEqual(await answers(), [[["5"]], [["5"]]]);
    await query(other, "insert into t values (6, 6)");
    assert.deepEqual(await answers(), [[["5"], ["6"]], [["5"], ["6"]]]);
    await query(other, "begin");
    await query(other, "update t set b = 1");
    assert.deepEqual((await answers())[0].length, 2);
    await query(other, "commit");
    assert.deepEqual((await answers())[0].length, 3);
  }));

Deno.test("cached plans follow settings, variables and the search path", () =>
  withExecutor(async (executor) => {
    await executor.run("create schema s2");
    await executor.run("create table main.t as select 'main' as a");
    await executor.run("create table s2.t as select 's2' as a");
    const sql = "select a, getvariable('v')::varchar, (timestamptz '2020-01-01 00:00:00+00')::varchar from t";
    const prepared = await executor.prepare(sql);
    await executor.run("set TimeZone = 'UTC'");
    await executor.run("set variable v = 'one'");
    const expected = [["main", "one", "2020-01-01 00:00:00+00"]];
    assert.deepEqual(await query(executor, sql), expected);
    assert.deepEqual(await readAll((await prepared.execute(request())).rows!), expected);
    await query(executor, "set TimeZone = 'Asia/Tokyo'");
    await query(executor, "set variable v = 'two'");
    await query(executor, "set search_path = 's2'");
    const changed = [["s2", "two", "2020-01-01 09:00:00+09"]];
    assert.deepEqual(await query(executor, sql), changed);
    assert.deepEqual(await readAll((await prepared.execute(request())).rows!), changed);
  }));

Deno.test("interrupt ends a running statement with 57014, and only that", () =>
  withExecutor(async (executor) => {
    executor.interrupt(); // nothing runs
    for (const small of [false, true]) {
      const prepared = await executor.prepare(endless);
      const running = prepared.execute(request([], { small })).then(({ rows }) => countRows(rows!));
      executor.interrupt(); // at once: DuckDB may not even have begun
      await fails(running, "57014", /canceling statement due to user request/);
      executor.interrupt();
      assert.deepEqual(await query(executor, "select 1"), [["1"]]);
      const again = prepared.execute(request([], { small })).then(({ rows }) => countRows(rows!));
      await Promise.all([fails(again, "57014"), interruptSoon(executor)]);
    }
    await Promise.all([fails(executor.run(endless), "57014"), interruptSoon(executor)]);
    executor.interrupt();
    assert.deepEqual(await query(executor, "select 1"), [["1"]]);
  }));

Deno.test("interrupt ends a result that is being read", () =>
  withExecutor(async (executor) => {
    const { rows } = await (await executor.prepare("select i from range(100000000000) t(i)")).execute(
      request(),
    );
    assert(await rows!.next());
    executor.interrupt();
    await fails(countRows(rows!), "57014");
    assert.deepEqual(await query(executor, "select 1"), [["1"]]);
  }));

Deno.test("interrupt ends a statement that waits for an open result to be put aside", () =>
  withExecutor(async (executor) => {
    const { rows } = await (await executor.prepare("select i from range(100000000000) t(i)")).execute(
      request(),
    );
    const waiting = query(executor, "select 1");
    await Promise.all([fails(waiting, "57014"), interruptSoon(executor)]);
    await fails(countRows(rows!), "57014");
    assert.deepEqual(await query(executor, "select 2"), [["2"]]);
  }));

Deno.test("an interrupt many times between and during statements never hits the next one", () =>
  withExecutor(async (executor) => {
    for (let i = 0; i < 200; i++) {
      const running = query(executor, `select ${i}`).catch((error) => error.sqlstate);
      if (i % 3 === 0) executor.interrupt();
      const found = await running;
      assert(found === "57014" || found[0][0] === String(i), `${found}`);
      executor.interrupt();
      assert.deepEqual(await query(executor, "select 'next'"), [["next"]]);
    }
  }));

Deno.test("progress is told while something runs", () =>
  withExecutor(async (executor) => {
    await executor.run("create table t as select range i from range(3000000)");
    assert.equal(executor.progress(), null);
    const running = query(executor, "select count(*) from t a, t b where a.i + b.i < 0").catch((error) =>
      error.sqlstate
    );
    let progress = executor.progress();
    while (progress === null || progress.total === 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      progress = executor.progress();
    }
    assert(progress.percentage >= -1 && progress.percentage <= 100);
    executor.interrupt();
    assert.equal(await running, "57014");
    assert.equal(executor.progress(), null);
  }));

Deno.test("a failed transaction says 25P02 until it is rolled back", () =>
  withExecutor(async (executor) => {
    await executor.run("create table t (i integer primary key)");
    await executor.run("begin");
    await executor.run("insert into t values (1)");
    await fails(executor.run("insert into t values (1)"), "23505");
    await fails(query(executor, "select 1"), "25P02", /current transaction is aborted/);
    await executor.run("rollback");
    assert.deepEqual(await query(executor, "select count(*) from t"), [["0"]]);
  }));

Deno.test("several statements in one text are refused", () =>
  withExecutor(async (executor) => {
    await fails(executor.prepare("select 1; select 2"), "42601", /multiple commands/);
    await fails(executor.prepare(""), "42601");
  }));

Deno.test("PIVOT, which DuckDB makes several statements of, is described and runs anew each time", () =>
  withExecutor(async (executor) => {
    await executor.run("create table t as select range i from range(10)");
    const prepared = await executor.prepare("pivot t on i % 3 using count(*)");
    assert.deepEqual(prepared.columns!.map((column) => column.name), ["0", "1", "2"]);
    assert.deepEqual(await readAll((await prepared.execute(request())).rows!), [["4", "3", "3"]]);
    await executor.run("insert into t values (3)");
    assert.deepEqual(await readAll((await prepared.execute(request())).rows!), [["5", "3", "3"]]);
  }));

Deno.test("sessions of a database run at the same time and see each other's commits", () =>
  withDatabase(async (database) => {
    const sessions = await Promise.all(Array.from({ length: 8 }, () => database.connect(ann)));
    await sessions[0].run("create table t (session integer, i integer)");
    await Promise.all(sessions.map(async (session, n) => {
      const insert = await session.prepare("insert into t values ($1, $2)");
      for (let i = 0; i < 25; i++) await insert.execute(request([String(n), String(i)]));
    }));
    assert.deepEqual(await query(sessions[3], "select count(*), count(distinct session) from t"), [[
      "200",
      "8",
    ]]);
  }));

Deno.test("statements of one session asked at once run in their order", () =>
  withExecutor(async (executor) => {
    await executor.run("create table t (i integer)");
    const asked = Array.from(
      { length: 20 },
      (_, i) => executor.run(`insert into t select ${i} where ${i} = (select count(*) from t)`),
    );
    await Promise.all(asked);
    assert.deepEqual(await query(executor, "select count(*) from t"), [["20"]]);
  }));

Deno.test("close ends what runs, rolls back, and refuses what comes after", () =>
  withDatabase(async (database) => {
    const [mine, other] = [await database.connect(ann), await database.connect(ann)];
    await mine.run("create table t (i integer)");
    await mine.run("begin");
    await mine.run("insert into t values (1)");
    const { rows } = await (await mine.prepare(many)).execute(request());
    await rows!.next();
    const running = query(mine, endless);
    await Promise.all([fails(running, "57014"), mine.close(), mine.close()]);
    assert.equal(await rows!.next(), null);
    await fails(mine.run("select 1"), "08003");
    await fails(mine.prepare("select 2"), "08003");
    assert.equal(mine.progress(), null);
    mine.interrupt();
    assert.deepEqual(await query(other, "select count(*) from t"), [["0"]]);
  }));
