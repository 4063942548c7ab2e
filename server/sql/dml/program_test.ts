import assert from "node:assert/strict";
import { analyze, treeOf } from "../statement.ts";
import { sourceOf } from "../source.ts";
import { programOf } from "./program.ts";

const understood = (text: string) => analyze({ text, start: 0 });

Deno.test("only statements that write in several places, or tell more than DuckDB can, are run in steps", () => {
  const inSteps = [
    "with d as (delete from t returning *) select * from d",
    "update t set a = 1 from u returning u.b",
    "delete from t using u returning *",
    "insert into t values (1) returning old.a",
    "delete from t returning (select 1)",
    "update t set (a, b) = (select 1, 2)",
  ];
  for (const sql of inSteps) assert.equal(understood(sql).inSteps, true, sql);
  const atOnce = [
    "with s as (select 1) insert into t select * from s returning *",
    "update t set a = 1 from u where t.b = u.b",
    "update t set (a, b) = (1, 2) returning a",
    "delete from t returning t.a",
    "select * from t",
  ];
  for (const sql of atOnce) assert.equal(understood(sql).inSteps, false, sql);
});

Deno.test("a statement is taken apart at its clauses", () => {
  const statement = understood(
    "with s as (select 1 as x), u (k) as (update only t as a set b = default, (c, d) = (x, 2) from s " +
      "where a.e is distinct from s.x returning a.b + 1, *) select count(*) from u where k > 0",
  );
  const { parts, main } = programOf(treeOf(statement)!, sourceOf(statement.source), statement.engineText);
  const [read, write] = parts;
  assert.deepEqual(read, { kind: "read", text: "s as (select 1 as x)" });
  assert.ok(write.kind === "update");
  assert.deepEqual(write.cte, { name: "u", columns: ' ("k")' });
  assert.deepEqual(write.sets, [
    { column: "b", value: null },
    { column: "c", value: "x" },
    { column: "d", value: "2" },
  ]);
  assert.deepEqual(write.from, { text: "s", names: [{ name: "s", column: null }] });
  assert.equal(write.where, "a.e is distinct from s.x");
  assert.deepEqual(write.returning, { items: ['a.b + 1 AS "?column?"', "*"], old: false, new: false });
  assert.deepEqual(main, { kind: "select", text: "select count(*) from u where k > 0" });
});

Deno.test("WITH queries that write stand at the top, and what they do not return cannot be read", () => {
  const nested = understood("select * from (with d as (delete from t returning *) select * from d) x");
  assert.deepEqual([nested.mistake?.sqlstate, nested.mistake?.position], ["0A000", 16]);
  const silent = understood("with d as (delete from t) select * from d");
  assert.match(silent.mistake?.message ?? "", /"d" does not have a RETURNING clause/);
});
