import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  ["select array[1] || array[2]", "select array[1] || array[2]"],
  ["select array[1] || 2, 3 || array[4]", "select array[1] || [2], [3] || array[4]"],
  ["select array[1] || array[[2]]", "select [array[1]] || array[[2]]"],
  ["select array[1] || '{2,3}'", "select array[1] || [(array[1])[1], '2', '3'][2:]".replace("||", "<~|>")],
  ["select array[1] || null, '{}' || array[1]", "select array[1] <~|> [], [] <~|> array[1]"],
  ["select a || b, a || ', '", "select a || b, a || ', '"],
  [
    "select string_to_array(a, ',') || b::text || c",
    "select duckgres_array_concat(string_to_array(a, ',') <~|> [b::text] , c, 0)",
  ],
  [
    "with recursive t as (select array[id] as path from e union all select path || e.id from e, t) table t",
    "with recursive t as (select array[id] as path from e union all " +
    "select duckgres_array_concat(path , e.id, 0) from e, t) table t",
  ],
  [
    "select a @> '{1}', array[1] && '{2}'",
    "select a @> [(a)[1], '1'][2:], array[1] && [(array[1])[1], '2'][2:]",
  ],
  [
    "select '{1}' operator(pg_catalog.<@) a, a operator(pg_catalog.@>) '{1}'",
    "select [(a)[1], '1'][2:] OPERATOR(<@) a, a OPERATOR(@>) [(a)[1], '1'][2:]",
  ],
  ["select array_cat(array[[1]], array[2])", "select array_cat(array[[1]], [array[2]])"],
  [
    "select (array[[1,2]])[1:1][2]",
    "select list_transform((array[[1,2]])[1:1], lambda dg_slice: dg_slice[1:2])",
  ],
  [
    "select a.b[1:2][c][:d] from a",
    "select list_transform(a.b[1:2], lambda dg_slice: " +
    "list_transform(dg_slice[1:c], lambda dg_deeper: dg_deeper[:d])) from a",
  ],
  ["select (array[[1,2]])[1], a[1], a[1:2]", "select (array[[1,2]])[1][NULL], a[1], a[1:2]"],
  ["select array[1]::text, a::text", "select duckgres_array_text(array[1])::text, a::text"],
  ["select a::text::int[], a::int[]", "select duckgres_array_items(a::text)::int[], a::int[]"],
  ["select array[null], array[null]::int[]", "select array[CAST(NULL AS VARCHAR)], array[null]::int[]"],
];

Deno.test("arrays: concatenation, containment, slices, texts", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected, sql);
});

Deno.test("mistakes with arrays", () => {
  const mistakes: [string, string][] = [
    ["select array[1] || 'x'", "22P02"],
    ["select array[[1], [2, 3]]", "2202E"],
    ["select array_length('{1}', 1)", "42804"],
    ["select array[1] = array['a']", "42883"],
    ["select array_fill(1, array[2], array[3])", "0A000"],
  ];
  for (const [text, sqlstate] of mistakes) {
    assert.equal(analyze({ text, start: 0 }).mistake?.sqlstate, sqlstate, text);
  }
});
