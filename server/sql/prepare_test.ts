import assert from "node:assert/strict";
import { executeArguments, preparationOf } from "./prepare.ts";
import { analyze } from "./statement.ts";

const prepared = (text: string, start = 0) => preparationOf(analyze({ text, start }))!;

Deno.test("PREPARE without types", () => {
  assert.deepEqual(prepared("prepare s as select 1"), {
    name: "s",
    types: [],
    query: { text: "select 1", start: 13 },
  });
});

Deno.test("PREPARE with types, behind other statements", () => {
  const { name, types, query } = prepared(
    'PREPARE "as" (int, text[], double precision) AS select $1 as "žž", $2',
    10,
  );
  assert.equal(name, "as");
  assert.deepEqual(types, [23, 1009, 701]);
  assert.deepEqual(query, { text: 'select $1 as "žž", $2', start: 58 });
});

Deno.test("PREPARE of a statement with brackets and AS", () => {
  assert.equal(prepared("prepare s as select (1) as a").query.text, "select (1) as a");
});

Deno.test("PREPARE of DuckDB's SQL, and what is no PREPARE", () => {
  assert.deepEqual(prepared("prepare s as from t"), {
    name: "s",
    types: [],
    query: { text: "from t", start: 13 },
  });
  for (const text of ["prepare", "prepare s", "prepare s as", "select 1"]) assert.equal(prepared(text), null);
});

Deno.test("PREPARE with a type that is not there", () => {
  assert.throws(() => prepared("prepare s (nonsense) as select $1"), { sqlstate: "42704" });
});

for (
  const [source, found] of [
    ["execute s", []],
    ["execute s (1)", ["1"]],
    ["EXECUTE s ( 1 , f(2, 'a,b'), array[3, 4] )", ["1", "f(2, 'a,b')", "array[3, 4]"]],
  ] as const
) {
  Deno.test(`arguments of ${source}`, () => assert.deepEqual(executeArguments(source), found));
}
