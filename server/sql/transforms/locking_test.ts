import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const understood = (text: string) => analyze({ text, start: 0 });

Deno.test("locking clauses are left out", () => {
  const rewritten = [
    ["select * from t for update", "select * from t "],
    ["select * from t for no key update of t nowait for share skip locked", "select * from t  "],
    ["select * from (select a from t for key share) x", "select * from (select a from t ) x"],
    ["select a as for_update from t", "select a as for_update from t"],
  ];
  for (const [source, sql] of rewritten) assert.equal(understood(source).sql, sql);
});

Deno.test("what has no rows of a table to lock is refused", () => {
  for (
    const sql of [
      "select distinct a from t for update",
      "select count(*) from t for share",
      "select a from t union select 1 for update",
      "select a from t group by a for update",
    ]
  ) assert.equal(understood(sql).mistake?.sqlstate, "0A000", sql);
  const { mistake } = understood("select * from t as x for update of t");
  assert.deepEqual([mistake?.sqlstate, mistake?.position], ["42P01", 36]);
});
