import assert from "node:assert/strict";
import { oids } from "../api/types.ts";
import { pgTypeOf } from "../types/mod.ts";
import { openTestDatabase } from "./testing.ts";

/** As PostgreSQL 18 writes them. */
const texts: readonly (readonly [expression: string, text: string])[] = [
  ["row(1, 'x')", "(1,x)"],
  ["row(1, 2.5, 'this is a test')", '(1,2.5,"this is a test")'],
  ["row(null, '', true)", '(,"",t)'],
  ["row(null)", "()"],
  [`row('a,b', 'a"b', 'a\\b', '(', 'é')`, '("a,b","a""b","a\\\\b","(",é)'],
  ["row(1, row(2, 'a b'))", '(1,"(2,""a b"")")'],
  ["row([1, 2], timestamp '2024-01-02 03:04:05')", '("{1,2}","2024-01-02 03:04:05")'],
  ["[row(1, 'x'), row(2, null)]", '{"(1,x)","(2,)"}'],
  ["row({'a': 1})", '("{""a"":1}")'],
];

Deno.test("rows are records", async () => {
  const db = await openTestDatabase();
  for (const [expression, text] of texts) assert.equal(await db.text(expression), text, expression);
  const { types } = await db.encode("select row(1, 2), [row(1)], {'a': 1}");
  assert.deepEqual(types.map((type) => pgTypeOf(type).oid), [oids.record, 2287, oids.json]);
  await db.close();
});

Deno.test("in binary a record tells the types of its fields", async () => {
  const db = await openTestDatabase();
  const fields = ["00000017", "00000004", "00000001", "00000019", "00000001", "78", "00000017", "ffffffff"];
  assert.equal(await db.binary("row(1, 'x', null::int)"), `00000003${fields.join("")}`);
  await db.close();
});

Deno.test("many rows of one column", async () => {
  const db = await openTestDatabase();
  const { rows } = await db.encode("select row(i, repeat('x', 100), i::varchar) from range(5000) t(i)", [0]);
  const expected = (i: number) => `(${i},${"x".repeat(100)},${i})`;
  assert.deepEqual(rows.map(([field]) => new TextDecoder().decode(field!)), rows.map((_, i) => expected(i)));
  await db.close();
});
