import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const mistake = (sql: string) => analyze({ text: sql, start: 0 }).mistake?.message ?? null;

const refused: [source: string, message: string][] = [
  ["select a from (select 1 as a, 2 as a) x", 'column reference "a" is ambiguous'],
  ["select 1 from (select 1 as a, 2 as a) x where x.a = 1", 'column reference "x.a" is ambiguous'],
  ["select b from t1, (select 1, 2) x(b, b)", 'column reference "b" is ambiguous'],
  ["select * from t1, (select t1.num) x", 'invalid reference to FROM-clause entry for table "t1"'],
  [
    "select * from t1 a join (select a.num) x on true",
    'invalid reference to FROM-clause entry for table "a"',
  ],
  [
    "select * from t1, (select 1 where exists (select t1.num)) x",
    'invalid reference to FROM-clause entry for table "t1"',
  ],
];

for (const [source, message] of refused) {
  Deno.test(`scope of FROM: ${source}`, () => assert.equal(mistake(source), message));
}

const taken = [
  "select * from (select 1 as a, 2 as a) x",
  "select b from (select 1 as a, 2 as a, 3 as b) x order by b",
  "select 1 as a from (select 1 as a, 2 as a) x order by a",
  "select (select a from t1 limit 1) from (select 1 as a, 2 as a) x",
  "select y.a from (select 1 as a, 2 as a) x, (select 3 as a) y",
  "select * from t1, lateral (select t1.num) x",
  "select * from t1, (select t1.num from t1) x",
  "select (select 1 from t1 b, (select a.num) x) from t1 a",
  "select (select 1 from t1, (select t1.num) x) from t1",
  "with t1 as (select 1) select * from t1, (select 2) x",
  "select * from t1, generate_series(1, t1.num)",
];

for (const source of taken) {
  Deno.test(`scope of FROM: ${source} stands`, () => assert.equal(mistake(source), null));
}
