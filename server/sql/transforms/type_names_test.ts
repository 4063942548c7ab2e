import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const sql = (text: string) => analyze({ text, start: 0 }).sql;

Deno.test("pg_typeof() of types DuckDB does not have", () => {
  assert.equal(sql("select pg_typeof('x')"), "select pg_typeof('x', 'unknown')");
  assert.equal(sql("select pg_typeof(a::name)"), "select pg_typeof(a::VARCHAR, 'name')");
  assert.equal(
    sql("select pg_typeof(a), pg_typeof(1 + 1), pg_typeof(f(a))"),
    "select pg_typeof(a), pg_typeof(1 + 1), pg_typeof(f(a))",
  );
});
