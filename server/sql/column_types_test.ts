import assert from "node:assert/strict";
import { typeByOid } from "../../worker/api/types.ts";
import type { Column } from "../../worker/api/executor.ts";
import { applyColumnTypes, columnTypes } from "./column_types.ts";
import { analyze, treeOf } from "./statement.ts";

const text = { oid: 25, length: -1, modifier: -1 };
const column = (name: string, oid = 25): Column => ({ name, type: { ...text, oid } });

/** What the columns of a statement are told to be, of an engine that has texts everywhere. */
function told(sql: string, names: string[], oid = 25): string[] {
  const { columnTypes } = analyze({ text: sql, start: 0 });
  const columns = applyColumnTypes(columnTypes, names.map((name) => column(name, oid)));
  return columns.map(({ type }) => {
    const name = typeByOid(type.oid)?.name ?? String(type.oid);
    return type.modifier < 0 ? name : `${name}(${type.modifier})`;
  });
}

Deno.test("the text tells of types that DuckDB has not", () => {
  assert.deepEqual(
    told("select 'a'::name, 'b'::varchar(10), 'c'::text, 't'::regclass, x", ["a", "b", "c", "d", "e"]),
    [
      "name",
      "varchar(14)",
      "text",
      "regclass",
      "text",
    ],
  );
  assert.deepEqual(told("select current_user, current_schema(), pg_typeof(1)", ["a", "b", "c"]), [
    "name",
    "name",
    "regtype",
  ]);
  assert.deepEqual(told("select B'101', B'1'::bit(3)", ["a", "b"], 1562), ["bit", "bit(3)"]);
});

Deno.test("columns of the catalogue are found through aliases, joins, subqueries and common tables", () => {
  const pair = ["name", "char"];
  assert.deepEqual(told("select c.relname, relkind from pg_catalog.pg_class c", ["a", "b"]), pair);
  assert.deepEqual(
    told("select r, k from (select relname, relkind from pg_class) s(r, k) join t on true", ["r", "k"]),
    pair,
  );
  assert.deepEqual(
    told("with s as (select relname as r, relkind as k from pg_class) select s.r, s.k from s", ["r", "k"]),
    pair,
  );
  assert.deepEqual(told("select relname from t", ["relname"]), ["text"]);
  assert.deepEqual(told("select relname from pg_class union select 'a'", ["relname"]), ["text"]);
});

Deno.test("a star's columns are told by their names, where none has the name of another", () => {
  const columns = ["oid", "relname", "other", "n"];
  assert.deepEqual(told("select *, 'x'::name from pg_class", columns), ["text", "name", "text", "name"]);
  assert.deepEqual(told("select *, 'x'::name from pg_class, t", columns), ["text", "name", "text", "name"]);
  const twice = ["relname", "other", "relname"];
  assert.deepEqual(told("select * from pg_class, t", twice), ["text", "text", "text"]);
});

Deno.test("columns that were declared with a length are told so, also by RETURNING", () => {
  const b = { oid: 1043, length: -1, modifier: 9, number: 1 };
  const declared = new Map([["t", new Map([["b", b]])], ["s.t", new Map()]]);
  const left = (source: string) =>
    columnTypes(treeOf({ source })!, declared)?.left.map((type) => type?.modifier ?? null);
  assert.deepEqual(left("select b, x.b, x.c from t x"), [9, 9, null]);
  assert.deepEqual(left("with t as (select 1 as b) select b from t"), [-1]);
  assert.deepEqual(left("select b from s.t"), undefined);
  assert.deepEqual(left("select u.b from (select b from t) u"), [9]);
  assert.deepEqual(left("insert into t values ('x') returning b"), [9]);
  assert.deepEqual(left("update t set a = 1 from u where u.a = t.a returning t.b, u.a"), [9, null]);
});

Deno.test("the engine's type stands where its values look different", () => {
  assert.deepEqual(told("select 1::name, x::regclass", ["a", "b"], 20), ["int8", "int8"]);
});
