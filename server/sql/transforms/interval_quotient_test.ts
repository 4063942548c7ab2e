import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const rewritten: [source: string, sql: string][] = [
  ["select interval '1 month' / 2", "select (CAST('1 months 0 days 00:00:00' AS INTERVAL) </> 2)"],
  [
    "select '1 day'::interval / 2 / a ^ 2 + b",
    "select ((CAST('0 months 1 days 00:00:00' AS INTERVAL) </> 2) </> a ^ 2) + b",
  ],
  ["select a / 2, 7 / 2 / 3", "select a / 2, 7 / 2 / 3"],
];

for (const [source, sql] of rewritten) {
  Deno.test(`interval quotient: ${source}`, () => assert.equal(analyze({ text: source, start: 0 }).sql, sql));
}
