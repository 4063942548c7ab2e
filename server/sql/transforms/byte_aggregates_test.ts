import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const sql = (text: string) => analyze({ text, start: 0 }).sql;

Deno.test("string_agg() of bytes", () => {
  assert.equal(
    sql("select string_agg(a::bytea, b order by c) filter (where d) from t"),
    "select unhex(string_agg(hex(a::bytea), hex(b) order by c) filter (where d)) from t",
  );
  assert.equal(sql("select string_agg(a, ',') from t"), "select string_agg(a, ',') from t");
});
