import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  ["select sum(a + 1) from t", "select duckgres_sum(sum(a + 1), a + 1, 0) from t"],
  ["select sum(distinct a) from t", "select duckgres_sum_over(sum(distinct a), a, 0) from t"],
  ["select sum(a order by b) from t", "select duckgres_sum_over(sum(a order by b), a , 0) from t"],
  [
    "select pg_catalog.sum(a) filter (where b) over w from t",
    "select duckgres_sum_over(sum(a) filter (where b) over w, a, 0) from t",
  ],
  ["select avg(a) from t", "select duckgres_avg(avg(a), sum(a), count(a), a, 0) from t"],
  [
    "select sum(sum(a)) over (order by b) from t",
    "select duckgres_sum_over(sum(duckgres_sum(sum(a), a, 0)) over (order by b), duckgres_sum(sum(a), a, 0), 0) from t",
  ],
  ["select sum((select 1))", "select sum((select 1))"],
  ["select avg(a) * avg(b), every(c)", "select avg(a) * avg(b), bool_and(c)"],
  [
    "select ntile(2) over w, grouping(a)",
    "select CAST(ntile(2) over w AS INTEGER), CAST(grouping(a) AS INTEGER)",
  ],
];

Deno.test("sums and averages have PostgreSQL's types", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});

Deno.test("calls that PostgreSQL refuses are refused", () => {
  const refused: [string, string][] = [
    ["select count() from t", "42809"],
    ["select row_number() from t", "42809"],
    ["select nth_value(a, 0) over () from t", "22016"],
  ];
  for (const [sql, sqlstate] of refused) {
    assert.equal(analyze({ text: sql, start: 0 }).mistake?.sqlstate, sqlstate);
  }
});
