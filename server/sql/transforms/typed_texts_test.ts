import assert from "node:assert/strict";
import { analyzeTyped } from "../statement.ts";

const columns = [
  { name: "f", type: "double precision" },
  { name: "i", type: "integer" },
  { name: "b", type: "boolean" },
  { name: "s", type: "interval" },
  { name: "a", type: "integer[]" },
  { name: "n", type: "numeric" },
  { name: "p", type: "numeric", declared: { oid: 1700, length: -1, modifier: 655366 } },
  { name: "d", type: "date" },
  { name: "r", type: "real" },
  { name: "c", type: "character", declared: { oid: 1042, length: -1, modifier: 9 } },
];
const types = { columns: new Map([["x", columns]]), signature: "texts" };

function sqlOf(expression: string): string {
  const { sql } = analyzeTyped({ source: `select ${expression} from x`, start: 0 }, types);
  return sql.slice("select ".length, -" from x".length);
}

Deno.test("values of known types become texts as PostgreSQL writes them", () => {
  const cases: [string, string][] = [
    ["f::text", "duckgres_float_text(CAST(f AS VARCHAR))::text"],
    ["cast(s as text)", "cast(duckgres_interval_text(CAST(s AS VARCHAR)) as text)"],
    ["a::text", "duckgres_array_text(a)::text"],
    ["n::text", "duckgres_numeric_text(CAST(n AS VARCHAR))::text"],
    ["'x' || f", "'x' || duckgres_float_text(CAST(f AS VARCHAR))"],
    ["concat(b, i)", "concat(left(CAST(b AS VARCHAR), 1), i)"],
    ["i::text, p::text, d::text", "i::text, p::text, d::text"],
    ["a || 1", "duckgres_array_concat(a , 1, 0)"],
    ["a || null", "a <~|> []"],
    ["d - d + 1.5", "CAST(d - d AS INTEGER) + 1.5"],
    ["r * i", "CAST(r AS DOUBLE) * i"],
    ["octet_length(c), length(c)", "octet_length(rpad(c, 5, ' ')), length(c)"],
  ];
  for (const [expression, expected] of cases) assert.equal(sqlOf(expression), expected, expression);
});
