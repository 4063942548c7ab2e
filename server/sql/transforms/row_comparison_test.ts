import assert from "node:assert/strict";
import { DuckDBInstance } from "@duckdb/node-api";
import { rowFunctionSources } from "../catalog/functions_rows.ts";
import { createStatements } from "../catalog/source.ts";
import { analyze } from "../statement.ts";

const rewritten = (sql: string) => analyze({ text: sql, start: 0 }).sql;

Deno.test("rows are compared by macros", () => {
  const cases: [string, string][] = [
    ["select (a, b) > (1, $1)", "select duckgres_row_gt(a, b, 1, $1)"],
    ["select row(a, f(b, 1)) <> row (c, d) and e", "select (NOT duckgres_row_eq(a, f(b, 1), c, d)) and e"],
    ["select (a, b, c) <= (1, 2, 3)", "select duckgres_row_le(a, b, c, 1, 2, 3)"],
    [
      "select (a, b) in ((1, 2), (3, null))",
      "select ((duckgres_row_eq(a, b, 1, 2) OR duckgres_row_eq(a, b, 3, null)))",
    ],
    ["select (a, b) not in ((1, 2))", "select (NOT (duckgres_row_eq(a, b, 1, 2)))"],
    [
      "select (a, b) = (select c, d from t)",
      "select (SELECT duckgres_row_eq(a, b, dg_1, dg_2) FROM (select c, d from t) AS dg_row(dg_1, dg_2))",
    ],
  ];
  for (const [sql, expected] of cases) assert.equal(rewritten(sql), expected);
});

Deno.test("rows that a macro must not repeat are DuckDB's to compare", () => {
  for (
    const sql of [
      "select (a, random()) > (1, 2)",
      "select (a, (select 1)) = (1, 2)",
      "select row(t.*) = row(u.*)",
      "select row(t.*, 1) = row(u.*, 1)",
      "select row(1) = row(2)",
      "select ((1, 2), 3) = ((1, 2), 3)",
      "select (a, b) in ((1, 2), (3, 4))",
      "select (1, 2, 3, 4, 5, 6) = (1, 2, 3, 4, 5, 6)",
    ]
  ) assert.equal(rewritten(sql), sql);
});

/** As PostgreSQL 18 answers. */
const answers: [string, boolean | null][] = [
  ["(1, 2) = (1, 2)", true],
  ["(1, null) = (1, 2)", null],
  ["(1, null) = (2, 2)", false],
  ["(1, null) <> (2, 2)", true],
  ["(1, null) <> (1, 2)", null],
  ["(null, 1) > (1, 1)", null],
  ["(2, null) > (1, 1)", true],
  ["(1, null) > (1, 1)", null],
  ["(0, null) > (1, 1)", false],
  ["(1, 2) in ((1, 3), (1, 2))", true],
  ["(1, null) in ((1, 2), (2, 2))", null],
  ["(1, null) not in ((2, 2))", true],
  ["(1, 2) >= (select 1, 2)", true],
  ["(1, 2) <> (select 1, null)", null],
  ["(1, 2) = (select 1, 2 where false)", null],
  ["(1, 2) >= (1, 2)", true],
  ["(1, 2) > (1, 2)", false],
  ["(1, 2) < (1, 3)", true],
  ["(1, 2, 3) <= (1, 2, 2)", false],
  ["(1, 1, 3) <= (1, 2, 2)", true],
  ["(1, 2, 3, 4, 5) < (1, 2, 3, 4, 6)", true],
];

Deno.test("NULLs decide as in PostgreSQL", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("ATTACH ':memory:' AS __duckgres");
    for (const sql of createStatements(rowFunctionSources)) await connection.run(sql);
    await connection.run("SET search_path = 'main,__duckgres.main'");
    for (const [expression, expected] of answers) {
      const reader = await connection.runAndReadAll(rewritten(`select ${expression}`));
      assert.deepEqual(reader.getRows(), [[expected]], expression);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});
