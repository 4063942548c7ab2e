import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  ["select a = any (array[1, 2]), a <> all (array[1])", "select a IN (1, 2), a NOT IN (1)"],
  ["select a = any('{1,NULL}')", "select a IN ('1', NULL)"],
  ["select a = any($1), a < any(array[1]::int[])", "select a = any($1), a < any(array[1]::int[])"],
  [
    "select f(1) = any(t.b), c",
    "select duckgres_any(list_transform(t.b, lambda dg_element: (f(1) = dg_element))), c",
  ],
  [
    "select a like any (select b from t)",
    "select duckgres_any(list_transform(ARRAY(select b from t), lambda dg_element: (a like dg_element)))",
  ],
  [
    "select cardinality(a), array_fill(0, array[2, 3])",
    "select duckgres_cardinality(a), duckgres_fill_2(0, array[2, 3])",
  ],
  ["select unnest(array[[1]])", "select unnest(array[[1]], recursive := true)"],
];

Deno.test("ANY and ALL, functions of arrays", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected, sql);
});

Deno.test("ANY wants an array", () => {
  assert.equal(analyze({ text: "select 5 = any(5)", start: 0 }).mistake?.sqlstate, "42809");
});
