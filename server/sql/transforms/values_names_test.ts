import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  [
    "select * from (values (1, 'x'), (2, null)) v",
    "select * from (values (1, 'x'), (2, null)) v(column1, column2)",
  ],
  [
    "select * from ((values (1)) as v join t on true)",
    "select * from ((values (1)) as v(column1) join t on true)",
  ],
  ["select * from (values (1))", "select * from (values (1)) AS dg_values(column1)"],
  ["select * from (values (1)) v(a)", "select * from (values (1)) v(a)"],
  ["with x as (values (1)) select * from x", "with x(column1) as (values (1)) select * from x"],
  [
    "select * from (t join u using (a)) as j(x, y)",
    "select * from (SELECT * FROM t join u using (a)) as j(x, y)",
  ],
];

Deno.test("the columns of VALUES are named, and joins are sub-selects where they have an alias", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});
