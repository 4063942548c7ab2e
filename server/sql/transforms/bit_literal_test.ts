import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const rewritten: [source: string, sql: string][] = [
  ["select b'101'", "select CAST('101' AS BIT)"],
  ["select B'0' as a, X'1f'", "select CAST('0' AS BIT) as a, CAST('00011111' AS BIT)"],
  ["select 'é', x'A' || b'1'", "select 'é', CAST(CAST('1010' AS BIT) || CAST('1' AS BIT) AS BIT)"],
  ["select b'101'::bit(4)", "select CAST('1010' AS BIT)"],
  ["select 'b101', '101'", "select 'b101', '101'"],
];

for (const [source, sql] of rewritten) {
  Deno.test(`bit literal: ${source}`, () => assert.equal(analyze({ text: source, start: 0 }).sql, sql));
}
