import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

Deno.test("a function that returns a set makes rows in a select list", () => {
  const sql = "select generate_series(1, f(2)) + 1, pg_catalog.generate_series(1.5, x) from t";
  assert.equal(
    analyze({ text: sql, start: 0 }).sql,
    "select duckgres_series(1, f(2), 0) + 1, duckgres_numeric_series(1.5, x) from t",
  );
});

const refused: [string, string, number][] = [
  ["select 1 where generate_series(1, 2) > 0", "WHERE", 16],
  ["select case when true then generate_series(1, 2) end", "CASE", 28],
  ["select coalesce(1, unnest(a)) from t", "COALESCE", 20],
  ["update t set a = generate_series(1, 2)", "UPDATE", 18],
];

Deno.test("a set where there can be only one value is refused", () => {
  for (const [sql, place, position] of refused) {
    const { mistake } = analyze({ text: sql, start: 0 });
    assert.equal(mistake?.sqlstate, "0A000", sql);
    assert.equal(mistake?.message, `set-returning functions are not allowed in ${place}`);
    if (place !== "CASE") assert.equal(mistake?.position, position, sql);
  }
  assert.equal(analyze({ text: "select 1 where x in (select unnest(a))", start: 0 }).mistake, null);
});
