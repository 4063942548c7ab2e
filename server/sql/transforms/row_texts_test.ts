import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const sql = (text: string) => analyze({ text, start: 0 }).sql;

Deno.test("texts of rows", () => {
  assert.equal(
    sql("select row(a, f(b, 1))::text, (c, d)::varchar"),
    "select duckgres_row_text([duckgres_field_text(a), duckgres_field_text(f(b, 1))])::text, " +
      "duckgres_row_text([duckgres_field_text(c), duckgres_field_text(d)])::varchar",
  );
  assert.equal(sql("select row(t.*)::text from t"), "select row(t.*)::text from t");
});
