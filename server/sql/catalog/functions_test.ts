/** PostgreSQL's functions and operators as a statement calls them: analysed, then run. */
import assert from "node:assert/strict";
import { DuckDBInstance } from "@duckdb/node-api";
import { analyze } from "../statement.ts";
import { operatorMacros } from "../transforms/operators.ts";
import { catalogBootstrap } from "./mod.ts";

const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
for (const sql of [...catalogBootstrap({ version: "18" }), ...operatorMacros]) await connection.run(sql);
await connection.run(
  "SET search_path = 'main,__duckgres.main'; SET integer_division = true; SET TimeZone = 'UTC'",
);

async function textOf(expression: string): Promise<string | null> {
  const { sql, mistake } = analyze({ text: `select (${expression})::text`, start: 0 });
  if (mistake) throw mistake;
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows()[0][0] as string | null;
}

async function answers(
  cases: readonly (readonly [expression: string, answer: string | null])[],
): Promise<void> {
  for (const [expression, answer] of cases) assert.equal(await textOf(expression), answer, expression);
}

async function errors(cases: readonly (readonly [expression: string, error: RegExp])[]): Promise<void> {
  for (const [expression, error] of cases) await assert.rejects(textOf(expression), error, expression);
}

Deno.test("numbers", async () => {
  await answers([
    ["7 / 2", "3"],
    ["div(-9, 4)", "-2"],
    ["round(2.5)", "3"],
    ["round(2.5::float8) = 2", "true"],
    ["round(5, 2)", "5.00"],
    ["round((select 1.0) / 3, 2)", "0.33"],
    ["(select round(avg(i), 2) from range(4) t(i))", "1.50"],
    ["sign(-8.4)", "-1"],
    ["width_bucket(5.35, 0.024, 10.06, 5)", "3"],
    ["width_bucket(10, 10, 0, 5)", "1"],
    ["width_bucket(5, array[1, 3, 4, 10])", "3"],
    ["sind(30)", "0.5"],
    ["cosd(120)", "-0.5"],
    ["tand(45) = 1", "true"],
    ["acosd(-0.5) = 120", "true"],
    ["min_scale(8.4100)", "2"],
  ]);
  await errors([
    ["1 / 0", /\[22012\] division by zero/],
    ["1.5 % 0", /\[22012\]/],
    ["1::float8 / 0", /\[22012\]/],
    ["mod(1, 0)", /\[22012\]/],
    ["(-1) ^ 0.5", /\[2201F\]/],
    ["power(0, -1)", /\[2201F\]/],
    ["acosh(0.5)", /\[22003\]/],
    ["width_bucket(1, 2, 3, 0)", /\[2201G\]/],
  ]);
});

Deno.test("regular expressions", async () => {
  await answers([
    ["'foo bar' ~ '\\yfoo\\y'", "true"],
    ["regexp_replace('foobarbaz', 'b(..)', 'X\\1Y', 'g')", "fooXarYXazY"],
    ["regexp_replace('abc', 'B', '[\\&]', 'i')", "a[b]c"],
    ["regexp_replace('x', 'x', '\\2')", ""],
    ["regexp_replace('Thomas', '.', 'X', 3, 2)", "ThoXas"],
    ["regexp_replace('A function', 'a|u', 'X', 1, 0, 'i')", "X fXnction"],
    ["regexp_match('foobarbequebaz', '(bar)(beque)')", "[bar, beque]"],
    ["regexp_match('abc', 'x')", null],
    ["regexp_count('123456789012', '\\d\\d\\d', 2)", "3"],
    ["regexp_instr('ABCDEF', 'c(.)(..)', 1, 1, 0, 'i', 2)", "5"],
    ["regexp_substr('ABCDEF', 'c(.)(..)', 1, 1, 'i', 2)", "EF"],
    ["regexp_like('Hello World', 'world$', 'i')", "true"],
    ["substring('foobar' from 'o(.)b')", "o"],
    ["substring('Thomas' similar '%#\"o_a#\"_' escape '#')", "oma"],
    ["'a%' similar to 'a#%' escape '#'", "true"],
    ["'abc' like any (array['x%', 'a%'])", "true"],
    ["'a' like all (array['a', null])", null],
    ["(select string_agg(m[2], ',') from regexp_matches('a=1,b=2', '(\\w)=(\\d)', 'g') m)", "1,2"],
  ]);
  await errors([
    ["regexp_match('aa', '(a)\\1')", /back references in regular expressions are not supported/],
    ["regexp_match('a', 'a(?=b)')", /look-around constraints in regular expressions are not supported/],
    ["regexp_like('a', 'a', 'z')", /\[22023\] invalid regular expression option/],
  ]);
});

Deno.test("templates of times", async () => {
  await answers([
    ["to_char(timestamp '2002-04-20 17:31:12.66', 'YYYY-MM-DD HH24:MI:SS.MS')", "2002-04-20 17:31:12.660"],
    ["to_char(interval '15h 2m 12s', 'HH24:MI:SS')", "15:02:12"],
    ["to_char(time '15:02:12', 'HH12:MI')", "03:02"],
    ["to_char(interval '-1 day', 'DD')", "-1"],
    ["to_char(date '2024-01-05', 'Day, DD|FMDay|dy|MONTH')", "Friday   , 05|Friday|fri|JANUARY  "],
    ["to_char(date '2024-12-30', 'IYYY IYY IW IDDD ID D Q CC J')", "2025 025 01 001 1 2 4 21 2460675"],
    ["to_char(date '2024-01-01', 'FMDDth \"of\" FMMonth')", "1st of January"],
    ["to_char(timestamptz '2024-01-05 13:04:05+00', 'HH12 a.m. TZ OF TZH:TZM')", "01 p.m. UTC +00 +00:00"],
    ["to_char(date '2024-08-05', 'RM|FMrm|Y,YYY')", "VIII|viii|2,024"],
    ["to_char(null::timestamp, 'YYYY')", null],
    ["to_char(timestamp '2024-01-05', '')", null],
    [
      "(select string_agg(to_char(max, 'Mon YYYY'), '') from (select max(d) from (values (date '2024-02-01')) t(d)) m)",
      "Feb 2024",
    ],
    ["to_char((select timestamp '2024-01-05'), 'YYYY')", "2024"],
    ["(select to_char(timestamp '2024-01-05', f) from (values ('YYYY Mon DD')) t(f))", "2024 Jan 05"],
    ["to_date('05 Dec 2000', 'DD Mon YYYY')", "2000-12-05"],
    ["to_date('20240229', 'YYYYMMDD')", "2024-02-29"],
    ["to_date('2024-366', 'YYYY-DDD')", "2024-12-31"],
    ["to_date('2006-01', 'IYYY-IW')", "2006-01-02"],
    ["to_date('1/2/97', 'MM/DD/YY')", "1997-01-02"],
    ["to_timestamp('2011-12-18 11:38 PST', 'YYYY-MM-DD HH:MI TZ')", "2011-12-18 19:38:00+00"],
    ["to_timestamp('2024-01-05 01:02:03.5 PM', 'YYYY-MM-DD HH12:MI:SS.MS PM')", "2024-01-05 13:02:03.5+00"],
    ["to_timestamp('2000    JUN', 'YYYY MON')", "2000-06-01 00:00:00+00"],
  ]);
  await errors([
    ["to_date('2024-02-30', 'YYYY-MM-DD')", /\[22008\]/],
    ["to_date('x', 'YYYY')", /\[22007\] invalid value "x" for "YYYY"/],
    ["to_timestamp('2000    JUN', 'FXYYYY MON')", /\[22007\]/],
  ]);
});

Deno.test("templates of numbers", async () => {
  await answers([
    ["to_char(485, '999')", " 485"],
    ["to_char(-485, '999')", "-485"],
    ["to_char(485, '9 9 9')", " 4 8 5"],
    ["to_char(1485, '9,999')", " 1,485"],
    ["to_char(85, '9,999')", "    85"],
    ["to_char(-0.1, '99.99')", "  -.10"],
    ["to_char(-0.1, 'FM90.99')", "-0.1"],
    ["to_char(12, 'FM9990999.9')", "0012."],
    ["to_char(-125.8, '999D99S')", "125.80-"],
    ["to_char(-485, '9SG99')", "4-85"],
    ["to_char(-485, '999PR')", "<485>"],
    ["to_char(485, 'FMRN')", "CDLXXXV"],
    ["to_char(482, '999th')", " 482nd"],
    ["to_char(12.4, '99V999')", " 12400"],
    ["to_char(0.0004859, '9.99EEEE')", " 4.86e-04"],
    ["to_char(1234, '99')", " ##"],
    ["to_char(1234567.891, 'FM999,999,999.00')", "1,234,567.89"],
    ["to_char(null::int, '999')", null],
    ["to_number('12,454.8-', '99G999D9S')", "-12454.8"],
  ]);
});

Deno.test("format()", async () => {
  await answers([
    ["format('Hello %s, %1$s', 'World')", "Hello World, World"],
    ["format('%s|%%|%s', 'a', null)", "a|%|"],
    ["format('%I %I %L %L', 'Foo bar', 'foo', 'O''Reilly', null)", "\"Foo bar\" foo 'O''Reilly' NULL"],
    ["format('|%10s|%-10s|%*s|', 'foo', 'bar', -5, 'x')", "|       foo|bar       |x    |"],
    ["format('|%2$*1$s|', 10, 'foo')", "|       foo|"],
  ]);
  await errors([
    ["format('%s')", /too few arguments for format/],
    ["format('%x', 1)", /unrecognized format\(\) type specifier "x"/],
    ["format('%I', null)", /\[22004\]/],
  ]);
});

Deno.test("bytes, bits and nulls", async () => {
  await answers([
    ["encode(btrim('\\x1234567890'::bytea, '\\x9012'::bytea), 'hex')", "345678"],
    ["encode(rtrim('\\x1234567890'::bytea, '\\x9012'::bytea), 'hex')", "12345678"],
    ["encode(overlay('\\x1234567890'::bytea placing '\\x0203'::bytea from 2 for 3), 'hex')", "12020390"],
    ["encode(substring('\\x1234567890'::bytea from 3 for 2), 'hex')", "5678"],
    ["position('\\x5678'::bytea in '\\x1234567890'::bytea)", "3"],
    ["position('\\x23'::bytea in '\\x1234'::bytea)", "0"],
    ["encode(reverse('\\xabcd'::bytea), 'hex')", "cdab"],
    ["substring(B'110010111111' from 3 for 2)", "00"],
    ["overlay(B'0101' placing B'11' from 2 for 1)", "01101"],
    ["(select substring(max(s), 2) || trim(max(s)) from (values (' ab')) t(s))", "abab"],
    ["num_nulls(1, null, 2)", "1"],
    ["num_nonnulls(null)", "0"],
    ["5.0 / 2", "2.5000000000000000"],
    ["1 / 3::numeric", "0.33333333333333333333"],
    ["5.0 / 5", "1.00000000000000000000"],
    ["-123456.0 / 3", "-41152.000000000000"],
  ]);
});
