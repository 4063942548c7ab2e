import assert from "node:assert/strict";
import { castParameters, editParameters, nullParameters } from "./parameters.ts";
import { analyze } from "./statement.ts";

Deno.test("parameters are counted outside strings and comments", () => {
  const counts: [string, number][] = [
    ["select 1", 0],
    ["select $1", 1],
    ["select $2, $1, $2", 2],
    ["select '$1', \"$2\", $$ $3 $$ -- $4\n /* $5 */", 0],
    ["select a$1 from t", 0],
    ["from t select $3", 3],
    ["select $name", 0],
  ];
  for (const [sql, count] of counts) {
    assert.equal(analyze({ text: sql, start: 0 }).parameterCount, count, sql);
  }
});

Deno.test("parameters are cast outside strings and comments", () => {
  const casts = new Map([[1, "INTEGER"], [10, "VARCHAR[]"]]);
  const cases: [string, string][] = [
    ["select $1", "select CAST($1 AS INTEGER)"],
    ["select $1+$10, $2", "select CAST($1 AS INTEGER)+CAST($10 AS VARCHAR[]), $2"],
    ["select '$1', \"$1\", $a$ $1 $a$ -- $1", "select '$1', \"$1\", $a$ $1 $a$ -- $1"],
    ["select $1::text", "select CAST($1 AS INTEGER)::text"],
    ["select $name", "select $name"],
  ];
  for (const [sql, expected] of cases) assert.equal(castParameters(sql, casts), expected);
});

Deno.test("positions behind a cast lead back", () => {
  const edited = editParameters("select $1, x", new Map([[1, "INTEGER"]]));
  assert.equal(edited.toOriginal(edited.text.indexOf("x")), 11);
});

Deno.test("parameters become NULLs of their types", () => {
  const types = new Map([[1, "BIGINT"], [2, "VARCHAR"]]);
  assert.equal(
    nullParameters("select '$1', i, $2 from range($1::int) t(i)", types),
    "select '$1', i, CAST(NULL AS VARCHAR) from range(CAST(NULL AS BIGINT)::int) t(i)",
  );
});
