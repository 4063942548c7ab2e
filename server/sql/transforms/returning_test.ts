import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const understood = (text: string) => analyze({ text, start: 0 });

Deno.test("RETURNING names what DuckDB has", () => {
  const rewritten = [
    ["insert into t as x values (1) returning x.a, a", 'insert into t as x values (1) returning "t".a, a'],
    ["insert into t as x values (1) on conflict do nothing returning x.a", null],
    [
      "merge into t using u on true when matched then delete returning merge_action()",
      "merge into t using u on true when matched then delete returning merge_action",
    ],
  ] as const;
  for (const [source, sql] of rewritten) assert.equal(understood(source).sql, sql ?? source);
});

Deno.test("RETURNING has no aggregates, and DO UPDATE wants to know of which conflict", () => {
  assert.equal(understood("delete from t returning count(*)").mistake?.sqlstate, "42803");
  const upsert = understood("insert into t values (1) on conflict do update set a = 1");
  assert.equal(upsert.mistake?.sqlstate, "42601");
});

Deno.test("a table sample is a percentage", () => {
  const { sql } = understood("select 1 from t tablesample system (50) repeatable (3)");
  assert.equal(sql, "select 1 from t tablesample system (50 PERCENT) repeatable (3)");
  assert.equal(understood("select 1 from t tablesample nosuch (1)").mistake?.sqlstate, "42704");
});
