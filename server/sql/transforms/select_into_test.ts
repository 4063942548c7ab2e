import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const rewritten: [source: string, sql: string][] = [
  ["select i into t from many", 'CREATE TABLE "t" AS select i  from many'],
  ["select i into temp table t from many", 'CREATE TEMP TABLE "t" AS select i  from many'],
  ["select 1 as x into public.t", 'CREATE TABLE "main"."t" AS select 1 as x '],
  [
    "with a as (select 1 as x) select x into t from a",
    'CREATE TABLE "t" AS with a as (select 1 as x) select x  from a',
  ],
  ["select count(*) into t from many", 'CREATE TABLE "t" AS select count(*) AS "count"  from many'],
  ["insert into t select 1", "insert into t select 1"],
];

for (const [source, sql] of rewritten) {
  Deno.test(`select into: ${source}`, () => assert.equal(analyze({ text: source, start: 0 }).sql, sql));
}
