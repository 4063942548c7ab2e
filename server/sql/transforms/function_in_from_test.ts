import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  ["select s from generate_series(1, 3) s", "select s from duckgres_series_rows(1, 3, 0) s(s)"],
  ["select * from generate_series(1, 3)", 'select * from duckgres_series_rows(1, 3, 0) AS "generate_series"'],
  ["select * from generate_series(1, 3) s(n)", "select * from duckgres_series_rows(1, 3, 0) s(n)"],
  ["select * from generate_series(1.5, 3) s", "select * from duckgres_numeric_series_rows(1.5, 3) s(s)"],
  ['select * from t, lateral unnest(t.a) "U"', 'select * from t, lateral unnest(t.a) "U"("U")'],
  ["select * from pg_catalog.unnest(a) x join u on true", "select * from unnest(a) x(x) join u on true"],
  ["select * from unnest(a) with ordinality as x", "select * from unnest(a) with ordinality as x(x)"],
  ["select * from upper('x')", `select * from (SELECT upper('x') AS "upper") AS "upper"`],
  [
    "select * from generate_series(1, 2) with ordinality as x",
    `select * from (SELECT *, row_number() OVER () AS "ordinality" FROM ` +
    `(SELECT duckgres_series(1, 2, 0) AS "generate_series") AS dg_rows)  as x(x)`,
  ],
  [
    "select * from unnest(f(1, 2), b) u(x, y)",
    `select * from (SELECT unnest(f(1, 2)) AS "unnest", unnest( b) AS "unnest") u(x, y)`,
  ],
  [
    "select * from rows from (generate_series(1, 2), upper('x')) as u",
    `select * from (SELECT duckgres_series(1, 2, 0) AS "generate_series", unnest([upper('x')]) AS "upper") as u`,
  ],
];

Deno.test("functions in FROM are DuckDB's table functions or sub-selects, and name their columns", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});

Deno.test("other functions, and columns that have names, are left alone", () => {
  const untouched = [
    "select * from unnest(a)",
    "select * from unnest(a) with ordinality x(a, b)",
    "select * from read_parquet('x') r",
    "select * from mine(1) r",
  ];
  for (const sql of untouched) assert.equal(analyze({ text: sql, start: 0 }).sql, sql);
});
