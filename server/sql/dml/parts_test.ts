import assert from "node:assert/strict";
import { analyze } from "../statement.ts";
import { queryParts } from "./parts.ts";

const partsOf = (text: string) => queryParts(analyze({ text, start: 0 })).map(([a, b]) => text.slice(a, b));

Deno.test("the queries of a statement stand by themselves", () => {
  assert.deepEqual(
    partsOf(
      "with a (x) as (insert into t values ('(') returning *), b as materialized (select 1) delete from u",
    ),
    ["insert into t values ('(') returning *", "select 1", "delete from u"],
  );
  assert.deepEqual(partsOf("create view v (a) as select 1 as b"), ["select 1 as b"]);
  assert.deepEqual(partsOf("select 1"), []);
});
