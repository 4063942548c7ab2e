import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [source: string, sql: string][] = [
  ["select (a, b) overlaps (c, d)", "select duckgres_overlaps(a, b,c, d)"],
  ["select row(a, b) overlaps row(c, d)", "select row(a, b) overlaps row(c, d)"],
  [
    "select a at local, (b) at local",
    "select a at TIME ZONE current_setting('TimeZone'), (b) at TIME ZONE current_setting('TimeZone')",
  ],
  ["select a at time zone '-08:30', 1", "select duckgres_at_offset(a , to_minutes(510)), 1"],
  ["select a at time zone 'UTC'", "select a at time zone 'UTC'"],
  [
    "select current_timestamp(2), localtime(6)",
    "select CAST(time_bucket(to_microseconds(10000), now()) AS TIMESTAMPTZ), CAST(CAST(now() AS TIMESTAMP) AS TIME)",
  ],
  [
    "select date '2024-01-02' - date '2024-01-01'",
    "select CAST(date '2024-01-02' - date '2024-01-01' AS INTEGER)",
  ],
  [
    "select a::time - time '03:00:00'",
    "select duckgres_time_minus(duckgres_time(a) , CAST('03:00:00' AS TIME))",
  ],
  [
    "select cast(a as time), '1:00'::time::interval",
    "select duckgres_time(a), duckgres_time_span(CAST('01:00:00' AS TIME))",
  ],
];

for (const [source, sql] of cases) {
  Deno.test(`date form: ${source}`, () => assert.equal(analyze({ text: source, start: 0 }).sql, sql));
}
