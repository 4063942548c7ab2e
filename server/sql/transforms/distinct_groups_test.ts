import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const grouped = (by: string) => analyze({ text: `select 1 from t group by ${by} order by 1`, start: 0 }).sql;

Deno.test("distinct grouping sets", () => {
  assert.equal(
    grouped("distinct rollup (a, b), rollup (a)"),
    'select 1 from t group by GROUPING SETS (("a", "b"), ("a"), ()) order by 1',
  );
  assert.equal(
    grouped("distinct cube ((t.a, b)), c"),
    'select 1 from t group by GROUPING SETS (("c"), ("t"."a", "b", "c")) order by 1',
  );
  assert.equal(grouped("distinct a, b"), "select 1 from t group by  a, b order by 1");
});
