import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  ["select s from generate_series(1, 3) s", "select s from generate_series(1, 3) s(s)"],
  ["select s.s from generate_series(1, (2)) as s, t", "select s.s from generate_series(1, (2)) as s(s), t"],
  ['select * from t, lateral unnest(t.a) "U"', 'select * from t, lateral unnest(t.a) "U"("U")'],
  ["select * from pg_catalog.unnest(a) x join u on true", "select * from unnest(a) x(x) join u on true"],
  ["select * from unnest(a) with ordinality as x", "select * from unnest(a) with ordinality as x(x)"],
];

Deno.test("the alias of a function of single values names its column", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});

Deno.test("other functions, and columns that have names, are left alone", () => {
  const untouched = [
    "select * from generate_series(1, 3)",
    "select * from generate_series(1, 3) s(n)",
    "select * from unnest(a) with ordinality x(a, b)",
    "select * from read_parquet('x') r",
    "select * from json_each('{}') j",
    "select generate_series(1, 3) s",
  ];
  for (const sql of untouched) assert.equal(analyze({ text: sql, start: 0 }).sql, sql);
});
