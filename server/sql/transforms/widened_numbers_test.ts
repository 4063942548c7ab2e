import assert from "node:assert/strict";
import { analyze } from "../mod.ts";

const sql = (text: string) => analyze({ text, start: 0 }).sql;

Deno.test("what is cast to real or smallint counts with the wider type that PostgreSQL takes", () => {
  assert.equal(sql("select 1::real / 3"), "select CAST(1::real AS DOUBLE) / 3");
  assert.equal(sql("select 2.5 * cast(a as real)"), "select 2.5 * CAST(cast(a as real) AS DOUBLE)");
  assert.equal(sql("select a::smallint + 2"), "select CAST(a::smallint AS INTEGER) + 2");
});

Deno.test("operands of one type, and columns, are left alone", () => {
  for (
    const text of [
      "select a::real + b::real",
      "select a::smallint * b::smallint",
      "select a + 1",
      "select a::real + b",
    ]
  ) {
    assert.equal(sql(text), text);
  }
});
