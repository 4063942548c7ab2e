import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const rewritten: [source: string, sql: string][] = [
  [
    "insert into t values (1) on conflict (i) do update set a = current_timestamp where t.d < current_date",
    "insert into t values (1) on conflict (i) do update set a = get_current_timestamp() where t.d < current_date()",
  ],
  ["insert into t values (current_date)", "insert into t values (current_date)"],
];

for (const [source, sql] of rewritten) {
  Deno.test(`conflict values: ${source}`, () => assert.equal(analyze({ text: source, start: 0 }).sql, sql));
}
