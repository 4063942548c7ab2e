import assert from "node:assert/strict";
import duckdb from "@duckdb/node-bindings";
import { lostError } from "./lost_error.ts";

/** What `lostError` says on a connection on which `before` was run. */
async function found(sql: string, ...before: string[]): Promise<[string, string, number | undefined]> {
  const config = duckdb.create_config();
  duckdb.set_config(config, "errors_as_json", "true");
  const database = await duckdb.open(":memory:", config);
  const native = await duckdb.connect(database);
  for (const statement of before) await duckdb.query(native, statement).catch(() => {});
  const error = await lostError({
    sql,
    native,
    bind: (statement) => duckdb.nparams(statement) > 0 && duckdb.bind_varchar(statement, 1, "7x"),
    spare: () => duckdb.connect(database),
  });
  duckdb.disconnect_sync(native);
  duckdb.close_sync(database);
  return [error.sqlstate, error.message, error.position];
}

const sql = "select case when i = 300000 then $1::varchar::int else i end from range(400000) t(i)";
const expected = ["22P02", 'invalid input syntax for type integer: "7x"', sql.indexOf("::int") + 1];

Deno.test("the error is found by running the query again, also when its transaction failed", async () => {
  assert.deepEqual(await found(sql), expected);
  assert.deepEqual(await found(sql, "begin", "select error('this fails the transaction')"), expected);
});

Deno.test("what is not found is an internal error, never a cancellation", async () => {
  assert.equal((await found("select 1"))[0], "XX000");
  const failed = ["begin", "create table t as select 1 as i", "select error('this fails the transaction')"];
  assert.equal(
    (await found("select i from t", ...failed))[0],
    "XX000",
    "the spare connection does not see t",
  );
});
