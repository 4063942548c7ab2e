import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const flat = (root: string) => `duckgres_path_flat(duckgres_path_item(${root}))`;

const cases: [string, string][] = [
  [
    "select a @? '$[*]' from t",
    `select list_transform([CAST(a AS JSON)], lambda dg_root: len(${flat("dg_root")}) > 0)[1]  from t`,
  ],
  [
    "select jsonb_path_query(a, '$[*]', '{}') from t",
    `select unnest(list_transform([{'r': CAST(a AS JSON), 'v': CAST('{}' AS JSON)}], lambda dg_in: ${
      flat("dg_in.r")
    })[1]) from t`,
  ],
  [
    "select a operator(pg_catalog.@?) '$[*]' from t",
    `select list_transform([CAST(a AS JSON)], lambda dg_root: len(${flat("dg_root")}) > 0)[1]  from t`,
  ],
  ["select a @@ to_tsquery('b')", "select a @@ to_tsquery('b')"],
];

Deno.test("jsonpath of operators and functions", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected, sql);
});

Deno.test("a path must be a constant", () => {
  const refused: [string, string][] = [
    ["select jsonb_path_exists(a, b) from t", "0A000"],
    ["select a @? '$.'", "42601"],
  ];
  for (const [text, sqlstate] of refused) {
    assert.equal(analyze({ text, start: 0 }).mistake?.sqlstate, sqlstate, text);
  }
});
