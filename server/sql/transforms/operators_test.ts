import assert from "node:assert/strict";
import { DuckDBInstance } from "@duckdb/node-api";
import { analyze } from "../statement.ts";
import { operatorMacros } from "./operators.ts";

function rewritten(sql: string): string {
  return analyze({ text: sql, start: 0 }).sql;
}

const cases: [string, string][] = [
  ["select a ~ 'x'", "select a <~> 'x'"],
  ["select a!~'x' and b~*'y' or c !~* $1", "select a!<~>'x' and b<~*>'y' or c !<~*> $1"],
  ["select a operator(pg_catalog.~) 'x' from t", "select a OPERATOR(<~>) 'x' from t"],
  ["select a OPERATOR ( ~ ) 'x' from t", "select a OPERATOR(<~>) 'x' from t"],
  ["select a operator(pg_catalog.=) b from t", "select a OPERATOR(=) b from t"],
  ["select ~5, ~ -5", "select ~5, ~ -5"],
  ["select a ~~ b, '~' from t", "select a ~~ b, '~' from t"],
  ["select 'é' ~ 'x' || '~'", "select 'é' <~> 'x' || '~'"],
];

Deno.test("regular expression operators become this server's own", () => {
  for (const [sql, expected] of cases) assert.equal(rewritten(sql), expected);
});

Deno.test("the operators answer as PostgreSQL's do", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("ATTACH ':memory:' AS __duckgres");
    for (const sql of operatorMacros) await connection.run(sql);
    await connection.run("SET search_path = 'main,__duckgres.main'");
    const answers: [string, boolean | null][] = [
      ["'abc' ~ 'b'", true],
      ["'abc' ~ '^b'", false],
      ["'abc' ~ '^(abc)$'", true],
      ["'abc' ~ 'B'", false],
      ["'abc' ~* 'B'", true],
      ["'abc' !~ 'b'", false],
      ["'abc' !~* 'X'", true],
      ["e'a\\nc' ~ 'a.c'", true],
      ["not 'abc' ~ 'x' and 'abc' ~ 'c$'", true],
      ["null ~ 'x'", null],
      ["'ab' ~ ('a' || 'b')", true],
    ];
    for (const [expression, expected] of answers) {
      // Not to the end: Deno 2.9 crashes once the garbage collector has had a result's last, empty chunk.
      const result = await connection.run(rewritten(`select ${expression}`));
      const chunk = await result.fetchChunk();
      assert.deepEqual(chunk?.getRows(), [[expected]], expression);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});
