import assert from "node:assert/strict";
import { oids } from "../api/types.ts";
import { pgTypeOf } from "../types/mod.ts";
import { openTestDatabase } from "./testing.ts";

const quotient = (a: string, b: string) =>
  `{duckgres_numeric: CAST(${a} AS DOUBLE) / ${b}, quotient: ${a}, divisor: ${b}}`;

const deviation = (kind: number, counted: number, sum: string, squares: string) =>
  `{duckgres_numeric: 0.25::DOUBLE, deviation: ${kind}, counted: ${counted}, sum: ${sum}, squares: ${squares}}`;

/** A DuckDB expression, and PostgreSQL's text for what it stands for. */
const cases: [expression: string, text: string][] = [
  [quotient("0", "3"), "0.00000000000000000000"],
  [quotient("-7", "2"), "-3.5000000000000000"],
  [quotient("6999999995::hugeint", "3"), "2333333331.66666667"],
  [quotient("1.5::decimal(38,11)", "1"), "1.50000000000000000000"],
  [quotient("1", "0.00003"), "33333.333333333333"],
  // 1, 2, 3
  [deviation(3, 3, "6", "14"), "1.00000000000000000000"],
  [deviation(2, 3, "6", "14"), "0.81649658092772603273"],
  [deviation(0, 3, "6", "14"), "0.66666666666666666667"],
  // 1.5, 2.5, 4.0
  [deviation(7, 3, "8.0", "24500000000000::hugeint"), "1.2583057392117916"],
  [deviation(4, 1, "1.5", "2250000000000::hugeint"), "0"],
  [deviation(1, 3, "6", "NULL::hugeint"), "0.25"],
  ["{duckgres_numeric: 0.25::DOUBLE, quotient: NULL::int, divisor: NULL::int}", "0.25000000000000000000"],
  ["{duckgres_numeric: 0::DOUBLE, quotient: NULL::int, divisor: NULL::int}", "0.00000000000000000000"],
  ["{duckgres_numeric: 0.25::DOUBLE, quotient: 0.25, divisor: NULL::int}", "0.25"],
  ["{duckgres_numeric: 2.50, scale: 1}", "2.5"],
  ["[{duckgres_numeric: 1.00, scale: 0}, NULL, {duckgres_numeric: 1.25, scale: 2}]", "{1,NULL,1.25}"],
];

Deno.test("numerics that are worked out where they are shown", async () => {
  const db = await openTestDatabase();
  for (const [expression, text] of cases) assert.equal(await db.text(expression), text, expression);
  assert.equal(await db.binary(quotient("-7", "2")), "0002000040000010" + "0003" + "1388");
  const special = "{duckgres_numeric: 'NaN'::DOUBLE, quotient: NULL::int, divisor: NULL::int}";
  assert.equal(await db.text(special), "NaN");
  assert.equal(await db.binary(special), "00000000c0000000");
  const { types } = await db.encode(`select ${quotient("1", "3")}`);
  assert.deepEqual(pgTypeOf(types[0]), { oid: oids.numeric, length: -1, modifier: -1 });
  await db.close();
});
