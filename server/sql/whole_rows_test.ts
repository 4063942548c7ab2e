import assert from "node:assert/strict";
import { analyze } from "./statement.ts";

const columnsOf = (text: string) => analyze({ text, start: 0 }).wholeRows.map(({ column }) => column);

Deno.test("a column that bears a relation's name may be a whole row of it", () => {
  assert.deepEqual(columnsOf("select t from t"), [0]);
  assert.deepEqual(columnsOf("select 1, x as y from s.t x join u on true"), [1]);
  assert.deepEqual(columnsOf("select q from (select 1) q"), [0]);
  for (
    const text of [
      "select a from t",
      "select t.t from t",
      "select *, t from t",
      "select f(t) from t",
      "select t",
    ]
  ) {
    assert.deepEqual(columnsOf(text), [], text);
  }
});
