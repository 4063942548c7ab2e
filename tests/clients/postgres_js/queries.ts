import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Case } from "../cases.ts";
import { postgres } from "../packages.ts";
import { withSql } from "./client.ts";

export const queries: Case[] = [
  {
    name: "connects with TLS and SCRAM",
    run: (target) =>
      withSql(target, async (sql) => {
        assert.deepEqual([...await sql`select current_user as u, current_database() as d`], [
          { u: "postgres", d: "postgres" },
        ]);
        assert.match(String(sql.parameters.server_version), /^1\d/);
      }),
  },
  {
    name: "a wrong password is 28P01",
    run: (target) =>
      withSql(target, async (sql) => {
        await assert.rejects(sql`select 1`, { code: "28P01", severity: "FATAL" });
      }, { password: "wrong" }),
  },
  {
    name: "several statements in one query",
    run: (target) =>
      withSql(target, async (sql) => {
        await sql`create temp table several (id int, name text)`;
        const results = await sql`
          insert into several values (1, 'a'), (2, null);
          select * from several order by id`.simple() as unknown as postgres.RowList<postgres.Row[]>[];
        assert.deepEqual(results.map(({ command }) => command), ["INSERT", "SELECT"]);
        assert.deepEqual([...results[1]], [{ id: 1, name: "a" }, { id: 2, name: null }]);
      }),
  },
  {
    name: "parameters, helpers for rows, columns and lists",
    run: (target) =>
      withSql(target, async (sql) => {
        await sql`create temp table people (id int primary key, name text, born date)`;
        const people = [{ id: 1, name: "it's", born: "1815-12-10" }, { id: 2, name: null, born: null }];
        const added = await sql`insert into people ${sql(people)} returning id, name`;
        assert.deepEqual([...added], [{ id: 1, name: "it's" }, { id: 2, name: null }]);
        assert.equal(added.count, 2);
        const updated = await sql`update people set ${sql({ name: "Grace" }, "name")} where id = ${2}`;
        assert.deepEqual([updated.command, updated.count], ["UPDATE", 1]);
        const listed = await sql`select ${sql("id")} from people where id in ${sql([1, 2, 9])} order by id`;
        assert.deepEqual([...listed], [{ id: 1 }, { id: 2 }]);
        const any = await sql`select name from people where id = any(${[2, 9]}::int[])`;
        assert.deepEqual([...any], [{ name: "Grace" }]);
        const removed = await sql`delete from people where born is not distinct from ${null}`;
        assert.equal(removed.count, 1);
      }),
  },
  {
    name: "prepared statements are reused",
    run: (target) =>
      withSql(target, async (sql) => {
        for (let i = 0; i < 50; i++) assert.equal((await sql`select ${i}::int * 2 as n`)[0].n, i * 2);
      }),
  },
  {
    name: "without prepared statements",
    run: (target) =>
      withSql(target, async (sql) => {
        for (let i = 0; i < 10; i++) assert.equal((await sql`select ${i}::int + 1 as n`)[0].n, i + 1);
      }, { prepare: false }),
  },
  {
    name: "a statement described without running it",
    run: (target) =>
      withSql(target, async (sql) => {
        await sql`create temp table described (id int, name text)`;
        const { types, columns } = await sql`select id, name from described where id = ${1}`.describe();
        assert.deepEqual(types, [23]);
        assert.deepEqual(columns.map(({ name, type }) => [name, type]), [["id", 23], ["name", 25]]);
      }),
  },
  {
    name: "rows as values and as raw bytes",
    run: (target) =>
      withSql(target, async (sql) => {
        assert.deepEqual([...await sql`select 1 as a, 'x' as b`.values()], [[1, "x"]]);
        const [[a, b]] = await sql`select 12 as a, null as b`.raw();
        assert.deepEqual([String(a), b], ["12", null]);
      }),
  },
  {
    name: "a cursor reads some rows at a time",
    run: (target) =>
      withSql(target, async (sql) => {
        let next = 1;
        for await (const rows of sql`select i from generate_series(1, ${10_000}::int) as s(i)`.cursor(700)) {
          for (const { i } of rows) assert.equal(Number(i), next++);
        }
        assert.equal(next, 10_001);
      }),
  },
  {
    name: "a cursor left early",
    run: (target) =>
      withSql(target, async (sql) => {
        let batches = 0;
        await sql`select i from generate_series(1, 1000000) as s(i)`.cursor(10, () => {
          return ++batches === 3 ? sql.CLOSE : undefined;
        });
        assert.equal(batches, 3);
        assert.deepEqual([...await sql`select 1 as one`], [{ one: 1 }]);
      }),
  },
  {
    name: "rows one by one",
    run: (target) =>
      withSql(target, async (sql) => {
        let sum = 0;
        await sql`select i from generate_series(1, 20000) as s(i)`.forEach(({ i }) => sum += Number(i));
        assert.equal(sum, 20_000 * 20_001 / 2);
      }),
  },
  {
    name: "queries in a pipeline",
    run: (target) =>
      withSql(target, async (sql) => {
        const results = await Promise.allSettled([
          sql`select 1 as n`,
          sql`select 2 as n`,
          sql`select * from nowhere`,
          sql`select 3 as n`,
        ]);
        const told = results.map((result) =>
          result.status === "fulfilled" ? result.value[0].n : result.reason.code
        );
        assert.deepEqual(told, [1, 2, "42P01", 3]);
      }),
  },
  {
    name: "errors carry PostgreSQL's fields",
    run: (target) =>
      withSql(target, async (sql) => {
        await sql`create temp table strict (id int primary key, n int not null)`;
        await sql`insert into strict values (1, 1)`;
        const fails = async (query: PromiseLike<unknown>, expected: Record<string, unknown>) => {
          const error = await query.then(() => null, (error: unknown) => error);
          assert.ok(error instanceof postgres.PostgresError, String(error));
          for (const [field, value] of Object.entries({ severity: "ERROR", ...expected })) {
            assert.equal(error[field as keyof typeof error], value, `${field} of ${error.message}`);
          }
        };
        await fails(sql`select * from nowhere`, { code: "42P01", position: "15" });
        await fails(sql`select nothing`, { code: "42703", position: "8" });
        await fails(sql`selec 1`, { code: "42601", position: "1" });
        await fails(sql`select ${"x"}::text::int`, { code: "22P02" });
        await fails(sql`insert into strict values (1, 1)`, { code: "23505" });
        await fails(sql`insert into strict values (2, ${null})`, { code: "23502" });
        await fails(sql`select 9223372036854775807 + ${1}::bigint`, { code: "22003" });
        assert.deepEqual([...await sql`select 1 as one`], [{ one: 1 }]);
      }),
  },
  {
    name: "warnings",
    run: async (target) => {
      const notices: postgres.Notice[] = [];
      await withSql(target, async (sql) => {
        await sql`commit`;
      }, { onnotice: (notice) => notices.push(notice) });
      assert.deepEqual(notices.map(({ severity, code, message }) => [severity, code, message]), [
        ["WARNING", "25P01", "there is no transaction in progress"],
      ]);
    },
  },
  {
    name: "COPY FROM STDIN and TO STDOUT",
    needs: "COPY",
    run: (target) =>
      withSql(target, async (sql) => {
        await sql`create temp table copied (id int, name text)`;
        const into = await sql`copy copied from stdin`.writable();
        await pipeline(Readable.from(["1\ta\n", "2\t\\N\n"]), into);
        assert.deepEqual([...await sql`select * from copied`], [{ id: 1, name: "a" }, { id: 2, name: null }]);
        let text = "";
        for await (const chunk of await sql`copy copied to stdout`.readable()) text += chunk;
        assert.equal(text, "1\ta\n2\t\\N\n");
      }),
  },
  {
    name: "LISTEN and NOTIFY",
    needs: "LISTEN",
    run: (target) =>
      withSql(target, async (sql) => {
        const heard = Promise.withResolvers<string>();
        await sql.listen("news", heard.resolve);
        await sql.notify("news", "hello");
        assert.equal(await heard.promise, "hello");
      }),
  },
];
