import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  ["select 'a'::name, b::pg_catalog.name[] from t", "select 'a'::VARCHAR, b::VARCHAR[] from t"],
  ["create table t (a jsonb, b citext not null)", "create table t (a JSON, b VARCHAR not null)"],
  ["alter table t add column a jsonb", "alter table t add column a JSON"],
  ["select cast(name as name) from t", "select cast(name as VARCHAR) from t"],
  ["select jsonb '{}'", "select CAST('{}' AS JSON)"],
  ["select a::s.name, name, jsonb from t", "select a::s.name, name, jsonb from t"],
  ["create table t (a float, b float(24), c real)", "create table t (a DOUBLE, b REAL, c real)"],
  [
    "create table t (a time (3) without time zone[], b timestamp(3) with time zone not null)",
    "create table t (a TIME[], b TIMESTAMPTZ not null)",
  ],
  ["select a::interval day to second(3), b::interval from t", "select a::INTERVAL, b::interval from t"],
  ["select 1::anyelement, cast(a::int as anyelement)", "select 1, (a::int)"],
  ["create table t (a bit varying(3), b bit(3) array)", "create table t (a BIT, b BIT array)"],
];

Deno.test("types that DuckDB does not know become those that hold their values", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});

const refused: [sql: string, sqlstate: string][] = [
  ["create table t (a int, b point)", "0A000"],
  ["select type '1'", "42704"],
  ["select x::int4range from t", "0A000"],
  ["select x::numeric(1001) from t", "22023"],
  ["select x::numeric(40, 2) from t", "0A000"],
];

Deno.test("types that nothing can stand for are refused by name", () => {
  for (const [text, sqlstate] of refused) {
    assert.equal(analyze({ text, start: 0 }).mistake?.sqlstate, sqlstate);
  }
});
