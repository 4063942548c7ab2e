/** STRUCT, MAP, UNION and VARIANT as JSON. */
import assert from "node:assert/strict";
import { openTestDatabase } from "./testing.ts";

const cases: readonly (readonly [expression: string, json: string])[] = [
  ["{'a': 1, 'b': 'x', 'c': null}", '{"a":1,"b":"x","c":null}'],
  ["{'a b\"c': true, 'n': {'m': [1, null]}}", '{"a b\\"c":true,"n":{"m":[1,null]}}'],
  ["{'r': row(1, 'x')}", '{"r":{"f1":1,"f2":"x"}}'],
  [`{'s': 'q"b\\' || chr(10) || chr(9) || chr(1) || 'é'}`, '{"s":"q\\"b\\\\\\n\\t\\u0001é"}'],
  ["{'f': 1.5::double, 'n': 'nan'::double, 'i': '-infinity'::float}", '{"f":1.5,"n":"NaN","i":"-Infinity"}'],
  ["{'d': 1.50::decimal(5, 2), 'h': 12345678901234567890::hugeint}", '{"d":1.50,"h":12345678901234567890}'],
  ["{'d': date '2024-01-02', 't': time '03:04:05.6'}", '{"d":"2024-01-02","t":"03:04:05.6"}'],
  [
    "{'t': timestamp '2024-01-02 03:04:05', 'z': '2024-01-02 03:04:05+00'::timestamptz, 'i': 'infinity'::timestamp}",
    '{"t":"2024-01-02T03:04:05","z":"2024-01-02T03:04:05+00:00","i":"infinity"}',
  ],
  [
    "{'b': '\\x00ab'::blob, 'u': uuid 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'}",
    '{"b":"\\\\x006162","u":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}',
  ],
  ["{'i': interval '1 day', 'e': 'b'::enum('a', 'b'), 'x': '101'::bit}", '{"i":"1 day","e":"b","x":"101"}'],
  ["{'j': '{\"k\": [1, 2]}'::json}", '{"j":{"k": [1, 2]}}'],
  ["map {'a': 1, 'b\"': null}", '{"a":1,"b\\"":null}'],
  ["map {1: 'x', 2: 'y'}", '[{"key":1,"value":"x"},{"key":2,"value":"y"}]'],
  ["map {}::map(varchar, int)", "{}"],
  ["map {}::map(int, int)", "[]"],
  ["map {'a': [{'b': 1}]}", '{"a":[{"b":1}]}'],
  ["union_value(num := 1)::union(num int, str varchar)", "1"],
  ["union_value(str := 'x')::union(num int, str varchar)", '"x"'],
  ["[{'a': 1}, {'a': 2}]", '{"{\\"a\\":1}","{\\"a\\":2}"}'],
  ["{'l': [[1, 2], []], 'a': [1, 2]::int[2]}", '{"l":[[1,2],[]],"a":[1,2]}'],
];

Deno.test("values with fields are JSON", async () => {
  const db = await openTestDatabase();
  for (const [expression, json] of cases) {
    assert.equal(await db.text(expression), json, expression);
    const { rows } = await db.encode(`select ${expression}`, [0]);
    assert.equal(new TextDecoder().decode(rows[0][0]!), json);
  }
  await db.close();
});

Deno.test("what is not an array is valid JSON that reads back", async () => {
  const db = await openTestDatabase();
  for (const [expression, json] of cases) {
    if (expression.startsWith("[")) continue;
    assert.doesNotThrow(() => JSON.parse(json), expression);
  }
  await db.close();
});

const variants: readonly (readonly [expression: string, json: string])[] = [
  ["true", "true"],
  ["(-1)::tinyint", "-1"],
  ["1::smallint", "1"],
  ["65535::usmallint", "65535"],
  ["9223372036854775807::bigint", "9223372036854775807"],
  ["170141183460469231731687303715884105727::hugeint", "170141183460469231731687303715884105727"],
  ["1.5::float", "1.5"],
  ["'nan'::double", '"NaN"'],
  ["1.50::decimal(5, 2)", "1.50"],
  ["1.5::decimal(30, 2)", "1.50"],
  ["'abc'", '"abc"'],
  ["'a text of more than twelve bytes'", '"a text of more than twelve bytes"'],
  ["'\\x01'::blob", '"\\\\x01"'],
  ["uuid 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", '"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"'],
  ["date '2024-01-01'", '"2024-01-01"'],
  ["time '01:02:03'", '"01:02:03"'],
  ["'2024-01-01 00:00:01'::timestamp_ns", '"2024-01-01T00:00:01"'],
  ["'2024-01-01 00:00:01+00'::timestamptz", '"2024-01-01T00:00:01+00:00"'],
  ["'01:02:03+02'::timetz", '"01:02:03+02"'],
  ["interval '1 month 2 day'", '"1 mon 2 days"'],
  ["123::bignum", "123"],
  ["'101'::bit", '"101"'],
  ["{'b': 1, 'a': 'x'}", '{"b":1,"a":"x"}'],
  ["[1, 2, null]", "[1,2,null]"],
  ["[]::int[]", "[]"],
  [
    "[{'a': {'deep key of a certain length': []}}, {'a': null}]",
    '[{"a":{"deep key of a certain length":[]}},{"a":null}]',
  ],
];

Deno.test("VARIANT is JSON", async () => {
  const db = await openTestDatabase();
  for (const [expression, json] of variants) {
    assert.equal(await db.text(`(${expression})::variant`), json, expression);
  }
  await db.close();
});

Deno.test("VARIANT of many rows, each of its own shape", async () => {
  const db = await openTestDatabase();
  const { rows } = await db.encode(
    `select case i % 4 when 0 then i::variant when 1 then ('text ' || i)::variant
      when 2 then {'i': i, 'l': [i, i]}::variant end from range(5000) t(i)`,
  );
  const expected = (i: number) => [String(i), `"text ${i}"`, `{"i":${i},"l":[${i},${i}]}`, null][i % 4];
  const got = rows.map(([field]) => field === null ? null : new TextDecoder().decode(field));
  assert.deepEqual(got, rows.map((_, i) => expected(i)));
  await db.close();
});
