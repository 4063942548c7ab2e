import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  ["select array[1] || array[2]", "select array[1] || array[2]"],
  ["select array[1] || 2, 3 || array[4]", "select array[1] || [2], [3] || array[4]"],
  ["select array[1] || array[[2]]", "select [array[1]] || array[[2]]"],
  ["select a || b, a || ', '", "select a || b, a || ', '"],
  [
    "select string_to_array(a, ',') || b::text || c",
    "select duckgres_array_concat(string_to_array(a, ',') || [b::text] , c, 0)",
  ],
  [
    "with recursive t as (select array[id] as path from e union all select path || e.id from e, t) table t",
    "with recursive t as (select array[id] as path from e union all " +
    "select duckgres_array_concat(path , e.id, 0) from e, t) table t",
  ],
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

Deno.test("operators on arrays", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected, sql);
});

Deno.test("ANY wants an array", () => {
  assert.equal(analyze({ text: "select 5 = any(5)", start: 0 }).mistake?.sqlstate, "42809");
});
