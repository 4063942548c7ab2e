import assert from "node:assert/strict";
import { probeParameters } from "./parameter_probe.ts";
import "./statement.ts"; // loads the parser

const one = (other: string, parameter = "$1") => `CASE WHEN true THEN ${parameter} ELSE ${other} END`;

const probes: [sql: string, probe: string | null][] = [
  ["select $1 + 1", `select ${one("1")} + 1`],
  ["select a.b - $1 from a", `select a.b - ${one("a.b")} from a`],
  ["update t set n = n * $1 where id = $2", `update t set n = n * ${one("n")} where id = $2`],
  ["select (a + b) * $1 from t", `select (a + b) * ${one("(a + b)")} from t`],
  ["select $1 + (a + b) from t", `select ${one("(a + b)")} + (a + b) from t`],
  [
    "select $1 * abs(a)::numeric(4, 2) from t",
    `select ${one("abs(a)::numeric(4, 2)")} * abs(a)::numeric(4, 2) from t`,
  ],
  ["select $1 + x[1] from t", `select ${one("x[1]")} + x[1] from t`],
  ["select 'ž', n + $1 from t", `select 'ž', n + ${one("n")} from t`],
  ["select id from t where id = any($1)", `select id from t where id = any(${one("[id]")})`],
  [
    "select id from t where lower(x) = any ($2)",
    `select id from t where lower(x) = any (${one("[lower(x)]", "$2")})`,
  ],
  ["select id from t where id <> all($1)", `select id from t where id <> all(${one("[id]")})`],
  ["select $1 + $2", null],
  ["select $1 = a from t", null],
  ["select $1", null],
  ["from t select a + $1", null],
];

for (const [sql, probe] of probes) {
  Deno.test(`probe of ${sql}`, () => assert.equal(probeParameters(sql), probe));
}
