import assert from "node:assert/strict";
import { blankEdits } from "./blanks.ts";
import { analyze, analyzeWith, treeOf } from "./statement.ts";

const a = { oid: 1042, length: -1, modifier: 8, number: 1 };
const b = { oid: 1043, length: -1, modifier: 9, number: 2 };
const declared = new Map([["t", new Map([["a", a], ["b", b]])]]);

function edited(text: string): string | null {
  const edits = blankEdits(treeOf({ source: text })!, declared);
  return edits && analyzeWith(analyze({ text, start: 0 }), edits).sql;
}

Deno.test("a char is padded where it is shown", () => {
  assert.equal(edited("select a, b from t order by a"), `select rpad(a, 4, ' ') AS "a", b from t order by a`);
  assert.equal(edited("select x.a as c from t x"), "select rpad(x.a, 4, ' ') as c from t x");
  assert.equal(edited("select * from t"), `select * REPLACE (rpad("a", 4, ' ') AS "a") from t`);
  assert.equal(edited("delete from t returning a"), `delete from t returning rpad(a, 4, ' ') AS "a"`);
});

Deno.test("blanks of literals are cut off where a column has no place for them", () => {
  assert.equal(edited("insert into t values ('ok  ', 'good      ')"), "insert into t values ('ok', 'good ')");
  assert.equal(edited("insert into t (b) values ('x ')"), null);
  assert.equal(edited("update t set a = 'x ', b = 'too long '"), "update t set a = 'x', b = 'too long'");
  assert.equal(edited("delete from t where a in ('x ', 'y')"), "delete from t where a in ('x', 'y')");
});

Deno.test("parameters and queries go into a char without blanks at their ends", () => {
  assert.equal(
    edited("update t set a = $1, b = $2 where a = $3"),
    "update t set a = rtrim(CAST($1 AS VARCHAR), ' '), b = $2 where a = rtrim(CAST($3 AS VARCHAR), ' ')",
  );
  assert.equal(
    edited("insert into t (b, a) select x, y from u returning b"),
    "insert into t (b, a) SELECT * REPLACE (rtrim(dg_c2, ' ') AS dg_c2) FROM (select x, y from u) AS dg_given(dg_c1, dg_c2) " +
      "returning b",
  );
  assert.equal(edited("insert into t (b) select x from u"), null);
});

Deno.test("what has nothing to do with such columns stays", () => {
  for (const text of ["select b from t", "select a || 'x ' from t", "select a from u", "select 1"]) {
    assert.equal(edited(text), null, text);
  }
});
