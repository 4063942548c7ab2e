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

Deno.test("of a statement's own results averages and deviations keep what they are worked out of", () => {
  const shown = { catalogRelations: new Set<string>(), shown: true };
  const sql = (text: string) => analyze({ text, start: 0 }, shown).sql;
  assert.equal(
    sql("select avg(a) filter (where b) from t"),
    "select duckgres_avg_over_shown(avg(a) filter (where b), sum(a) filter (where b), count(a) filter (where b), a, 0) from t",
  );
  const square = "__duckgres.main.duckgres_square(a, a, 0)";
  assert.equal(
    sql("select stddev(a) from t"),
    `select duckgres_deviation(3, stddev(a), sum(a), count(a), sum(${square}), count(${square}), a, 0) from t`,
  );
  const further = [
    "select distinct stddev(a) from t",
    "select round(stddev(a), 2) from t",
    "select stddev(distinct a) from t",
    "select x from (select stddev(a) as x from t) s",
    "select stddev(a) from t union select 1",
  ];
  for (const text of further) assert.equal(sql(text), text);
  assert.equal(analyze({ text: "select stddev(a) from t", start: 0 }).sql, "select stddev(a) from t");
});
