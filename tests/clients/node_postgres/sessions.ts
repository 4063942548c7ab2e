import assert from "node:assert/strict";
import pg from "pg";
import type { Case } from "../cases.ts";
import { waitFor } from "../../support/wait.ts";
import { options, withClient } from "./client.ts";

export const sessions: Case[] = [
  {
    name: "a transaction rolled back, and one committed",
    run: (target) =>
      withClient(target, async (client) => {
        const count = async () => (await client.query("select count(*)::int as n from accounts")).rows[0].n;
        await client.query("create temp table accounts (id int)");
        await client.query("begin");
        await client.query("insert into accounts values ($1)", [1]);
        assert.equal(await count(), 1);
        await client.query("rollback");
        assert.equal(await count(), 0);
        await client.query("begin");
        await client.query("insert into accounts values ($1)", [1]);
        await client.query("commit");
        assert.equal(await count(), 1);
      }),
  },
  {
    name: "after an error a transaction only ends",
    run: (target) =>
      withClient(target, async (client) => {
        await client.query("begin");
        await assert.rejects(client.query("select * from nowhere"), { code: "42P01" });
        await assert.rejects(client.query("select 1"), { code: "25P02" });
        await assert.rejects(client.query("select $1::int", [1]), { code: "25P02" });
        assert.equal((await client.query("commit")).command, "ROLLBACK");
        assert.deepEqual((await client.query("select 1 as one")).rows, [{ one: 1 }]);
      }),
  },
  {
    name: "a savepoint",
    run: (target) =>
      withClient(target, async (client) => {
        await client.query("begin");
        await client.query("savepoint here");
        await assert.rejects(client.query("select * from nowhere"), { code: "42P01" });
        await client.query("rollback to here");
        assert.equal((await client.query("commit")).command, "COMMIT");
      }),
  },
  {
    name: "another session sees what is committed, and nothing else",
    run: (target) =>
      withClient(target, (one) =>
        withClient(target, async (other) => {
          const seen = async () => (await other.query("select count(*)::int as n from shared_pg")).rows[0].n;
          await one.query("create table shared_pg (id int)");
          await one.query("begin");
          await one.query("insert into shared_pg values (1)");
          assert.equal(await seen(), 0);
          await one.query("commit");
          assert.equal(await seen(), 1);
          await one.query("drop table shared_pg");
        })),
  },
  {
    name: "a query is cancelled from a second connection",
    run: (target) =>
      withClient(target, async (client) => {
        const query = new pg.Query(
          "select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b",
        );
        const failed = new Promise<{ code: string }>((resolve) => query.once("error", resolve));
        client.query(query);
        // A cancel that comes before the server has started on the query does nothing: ask until it works.
        let done = false;
        failed.then(() => done = true);
        await waitFor("the query to be cancelled", () => {
          if (!done) new pg.Client(options(target)).cancel(client, query);
          return done;
        });
        assert.equal((await failed).code, "57014");
        assert.deepEqual((await client.query("select 1 as one")).rows, [{ one: 1 }]);
      }),
  },
  {
    name: "statement_timeout",
    run: (target) =>
      withClient(target, async (client) => {
        const endless = "select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b";
        await assert.rejects(client.query(endless), {
          code: "57014",
          message: "canceling statement due to statement timeout",
        });
        await client.query("set statement_timeout = 0");
        assert.deepEqual((await client.query("select 1 as one")).rows, [{ one: 1 }]);
      }, { statement_timeout: 50 }),
  },
  {
    name: "a pool of 20 connections",
    run: async (target) => {
      const pool = new pg.Pool(options(target, { max: 20 }));
      pool.on("connect", (client: pg.Client) => client.on("error", () => {}));
      await pool.query("create table pooled_pg (n int)");
      const insert = (n: number) => pool.query("insert into pooled_pg values ($1)", [n]);
      await Promise.all(Array.from({ length: 200 }, (_, n) => insert(n)));
      assert.equal(pool.totalCount, 20);
      const { rows } = await pool.query("select count(*)::int as n, sum(n)::int as sum from pooled_pg");
      assert.deepEqual(rows, [{ n: 200, sum: 19900 }]);
      await pool.query("drop table pooled_pg");
      await pool.end();
    },
  },
  {
    name: "a pool replaces a connection that the server ended",
    run: async (target) => {
      const pool = new pg.Pool(options(target, { max: 1 }));
      const ended: { code: string }[] = [];
      pool.on("error", (error: { code: string }) => ended.push(error));
      const pid = async () => (await pool.query("select pg_backend_pid() as pid")).rows[0].pid;
      const first = await pid();
      await pool.query("set idle_session_timeout = 50");
      await waitFor("the pool to notice", () => ended.length > 0);
      assert.equal(ended[0].code, "57P05");
      assert.notEqual(await pid(), first);
      await pool.end();
    },
  },
  {
    name: "pg_terminate_backend",
    needs: "pg_terminate_backend",
    run: (target) =>
      withClient(target, async (client) => {
        const ended = new Promise((resolve) => client.once("error", resolve));
        const { rows: [{ pid }] } = await client.query("select pg_backend_pid() as pid");
        await withClient(target, (other) => other.query("select pg_terminate_backend($1)", [pid]));
        assert.equal((await ended as { code: string }).code, "57P01");
      }),
  },
  {
    name: "200,000 rows",
    run: (target) =>
      withClient(target, async (client) => {
        const { rows } = await client.query(
          "select i::int as i, repeat('x', 50) as s from generate_series(1, 200000) as s(i) order by i",
        );
        assert.equal(rows.length, 200_000);
        assert.deepEqual(rows[199_999], { i: 200_000, s: "x".repeat(50) });
      }),
  },
  {
    name: "1,000 statements in a row, and as many queued at once",
    run: (target) =>
      withClient(target, async (client) => {
        for (let i = 0; i < 1000; i++) {
          assert.equal((await client.query("select $1::int as n", [i])).rows[0].n, i);
        }
        const queued = Array.from({ length: 1000 }, (_, i) => client.query(`select ${i} as n`));
        const results: pg.QueryResult[] = await Promise.all(queued);
        assert.deepEqual(results.map(({ rows }) => rows[0].n), results.map((_, i) => i));
      }),
  },
  {
    name: "connects again and again",
    run: async (target) => {
      for (let i = 0; i < 20; i++) {
        await withClient(target, async (client) => {
          assert.deepEqual((await client.query("select 1 as one")).rows, [{ one: 1 }]);
        });
      }
    },
  },
];
