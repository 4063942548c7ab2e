/** Columns written whole give the bytes that values written one by one give. */
import assert from "node:assert/strict";
import type { Format } from "../api/executor.ts";
import { openTestDatabase, toHex } from "./testing.ts";

/** Around each power of ten, both signs, and the ends of the range. */
const bigints = [
  ...Array.from({ length: 19 }, (_, i) => [10n ** BigInt(i) - 1n, 10n ** BigInt(i), -(10n ** BigInt(i))])
    .flat(),
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n) + 1n,
];
const integers = [...bigints.filter((n) => n >= -(2n ** 31n) && n < 2n ** 31n), -(2n ** 31n)];

const rowsOf = (values: readonly unknown[]) => `(select unnest([${values.join(", ")}]) as v)`;

/** A name, an expression over `v`, and the rows `v` comes from. */
const columns: readonly (readonly [name: string, expression: string, rows: string])[] = [
  ["bigint", "v::bigint", rowsOf([...bigints, -(2n ** 63n)].map((n) => `${n}::hugeint`))],
  ["integer", "v::integer", rowsOf(integers)],
  ["smallint", "(v % 32768)::smallint", rowsOf(integers)],
  ["utinyint", "(abs(v::bigint) % 256)::utinyint", rowsOf(integers)],
  ["uinteger", "abs(v::bigint)::uinteger", rowsOf(integers)],
  ["double", "v / 7::double", rowsOf(integers)],
  ["float", "(v / 7)::float", rowsOf(integers)],
  ["boolean", "v % 3 = 0", rowsOf(integers)],
  ["date", "date '2000-01-01' + v", "(select unnest(range(-30, 30))::int as v)"],
  [
    "timestamp",
    "timestamp '2000-01-01' + interval (v * 12345678) millisecond",
    "(select unnest(range(-30, 30)) as v)",
  ],
  ["uuid", "md5(v::varchar)::uuid", rowsOf(integers)],
  ["text", "repeat('é', v // 2) || repeat('x', v % 2)", "(select unnest(range(0, 200)) as v)"],
  ["long text", "repeat(chr((97 + v % 26)::int), (v * 100)::int)", "(select unnest(range(0, 100)) as v)"],
];

/** Whose values have lengths that only writing tells, so that its rows are written one by one. */
const unmeasured = "interval 1 day";

for (const [name, expression, rows] of columns) {
  for (const format of [0, 1] as const) {
    for (const nulls of [false, true]) {
      const title = `a column of ${name}, ${format === 0 ? "text" : "binary"}${nulls ? ", with NULL" : ""}`;
      Deno.test(title, async () => {
        const db = await openTestDatabase();
        const value = nulls ? `case when v % 5 <> 0 then ${expression} end` : expression;
        const whole = await fields(db, `select ${value}, ${value} from ${rows}`, format);
        const single = await fields(db, `select ${value}, ${value}, ${unmeasured} from ${rows}`, format);
        assert.ok(whole.length > 16);
        assert.deepEqual(whole, single.map((row) => row.slice(0, 2)));
        await db.close();
      });
    }
  }
}

type TestDatabase = Awaited<ReturnType<typeof openTestDatabase>>;

async function fields(db: TestDatabase, sql: string, format: Format): Promise<(string | null)[][]> {
  const { rows } = await db.encode(sql, format === 0 ? [0] : sql.includes(unmeasured) ? [1, 1, 0] : [1]);
  return rows.map((row) => row.map((field) => field && toHex(field)));
}

Deno.test("columns written whole are cut into blocks", async () => {
  const db = await openTestDatabase();
  const { rows, blocks } = await db.encode("select i, repeat('x', 1000) from range(2000) t(i)");
  assert.equal(rows.length, 2000);
  assert.deepEqual(
    rows.map(([i]) => Number(new TextDecoder().decode(i!))),
    Array.from({ length: 2000 }, (_, i) => i),
  );
  assert.ok(blocks.length > 4 && blocks.every((bytes) => bytes < 300_000));
  await db.close();
});
