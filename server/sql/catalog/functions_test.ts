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
    ["round(1::float8 / 3, 2)", "0.33"],
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
