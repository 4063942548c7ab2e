import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [source: string, sql: string][] = [
  ["select 'January 8, 1999'::date", "select CAST('1999-01-08' AS DATE)"],
  ["select '1999-01-08'::date, date '1999-01-08'", "select '1999-01-08'::date, date '1999-01-08'"],
  [
    "select cast('990108' as date), 'J2451187' :: date",
    "select CAST('1999-01-08' AS DATE), CAST('1999-01-08' AS DATE)",
  ],
  ["select '0044-03-15 BC'::date", "select CAST('0044-03-15 (BC)' AS DATE)"],
  ["select 'today'::date, 'tomorrow'::date", "select (CAST(now() AS DATE)), (CAST(now() AS DATE) + 1)"],
  [
    "select time '04:05 PM', '04:05:06.789'::time(1)",
    "select CAST('16:05:00' AS TIME), CAST('04:05:06.8' AS TIME)",
  ],
  ["select time with time zone '03:00+01'", "select CAST('03:00:00+01' AS TIMETZ)"],
  ["select timestamp (0) '2024-01-01 10:00:00.5'", "select CAST('2024-01-01 10:00:01' AS TIMESTAMP)"],
  [
    "select timestamptz '2024-01-01 12:00+02', '2024-01-01 12:00'::timestamptz",
    "select CAST('2024-01-01 10:00:00+00' AS TIMESTAMPTZ), CAST('2024-01-01 12:00:00' AS TIMESTAMPTZ)",
  ],
  ["select 'now'::timestamp", "select CAST(now() AS TIMESTAMP)"],
  ["select interval '1-2' year to month", "select CAST('14 months 0 days 00:00:00' AS INTERVAL)"],
  ["select interval '1 2' day to hour, 1", "select CAST('0 months 1 days 02:00:00' AS INTERVAL), 1"],
  ["select interval '5.678' second(1)", "select CAST('0 months 0 days 00:00:05.7' AS INTERVAL)"],
  ["select interval(0) '-1.6 seconds'", "select CAST('0 months 0 days -00:00:02' AS INTERVAL)"],
  ["select 'on'::bool, 'true'::bool", "select true, 'true'::bool"],
  ["select ' 1_000 '::int, '5'::int", "select CAST('1000' AS INTEGER), '5'::int"],
  [
    "select 1.50::numeric, '1e3'::numeric",
    "select CAST('1.50' AS DECIMAL(18, 2)), CAST('1000' AS DECIMAL(18, 0))",
  ],
  ["select 'NaN'::numeric", "select CAST('NaN' AS DOUBLE)"],
  [
    String.raw`select '\x01ff'::bytea, bytea ''`,
    String.raw`select CAST('\x01\xFF' AS BLOB), CAST('' AS BLOB)`,
  ],
  [String.raw`select E'\\x4142'::bytea`, String.raw`select CAST('\x41\x42' AS BLOB)`],
  [String.raw`select 'a\000'::bytea, null::bytea`, String.raw`select CAST('\x61\x00' AS BLOB), null::bytea`],
  ["select 44::bit(3), '101'::bit", "select CAST('100' AS BIT), CAST('1' AS BIT)"],
  ["select x::date, 'x'::text", "select x::date, 'x'::text"],
  [
    `select '{1,NULL,"2"}'::int[], '{}'::text[]`,
    "select CAST(['1', NULL, '2'] AS INTEGER[]), CAST([] AS VARCHAR[])",
  ],
  [`select '{{"a b"},{c}}'::text[][]`, "select CAST([['a b'], ['c']] AS VARCHAR[][])"],
  ["select '{sad,ok}'::mood[]", "select CAST(['sad', 'ok'] AS mood[])"],
];

for (const [source, sql] of cases) {
  Deno.test(`literal: ${source}`, () => assert.equal(analyze({ text: source, start: 0 }).sql, sql));
}

const refused: [source: string, sqlstate: string, position: number][] = [
  ["select 1, '1.5'::int", "22P02", 11],
  ["select '13/13/2024'::date", "22008", 8],
  ["select date 'nope'", "22007", 13],
  ["select '1 day 1 day'::interval", "22007", 8],
  ["select '1e400'::float8", "22003", 8],
  [String.raw`select 'é', '\x123'::bytea`, "22023", 13],
];

for (const [source, sqlstate, position] of refused) {
  Deno.test(`refused literal: ${source}`, () => {
    const { mistake } = analyze({ text: source, start: 0 });
    assert.deepEqual([mistake?.sqlstate, mistake?.position], [sqlstate, position]);
    assert.equal(analyze({ text: source, start: 5 }).mistake?.position, position + 5);
  });
}

Deno.test("the order of a date's parts is the session's", () => {
  const context = {
    catalogRelations: new Set<string>(),
    literals: { dateOrder: "DMY", intervalStyle: "postgres" },
  } as const;
  assert.equal(
    analyze({ text: "select date '2/1/1999'", start: 0 }, context).sql,
    "select CAST('1999-01-02' AS DATE)",
  );
});
