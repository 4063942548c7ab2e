import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  [
    "select a from t order by a desc fetch first 3 rows with ties",
    "select a from t QUALIFY rank() OVER (ORDER BY a desc) <= (3) order by a desc ",
  ],
  [
    "select a from t order by a, b offset 1 fetch next row with ties",
    "select a from t QUALIFY rank() OVER (ORDER BY a, b) <= 1 + 1 order by a, b offset 1 ",
  ],
  ["select a from t order by a using >, b", "select a from t order by a DESC, b"],
  [
    "select distinct on (a, b) c from t order by b, a, c",
    "select distinct on (a, b) c from t order by b, a, c",
  ],
];

Deno.test("the end of a query", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected);
});

Deno.test("orders that PostgreSQL refuses", () => {
  const refused: [string, string][] = [
    ["select distinct on (a) b from t order by b", "42P10"],
    ["select distinct a from t order by b", "42P10"],
    ["select a from t union select a from u order by a + 1", "0A000"],
    ["select a from t limit a", "42P10"],
    ["select a from t order by a using <>", "42809"],
  ];
  for (const [sql, sqlstate] of refused) {
    assert.equal(analyze({ text: sql, start: 0 }).mistake?.sqlstate, sqlstate, sql);
  }
  const accepted = [
    "select distinct a + 1, b c from t order by c, a + 1, 1",
    "select distinct t.a from t order by a",
    "select distinct * from t order by b",
    "select distinct on (1) a from t order by a, b",
    "select a from t union select b from u order by a, 1 limit (select max(a) from t)",
  ];
  for (const sql of accepted) assert.equal(analyze({ text: sql, start: 0 }).mistake, null, sql);
});
