import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const query = (clauses: string) =>
  `with recursive t(a) as (select 1 union all select b from u, t where u.a = t.a) ${clauses} select * from t`;

function rewritten(clauses: string): string {
  return analyze({ text: query(clauses), start: 0 }).sql;
}

Deno.test("SEARCH keeps the way to a row", () => {
  assert.equal(
    rewritten("search depth first by a set o"),
    'with recursive t("a", "o") AS (SELECT "a", [row("a")] FROM (select 1 ) AS dg_l("a") union all ' +
      'SELECT "a", list_append("o", row("a")) FROM (select b, "t"."o" from u, t where u.a = t.a) AS r("a", "o")) select * from t',
  );
});

Deno.test("CYCLE ends where a row was met before", () => {
  const sql = rewritten("cycle a set m to 'y' default 'n' using p");
  assert.ok(
    sql.includes(`CASE WHEN list_contains("p", row("a")) THEN 'y' ELSE 'n' END, list_append("p", row("a"))`),
    sql,
  );
  assert.ok(sql.includes(`from u, (SELECT * FROM "t" WHERE "m" = 'n') AS "t" where`), sql);
});

Deno.test("other forms are refused", () => {
  const text =
    "with recursive t as (select * from u union all select * from t) search depth first by a set o select 1";
  assert.equal(analyze({ text, start: 0 }).mistake?.sqlstate, "0A000");
});
