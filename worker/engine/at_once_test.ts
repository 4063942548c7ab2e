/** Statements that run without another thread answer as they do with one. */
import assert from "node:assert/strict";
import { PgError } from "../api/error.ts";
import { defaultRenderSettings } from "../api/executor.ts";
import { runsAtOnce } from "./at_once.ts";
import type { Plan } from "./plan.ts";
import { query, readAll, request, withExecutor } from "./testing.ts";

function allowed(sql: string): boolean {
  return runsAtOnce({ sql, kind: "select", columns: [], parameters: [] } as unknown as Plan);
}

Deno.test("only values and casts run at once", () => {
  for (
    const sql of ["select 1", "SELECT $1::int + 1, 'x' as a", "select\n1.5 union all select 2", "select null"]
  ) {
    assert.ok(allowed(sql), sql);
  }
  const others = [
    "select * from t",
    "select 1 union all table t",
    "select now()",
    "select (select 1)",
    "select [x]",
    "select $1 like $2",
    "select $1 ~ $2",
    'select "from"',
    "values (1)",
    "from t",
    `select ${"1, ".repeat(400)} 1`,
  ];
  for (const sql of others) assert.ok(!allowed(sql), sql);
});

Deno.test("again and again, with other parameters, formats and settings", () =>
  withExecutor(async (executor) => {
    const prepared = await executor.prepare("select $1::int + 1 as a, $2::date as d");
    const run = async (values: (string | null)[], changes = {}) => {
      const { rows, columns } = await prepared.execute(request(values, { small: true, ...changes }));
      assert.deepEqual(columns.map(({ name }) => name), ["a", "d"]);
      return await readAll(rows!);
    };
    for (let i = 0; i < 5; i++) {
      assert.deepEqual(await run([String(i), "2024-01-02"]), [[String(i + 1), "2024-01-02"]]);
      assert.deepEqual(await run([null, null]), [[null, null]]);
      const german = { ...defaultRenderSettings, dateStyle: "German" };
      assert.deepEqual(await run(["7", "2024-01-02"], { render: german }), [["8", "02.01.2024"]]);
      assert.deepEqual(await run(["64", null], { formats: [1] }), [["\0\0\0A", null]]);
    }
  }));

Deno.test("an error is the statement's own, also in a transaction", () =>
  withExecutor(async (executor) => {
    const prepared = await executor.prepare("select $1::int + 1");
    const run = (value: string) => prepared.execute(request([value], { small: true }));
    const overflows = (error: unknown) => {
      assert.ok(error instanceof PgError);
      assert.equal(error.sqlstate, "22003", error.message);
      return true;
    };
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(await readAll((await run("1")).rows!), [["2"]]);
      await assert.rejects(run("2147483647"), overflows);
    }
    await executor.run("BEGIN TRANSACTION");
    await assert.rejects(run("2147483647"), overflows);
    await executor.run("ROLLBACK");
    assert.deepEqual(await readAll((await run("1")).rows!), [["2"]]);
  }));

Deno.test("rows not read yet outlast the next execution", () =>
  withExecutor(async (executor) => {
    const prepared = await executor.prepare("select $1::varchar");
    const run = async (value: string) => (await prepared.execute(request([value], { small: true }))).rows!;
    const results = [];
    for (const value of ["a", "a string longer than twelve bytes", "c"]) results.push(await run(value));
    assert.deepEqual(
      await Promise.all(results.map(readAll)),
      [["a"], ["a string longer than twelve bytes"], ["c"]].map(
        (row) => [row],
      ),
    );
  }));

Deno.test("an open result stays readable", () =>
  withExecutor(async (executor) => {
    await query(executor, "select 1");
    const prepared = await executor.prepare("select i from range(100000) t(i)");
    const { rows } = await prepared.execute(request());
    const first = await rows!.next();
    const small = await executor.prepare("select 1");
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(await readAll((await small.execute(request([], { small: true }))).rows!), [["1"]]);
    }
    assert.equal(first!.rows + (await readAll(rows!)).length, 100_000);
  }));

Deno.test("a type that changes is followed", () =>
  withExecutor(async (executor) => {
    await executor.run("create type mood as enum ('sad', 'happy')");
    const run = async () => {
      const prepared = await executor.prepare("select 'happy'::mood");
      const { rows } = await prepared.execute(request([], { small: true }));
      prepared.close();
      return await readAll(rows!);
    };
    for (let i = 0; i < 3; i++) assert.deepEqual(await run(), [["happy"]]);
    await executor.run("drop type mood");
    await executor.run("create type mood as enum ('happy', 'other')");
    for (let i = 0; i < 3; i++) assert.deepEqual(await run(), [["happy"]]);
  }));
