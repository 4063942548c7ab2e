import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  ["select 'a'::name, b::pg_catalog.name[] from t", "select 'a'::VARCHAR, b::VARCHAR[] from t"],
  ["create table t (a jsonb, b citext not null)", "create table t (a JSON, b VARCHAR not null)"],
  ["alter table t add column a jsonb", "alter table t add column a JSON"],
  ["select cast(name as name) from t", "select cast(name as VARCHAR) from t"],
  ["select jsonb '{}'", "select JSON '{}'"],
  ["select a::s.name, name, jsonb from t", "select a::s.name, name, jsonb from t"],
];

Deno.test("types that DuckDB does not know become those that hold their values", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});
