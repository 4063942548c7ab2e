import assert from "node:assert/strict";
import { waitFor } from "../../support/wait.ts";
import type { Case } from "../cases.ts";
import type { postgres } from "../packages.ts";
import { withSql } from "./client.ts";

export const sessions: Case[] = [
  {
    name: "a transaction rolled back, and one committed",
    run: (target) =>
      withSql(target, async (sql) => {
        const count = async () => (await sql`select count(*)::int as n from accounts`)[0].n;
        await sql`create temp table accounts (id int)`;
        const undone = sql.begin(async (sql) => {
          await sql`insert into accounts values (${1})`;
          throw new Error("no");
        });
        await assert.rejects(undone, { message: "no" });
        assert.equal(await count(), 0);
        await sql.begin(async (sql) => {
          await sql`insert into accounts values (${1})`;
          await sql`insert into accounts values (${2})`;
        });
        assert.equal(await count(), 2);
      }),
  },
  {
    name: "a failed statement undoes its transaction",
    run: (target) =>
      withSql(target, async (sql) => {
        await sql`create temp table accounts (id int)`;
        const failed = sql.begin(async (sql) => {
          await sql`insert into accounts values (1)`;
          await sql`select * from nowhere`;
        });
        await assert.rejects(failed, { code: "42P01" });
        assert.equal((await sql`select count(*)::int as n from accounts`)[0].n, 0);
      }),
  },
  {
    name: "a read-only transaction",
    run: (target) =>
      withSql(target, async (sql) => {
        await sql`create table read_only_js (id int)`;
        await assert.rejects(sql.begin("read only", (sql) => sql`insert into read_only_js values (1)`), {
          code: "25006",
        });
        assert.equal((await sql`select * from read_only_js`).count, 0);
        await sql`drop table read_only_js`;
      }),
  },
  {
    name: "a savepoint",
    run: (target) =>
      withSql(target, (sql) =>
        sql.begin(async (sql) => {
          await sql.savepoint((sql) => sql`select * from nowhere`).catch((error) => {
            if (error.code !== "42P01") throw error;
          });
          assert.deepEqual([...await sql`select 1 as one`], [{ one: 1 }]);
        })),
  },
  {
    name: "a reserved connection keeps its temporary tables",
    run: (target) =>
      withSql(target, async (sql) => {
        const reserved = await sql.reserve();
        await reserved`create temp table mine (id int)`;
        await reserved`insert into mine values (1)`;
        assert.equal((await reserved`select * from mine`).count, 1);
        reserved.release();
      }, { max: 5 }),
  },
  {
    name: "a query is cancelled",
    run: (target) =>
      withSql(target, async (sql) => {
        // A cancel that comes before the server has started on the query does nothing: then the query times out.
        await sql`set statement_timeout = '2s'`;
        const reasons: string[] = [];
        while (reasons.length < 5 && !reasons.includes(byUser)) reasons.push(await cancelOne(sql));
        assert.equal(reasons.at(-1), byUser);
        assert.deepEqual([...await sql`select 1 as one`], [{ one: 1 }]);
      }),
  },
  {
    name: "a pool of 20 connections",
    run: (target) =>
      withSql(target, async (sql) => {
        await sql`create table pooled_js (n int)`;
        await Promise.all(Array.from({ length: 200 }, (_, n) => sql`insert into pooled_js values (${n})`));
        assert.deepEqual([...await sql`select count(*)::int as n, sum(n)::int as sum from pooled_js`], [
          { n: 200, sum: 19900 },
        ]);
        await sql`drop table pooled_js`;
      }, { max: 20 }),
  },
  {
    name: "a new connection replaces one that the server ended",
    run: async (target) => {
      let closed = 0;
      await withSql(target, async (sql) => {
        const pid = async () => (await sql`select pg_backend_pid() as pid`)[0].pid;
        const first = await pid();
        await sql`set idle_session_timeout = 50`;
        await waitFor("the connection to end", () => closed > 0);
        assert.notEqual(await pid(), first);
      }, { onclose: () => closed++ });
    },
  },
  {
    name: "200,000 rows",
    run: (target) =>
      withSql(target, async (sql) => {
        const rows =
          await sql`select i::int as i, repeat('x', 50) as s from generate_series(1, 200000) as s(i) order by i`;
        assert.equal(rows.length, 200_000);
        assert.deepEqual(rows[199_999], { i: 200_000, s: "x".repeat(50) });
      }),
  },
  {
    name: "1,000 statements in a row, and as many in a pipeline",
    run: (target) =>
      withSql(target, async (sql) => {
        for (let i = 0; i < 1000; i++) assert.equal((await sql`select ${i}::int as n`)[0].n, i);
        const results = await Promise.all(Array.from({ length: 1000 }, (_, i) => sql`select ${i}::int as n`));
        assert.deepEqual(results.map(([{ n }]) => n), results.map((_, i) => i));
      }),
  },
];

const byUser = "57014 canceling statement due to user request";

/** Cancels a query once it has been sent, and answers how it ended. */
async function cancelOne(sql: postgres.Sql): Promise<string> {
  const query = sql`select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b`
    .simple();
  const ended = query.then(() => "", ({ code, message }) => `${code} ${message}`);
  await waitFor("the query to be sent", () => (query as unknown as { active: boolean }).active);
  query.cancel();
  return await ended;
}
