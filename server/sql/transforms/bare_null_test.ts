import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const rewritten: [source: string, sql: string][] = [
  ["select null", "select CAST(null AS VARCHAR)"],
  ["select 1, NULL as a", "select 1, CAST(NULL AS VARCHAR) as a"],
  ["select * from (select null as x) t", "select * from (select CAST(null AS VARCHAR) as x) t"],
  ["create table t as select null as x", "create table t as select CAST(null AS VARCHAR) as x"],
  // Something else gives these a type.
  ["select null union all select 1", "select null union all select 1"],
  ["insert into t select null", "insert into t select null"],
  ["select null::int, coalesce(null, 1)", "select null::int, coalesce(null, 1)"],
  ["values (null)", "values (null)"],
  ["select (select null)", "select (select null)"],
];

for (const [source, sql] of rewritten) {
  Deno.test(`bare null: ${source}`, () => assert.equal(analyze({ text: source, start: 0 }).sql, sql));
}
