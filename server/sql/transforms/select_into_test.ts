import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

Deno.test("SELECT INTO makes a table", () => {
  const cases: [string, string][] = [
    ["select a, b into t from u", `CREATE TABLE "t" AS select a, b  from u`],
    ["select 1 as a into temp t union select 2", `CREATE TEMP TABLE "t" AS select 1 as a  union select 2`],
    ["explain select 1 as a into t", "explain select 1 as a into t"],
  ];
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});

Deno.test("SELECT INTO makes none within another statement", () => {
  const refused: [string, string][] = [
    ["insert into u select 1 into t", "INSERT ... SELECT cannot specify INTO"],
    ["create view v as select 1 into t", "views must not contain SELECT INTO"],
    ["copy (select 1 into t) to stdout", "COPY (SELECT INTO) is not supported"],
    ["select 1 union select 2 into t", "INTO is only allowed on first SELECT of UNION/INTERSECT/EXCEPT"],
    ["select * from (select 1 into t) as s", "SELECT ... INTO is not allowed here"],
    ["with q as (select 1 into t) select * from q", "SELECT ... INTO is not allowed here"],
  ];
  for (const [sql, message] of refused) {
    const { refusal, mistake } = analyze({ text: sql, start: 0 });
    assert.equal((refusal ?? mistake)?.message, message, sql);
  }
});
