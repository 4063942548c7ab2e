import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  [
    "select count from (select count(*), a from t group by a) x",
    'select count from (select count(*) AS "count", a from t group by a) x',
  ],
  [
    "select * from (select 1, a::text from t) x",
    'select * from (select 1 AS "?column?", a::text AS "a" from t) x',
  ],
  [
    "with x as (select max(a) from t) select max from x",
    'with x as (select max(a) AS "max" from t) select max from x',
  ],
  ["create table x as select count(*)", 'create table x as select count(*) AS "count"'],
  ["create view x as select a, f(b) from t", 'create view x as select a, f(b) AS "f" from t'],
  ["select * from (select 1 union select 2) x", 'select * from (select 1 AS "?column?" union select 2) x'],
  ['select * from (select "F"(1)) x', 'select * from (select "F"(1) AS "F") x'],
  [
    "create table x as select a is distinct from b, c::timestamp with time zone with no data",
    'create table x as select a is distinct from b AS "?column?", c::timestamp with time zone AS "c" with no data',
  ],
  [
    "select * from (select percentile_disc(0.5) within group (order by a) /* x */ from t) x",
    'select * from (select percentile_disc(0.5) within group (order by a) AS "percentile_disc" /* x */ from t) x',
  ],
  [
    "select * from (select sum(a) over (partition by b), (select 1 from u) from t) x",
    'select * from (select duckgres_sum_over(sum(a) over (partition by b), a, 0) AS "sum", (select 1 from u) AS "?column?" from t) x',
  ],
  [
    "select * from (select (select * from (select 1) y)) x",
    'select * from (select (select * from (select 1 AS "?column?") y) AS "?column?") x',
  ],
];

Deno.test("columns that other SQL sees get PostgreSQL's names", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});

Deno.test("columns that have names, or that nothing else sees, are left alone", () => {
  const untouched = [
    "select count(*), (select max(a) from t) from t",
    "select * from (select count(*) as n, a, t.b, t.* from t) x",
    "select * from (select count(*) from t) x(n)",
    "with x(n) as (select count(*) from t) select n from x",
    "create view v (n) as select count(*) from t",
    "create table x (n) as select count(*) from t",
    "select a in (select count(*) from u), exists (select count(*) from u) from t",
    "insert into t select count(*) from u",
  ];
  for (const sql of untouched) assert.equal(analyze({ text: sql, start: 0 }).sql, sql);
});
