import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  // A name becomes an oid …
  ["select 1 where a = 't'::regclass", "select 1 where a = duckgres_regclass('t')"],
  ["select 1 where a = 't'::pg_catalog.regclass", "select 1 where a = duckgres_regclass('t')"],
  ["select 1 where a = cast('t' as regclass)", "select 1 where a = duckgres_regclass('t')"],
  ["select 1 where a = regclass 't'", "select 1 where a = duckgres_regclass('t')"],
  ["select 1 where a = $1::regclass", "select 1 where a = duckgres_regclass($1)"],
  ["select 1 where a = ($1::text)::regclass", "select 1 where a = duckgres_regclass(($1::text))"],
  ["select 't'::regclass::oid", "select duckgres_regclass('t')::oid"],
  ["select ('t')::regclass::int8", "select duckgres_regclass(('t'))::int8"],
  [
    "select 'int4'::regtype::oid, 'f'::regproc::oid",
    "select duckgres_regtype('int4')::oid, duckgres_regproc('f')::oid",
  ],
  // … an oid becomes a name …
  ["select c.oid::regclass from t c", "select duckgres_regclass_text(c.oid) from t c"],
  ["select (a + 1)::regclass::text from t", "select duckgres_regclass_text((a + 1))::text from t"],
  ["select f(a, (b))::regtype from t", "select duckgres_regtype_text(f(a, (b))) from t"],
  [
    "select ((a).b)::regnamespace, c::regrole from t",
    "select duckgres_regnamespace_text(((a).b)), duckgres_regrole_text(c) from t",
  ],
  ["select cast(a as pg_catalog.regtype) from t", "select duckgres_regtype_text(a) from t"],
  ["select -a::regclass from t", "select -duckgres_regclass_text(a) from t"],
  // … and a name that is shown stays a name.
  ["select 't'::regclass", "select duckgres_regclass_text(duckgres_regclass('t'))"],
  ["select 1, cast('t' as regclass) as x", "select 1, duckgres_regclass_text(duckgres_regclass('t')) as x"],
  ["select regclass 't'", "select duckgres_regclass_text(duckgres_regclass('t'))"],
];

Deno.test("casts to object names become calls", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});

Deno.test("arrays of object names are left alone", () => {
  const sql = "select a::regtype[] from t";
  assert.equal(analyze({ text: sql, start: 0 }).sql, sql);
});
