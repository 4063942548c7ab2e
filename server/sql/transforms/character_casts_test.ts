import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [source: string, sql: string][] = [
  ["select a::varchar(3), a::varchar, a::text", "select left(CAST(a AS VARCHAR), 3), a::varchar, a::text"],
  ["select cast(a + 1 as character varying(10))", "select left(CAST(a + 1 AS VARCHAR), 10)"],
  ["select varchar(2) 'abc'", "select left(CAST('abc' AS VARCHAR), 2)"],
  ["select 'abc'::char(5)", "select rpad(left(CAST('abc' AS VARCHAR), 5), 5, ' ')"],
  ["select 'abc'::char(5) || 'x'", "select rtrim(left(CAST('abc' AS VARCHAR), 5), ' ') || 'x'"],
  [
    "select 'abc'::char(5)::varchar(2)",
    "select left(CAST(rtrim(left(CAST('abc' AS VARCHAR), 5), ' ') AS VARCHAR), 2)",
  ],
  [`select 'abc'::"char", 'abc'::bpchar`, "select left(CAST('abc' AS VARCHAR), 1), CAST('abc' AS VARCHAR)"],
  ["create table t (a varchar(3), b char(4))", "create table t (a varchar(3), b char(4))"],
];

for (const [source, sql] of cases) {
  Deno.test(`character cast: ${source}`, () => assert.equal(analyze({ text: source, start: 0 }).sql, sql));
}

Deno.test("a length that cannot be is refused", () => {
  const { mistake } = analyze({ text: "select 'abc'::varchar(0)", start: 0 });
  assert.equal(mistake?.sqlstate, "22023");
});
