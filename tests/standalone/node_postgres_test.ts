/** node-postgres, an independent client, does its ordinary work. */
import assert from "node:assert/strict";
import { once } from "node:events";
import pg from "pg";
import { type Server, startServer } from "../support/server.ts";
import { within } from "../support/wait.ts";

async function connect(server: Server): Promise<pg.Client> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port: server.port,
    user: "postgres",
    password: "postgres",
    database: "postgres",
    ssl: { rejectUnauthorized: false },
  });
  client.on("error", () => {}); // Queries fail by themselves; this is for the end of the server.
  await client.connect();
  return client;
}

Deno.test("node-postgres: queries, parameters, types, errors, transactions", async (t) => {
  await using server = await startServer();
  const client = await connect(server);

  await t.step("simple queries, several in one string", async () => {
    const results = await client.query(
      "create table t (id int, name text); insert into t values (1, 'a'), (2, null)",
    );
    assert.deepEqual(
      (results as unknown as pg.QueryResult[]).map(({ command, rowCount }) => [command, rowCount]),
      [
        ["CREATE", null],
        ["INSERT", 2],
      ],
    );
  });

  await t.step("parameters", async () => {
    const { rows } = await client.query("select name from t where id = $1", [1]);
    assert.deepEqual(rows, [{ name: "a" }]);
    const added = await client.query("insert into t values ($1, $2) returning id", [3, "it's"]);
    assert.deepEqual([added.command, added.rowCount, added.rows], ["INSERT", 1, [{ id: 3 }]]);
    assert.deepEqual((await client.query("select $1::int + $2::int as sum", [40, 2])).rows, [{ sum: 42 }]);
    assert.deepEqual((await client.query("select $1 as text", ["x"])).rows, [{ text: "x" }]);
  });

  await t.step("types arrive as PostgreSQL's", async () => {
    const { rows: [row], fields } = await client.query(
      `select 1::smallint i2, 2::int i4, 3::bigint i8, 1.5::float8 f8, 1.50::numeric(5,2) n, true b, 'x'::varchar v,
         '2024-02-29'::date d, '2024-02-29 12:30:00'::timestamp ts, '\\x01ff'::bytea bytes,
         '00112233-4455-6677-8899-aabbccddeeff'::uuid u, '{"a":1}'::json j, array[1,2,null] a, null::int nix`,
    );
    const { d, ts, bytes, ...plain } = row;
    assert.deepEqual(plain, {
      i2: 1,
      i4: 2,
      i8: "3",
      f8: 1.5,
      n: "1.50",
      b: true,
      v: "x",
      u: "00112233-4455-6677-8899-aabbccddeeff",
      j: { a: 1 },
      a: [1, 2, null],
      nix: null,
    });
    assert.equal(d.getTime(), new Date(2024, 1, 29).getTime());
    assert.equal(ts.getTime(), new Date(2024, 1, 29, 12, 30).getTime());
    assert.deepEqual([...bytes], [1, 255]);
    const oids = fields.map(({ dataTypeID }: { dataTypeID: number }) => dataTypeID);
    assert.deepEqual(oids, [21, 23, 20, 701, 1700, 16, 1043, 1082, 1114, 17, 2950, 114, 1007, 23]);
  });

  await t.step("named statements run again and again", async () => {
    for (const id of [1, 2, 3]) {
      const { rowCount } = await client.query({
        name: "by-id",
        text: "select * from t where id = $1",
        values: [id],
      });
      assert.equal(rowCount, 1);
    }
  });

  await t.step("errors carry PostgreSQL's fields", async () => {
    await assert.rejects(client.query("select * from nowhere"), {
      code: "42P01",
      severity: "ERROR",
      position: "15",
    });
    await assert.rejects(client.query("select $1::int", ["x"]), { code: "22P02" });
    await assert.rejects(client.query("selec 1"), { code: "42601" });
    assert.deepEqual((await client.query("select 1 as one")).rows, [{ one: 1 }]);
  });

  await t.step("transactions", async () => {
    await client.query("begin");
    await client.query("delete from t");
    await client.query("rollback");
    assert.deepEqual((await client.query("select count(*)::int as n from t")).rows, [{ n: 3 }]);
    await client.query("begin");
    await assert.rejects(client.query("select * from nowhere"), { code: "42P01" });
    await assert.rejects(client.query("select 1"), { code: "25P02" });
    assert.equal((await client.query("commit")).command, "ROLLBACK");
  });

  await t.step("a large result", async () => {
    const { rows } = await client.query(
      "select i::int as i, repeat('x', 100) as s from range(200000) r(i) order by i",
    );
    assert.equal(rows.length, 200000);
    assert.deepEqual(rows[199999], { i: 199999, s: "x".repeat(100) });
  });

  await client.end();
  await server.stop();
});

Deno.test("node-postgres: a pool's clients work at the same time", async () => {
  await using server = await startServer();
  const pool = new pg.Pool({
    host: "127.0.0.1",
    port: server.port,
    user: "postgres",
    password: "postgres",
    max: 8,
    ssl: { rejectUnauthorized: false },
  });
  const clients: pg.PoolClient[] = await Promise.all(Array.from({ length: 8 }, () => pool.connect()));
  const gone = clients.map((client) => once(client, "end"));
  for (const client of clients) client.release();
  await pool.query("create table counter (n int)");
  await Promise.all(Array.from({ length: 40 }, (_, n) => pool.query("insert into counter values ($1)", [n])));
  const { rows } = await pool.query("select count(*)::int as n, sum(n)::int as sum from counter");
  assert.deepEqual(rows, [{ n: 40, sum: 780 }]);
  await pool.end();
  await within("the clients' end", Promise.all(gone)); // A client that is still leaving would throw the server's 57P01.
  await server.stop();
});
