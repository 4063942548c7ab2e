import assert from "node:assert/strict";
import pg from "pg";
import type { Case } from "../cases.ts";
import { Cursor, QueryStream } from "../packages.ts";
import type { Target } from "../targets.ts";
import { options, withClient } from "./client.ts";

export const queries: Case[] = [
  {
    name: "connects with TLS and SCRAM",
    run: (target) =>
      withClient(target, async (client) => {
        assert.equal(client.connection.stream.encrypted, true);
        assert.match(client.connection.stream.getProtocol(), /^TLSv1\.[23]$/);
        assert.deepEqual((await client.query("select current_user as u, current_database() as d")).rows, [
          { u: "postgres", d: "postgres" },
        ]);
      }),
  },
  {
    name: "a wrong password is 28P01",
    run: async (target) => {
      const client = new pg.Client(options(target, { password: "wrong" }));
      client.on("error", () => {});
      await assert.rejects(client.connect(), { code: "28P01", severity: "FATAL" });
    },
  },
  {
    name: "several statements in one query",
    run: (target) =>
      withClient(target, async (client) => {
        const results = await client.query(
          "create temp table several (id int, name text);" +
            "insert into several values (1, 'a'), (2, null); select * from several order by id; ;",
        );
        const got = results.map(({ command, rowCount, rows }: pg.QueryResult) => [command, rowCount, rows]);
        assert.deepEqual(got, [
          ["CREATE", null, []],
          ["INSERT", 2, []],
          ["SELECT", 2, [{ id: 1, name: "a" }, { id: 2, name: null }]],
        ]);
      }),
  },
  {
    name: "an empty query",
    run: (target) =>
      withClient(target, async (client) => {
        for (const text of ["", "  ;", "-- nothing"]) {
          assert.deepEqual((await client.query(text)).rows, []);
          assert.deepEqual((await client.query({ text, values: [], queryMode: "extended" })).rows, []);
        }
      }),
  },
  {
    name: "parameters",
    run: (target) =>
      withClient(target, async (client) => {
        await client.query("create temp table people (id int primary key, name text, born date)");
        const { rows: [added] } = await client.query(
          "insert into people values ($1, $2, $3) returning id, name",
          [1, "it's", "1815-12-10"],
        );
        assert.deepEqual(added, { id: 1, name: "it's" });
        await client.query("insert into people values ($1, $2, $3)", [2, null, null]);
        const found = await client.query("select name from people where id = $1", [1]);
        assert.deepEqual(found.rows, [{ name: "it's" }]);
        const updated = await client.query("update people set name = $2 where id = $1", [2, "Grace"]);
        assert.deepEqual([updated.command, updated.rowCount], ["UPDATE", 1]);
        const many = await client.query("select id from people where id = any($1::int[]) order by id", [[
          1,
          2,
          9,
        ]]);
        assert.deepEqual(many.rows, [{ id: 1 }, { id: 2 }]);
        const removed = await client.query("delete from people where born is not distinct from $1", [null]);
        assert.deepEqual([removed.command, removed.rowCount], ["DELETE", 1]);
        assert.deepEqual((await client.query("select $1::int + $2::int as sum", [40, 2])).rows, [{
          sum: 42,
        }]);
        assert.deepEqual((await client.query("select $1 as text", ["x"])).rows, [{ text: "x" }]);
      }),
  },
  {
    name: "a named statement is prepared once and runs again and again",
    run: (target) =>
      withClient(target, async (client) => {
        for (let i = 0; i < 50; i++) {
          const { rows } = await client.query({
            name: "double",
            text: "select $1::int * 2 as n",
            values: [i],
          });
          assert.deepEqual(rows, [{ n: i * 2 }]);
        }
        assert.deepEqual(Object.keys(client.connection.parsedStatements), ["double"]);
      }),
  },
  {
    name: "rows as arrays, and columns of the same name",
    run: (target) =>
      withClient(target, async (client) => {
        const { rows, fields } = await client.query({
          text: "select 1 as a, 2 as a, 'x'",
          rowMode: "array",
        });
        assert.deepEqual(rows, [[1, 2, "x"]]);
        assert.deepEqual(fields.map(({ name }: { name: string }) => name), ["a", "a", "?column?"]);
      }),
  },
  {
    name: "a cursor reads some rows at a time, with other statements in between",
    run: (target) =>
      withClient(target, async (client) => {
        await client.query("begin");
        const cursor = client.query(
          new Cursor("select i from generate_series(1, $1::int) as s(i)", [10_000]),
        );
        let next = 1;
        for (;;) {
          const rows = await cursor.read(700);
          if (rows.length === 0) break;
          for (const { i } of rows) assert.equal(Number(i), next++);
        }
        assert.equal(next, 10_001);
        await cursor.close();
        assert.deepEqual((await client.query("select 1 as one")).rows, [{ one: 1 }]);
        await client.query("commit");
      }),
  },
  {
    name: "a cursor closed half-way",
    run: (target) =>
      withClient(target, async (client) => {
        const cursor = client.query(new Cursor("select i from generate_series(1, 1000000) as s(i)"));
        assert.equal((await cursor.read(3)).length, 3);
        await cursor.close();
        assert.deepEqual((await client.query("select 2 as two")).rows, [{ two: 2 }]);
      }),
  },
  {
    name: "a stream of rows",
    run: (target) =>
      withClient(target, async (client) => {
        const text = "select i, i * 0.5 as half from generate_series(1, 20000) as s(i)";
        const stream = client.query(new QueryStream(text, [], { batchSize: 500 }));
        let [count, sum] = [0, 0];
        for await (const { i, half } of stream) {
          count++;
          sum += Number(i) + Number(half);
        }
        assert.deepEqual([count, sum], [20_000, 1.5 * 20_000 * 20_001 / 2]);
      }),
  },
  {
    name: "a stream left early",
    run: (target) =>
      withClient(target, async (client) => {
        const stream = client.query(new QueryStream("select i from generate_series(1, 1000000) as s(i)"));
        for await (const _ of stream) break;
        assert.deepEqual((await client.query("select 3 as three")).rows, [{ three: 3 }]);
      }),
  },
  {
    name: "errors carry PostgreSQL's fields",
    run: (target) =>
      withClient(target, async (client) => {
        await client.query("create temp table strict (id int primary key, n int not null check (n > 0))");
        await client.query("insert into strict values (1, 1)");
        const fails = async (sql: string, values: unknown[], expected: Record<string, unknown>) => {
          const error = await client.query(sql, values).then(() => null, (error: unknown) => error);
          assert.ok(error instanceof pg.DatabaseError, sql);
          for (const [field, value] of Object.entries({ severity: "ERROR", ...expected })) {
            assert.deepEqual(error[field], value, `${field} of ${sql}`);
          }
        };
        await fails("select * from nowhere", [], { code: "42P01", position: "15" });
        await fails("select nothing", [], { code: "42703", position: "8" });
        await fails("select no_such_function(1)", [], { code: "42883", position: "8" });
        await fails("selec 1", [], { code: "42601", position: "1" });
        await fails("select $1::int", ["x"], { code: "22P02" });
        await fails("select $1::int", ["9999999999"], { code: "22003" });
        await fails("select 'x'::date", [], { code: "22007" });
        await fails("insert into strict values (1, 1)", [], { code: "23505" });
        await fails("insert into strict values (2, null)", [], { code: "23502" });
        await fails("insert into strict values (2, -1)", [], { code: "23514" });
        await fails("select 9223372036854775807 + $1::bigint", [1], { code: "22003" });
        assert.deepEqual((await client.query("select 1 as one")).rows, [{ one: 1 }]);
      }),
  },
  {
    name: "warnings",
    run: async (target) => {
      const notices = await noticesOf(target, [
        "commit",
        "begin",
        "begin",
        "rollback",
        "set local datestyle = iso",
      ]);
      assert.deepEqual(notices, [
        ["WARNING", "25P01", "there is no transaction in progress"],
        ["WARNING", "25001", "there is already a transaction in progress"],
        ["WARNING", "25P01", "SET LOCAL can only be used in transaction blocks"],
      ]);
    },
  },
  {
    name: "notices",
    gap: "IF [NOT] EXISTS raises no NOTICE",
    run: async (target) => {
      const create = "create temp table if not exists noted (id int)";
      assert.deepEqual(await noticesOf(target, [create, create, "drop table if exists nowhere"]), [
        ["NOTICE", "42P07", 'relation "noted" already exists, skipping'],
        ["NOTICE", "00000", 'table "nowhere" does not exist, skipping'],
      ]);
    },
  },
  {
    name: "LISTEN and NOTIFY",
    needs: "LISTEN",
    run: (target) =>
      withClient(target, async (client) => {
        const heard = new Promise((resolve) => client.on("notification", resolve));
        await client.query("listen news");
        await client.query("select pg_notify('news', 'hello')");
        assert.equal((await heard as { payload: string }).payload, "hello");
      }),
  },
];

async function noticesOf(target: Target, statements: readonly string[]): Promise<unknown[][]> {
  return await withClient(target, async (client) => {
    const notices: unknown[][] = [];
    client.on("notice", ({ severity, code, message }: pg.Notice) => notices.push([severity, code, message]));
    for (const statement of statements) await client.query(statement);
    return notices;
  });
}
