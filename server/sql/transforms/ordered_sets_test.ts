import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const sql = (text: string) => analyze({ text, start: 0 }).sql;

Deno.test("percentile_cont() is of doubles", () => {
  assert.equal(
    sql("select percentile_cont(0.5) within group (order by a + b desc nulls last) from t"),
    "select percentile_cont(0.5) within group (order by CAST(a + b AS DOUBLE) desc nulls last) from t",
  );
});

Deno.test("the rank a row would have", () => {
  assert.equal(
    sql("select rank(2) within group (order by a) from t"),
    "select duckgres_rank(2, a, true) from t",
  );
  assert.equal(
    sql("select cume_dist(2, 'x') within group (order by a desc, b desc) filter (where c > 1) from t"),
    "select duckgres_cume_dist_desc(row(2, 'x'), row(a , b ), c > 1) from t",
  );
  assert.equal(
    analyze({ text: "select rank(1, 2) within group (order by a, b desc) from t", start: 0 }).mistake
      ?.sqlstate,
    "0A000",
  );
});
