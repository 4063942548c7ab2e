/** The loop over rows: messages, blocks, formats, and DuckDB's vectors of every shape. */
import assert from "node:assert/strict";
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import { defaultRenderSettings } from "../api/executor.ts";
import { rowEncoder } from "./encoder.ts";
import { blockBytes } from "./output.ts";
import { chunksOf, openTestDatabase, parseDataRows, toHex } from "./testing.ts";

function texts(rows: (Uint8Array | null)[][]): (string | null)[][] {
  return rows.map((row) => row.map((field) => field === null ? null : new TextDecoder().decode(field)));
}

Deno.test("a DataRow is 'D', its length, the number of fields, and each field with its length", async () => {
  const db = await openTestDatabase();
  const result = await duckdb.query(db.connection, "select 7, null::int, 'ab'");
  const [chunk] = chunksOf(result);
  const types = [0, 1, 2].map((i) => duckdb.column_logical_type(result, i));
  const blocks: string[] = [];
  rowEncoder(types, [], defaultRenderSettings)
    .encode(chunk, ({ bytes, rows }) => void blocks.push(`${rows} ${toHex(bytes)}`));
  assert.deepEqual(blocks, ["1 44" + "00000015" + "0003" + "0000000137" + "ffffffff" + "000000026162"]);
  await db.close();
});

Deno.test("formats are one for each column, one for all, or none", async () => {
  const db = await openTestDatabase();
  const sql = "select 1::int, 2::int";
  const hex = async (formats: (0 | 1)[]) => (await db.encode(sql, formats)).rows[0].map((f) => toHex(f!));
  assert.deepEqual(await hex([]), ["31", "32"]);
  assert.deepEqual(await hex([1]), ["00000001", "00000002"]);
  assert.deepEqual(await hex([0, 1]), ["31", "00000002"]);
  await assert.rejects(() => db.encode(sql, [0, 1, 0]), (error) => {
    assert.ok(error instanceof PgError);
    assert.equal(error.sqlstate, "08P01");
    assert.equal(error.message, "bind message has 3 result formats but query has 2 columns");
    return true;
  });
  await db.close();
});

Deno.test("no columns and no rows", async () => {
  const db = await openTestDatabase();
  assert.deepEqual((await db.encode("select 1 where false")).blocks, []);
  await db.close();
});

Deno.test("blocks pass 256 KiB by one row at most, and keep their bytes", async () => {
  const db = await openTestDatabase();
  const result = await duckdb.query(db.connection, "select i, repeat('x', 1000) from range(2000) t(i)");
  const types = [0, 1].map((i) => duckdb.column_logical_type(result, i));
  const encoder = rowEncoder(types, [], defaultRenderSettings);
  const blocks: { bytes: Uint8Array; rows: number }[] = [];
  for (const chunk of chunksOf(result)) encoder.encode(chunk, (block) => void blocks.push(block));
  assert.ok(blocks.length >= 7);
  for (const { bytes } of blocks) assert.ok(bytes.length < blockBytes + 2000);
  const numbers = blocks.flatMap(({ bytes }) =>
    texts(parseDataRows(bytes)).map(([number]) => Number(number))
  );
  assert.deepEqual(numbers, Array.from({ length: 2000 }, (_, i) => i));
  await db.close();
});

Deno.test("rows far larger than a block", async () => {
  const db = await openTestDatabase();
  const { rows } = await db.encode("select i, repeat('é', 5000000), i from range(3) t(i)");
  assert.equal(rows.length, 3);
  for (const [i, [first, long, last]] of rows.entries()) {
    assert.equal(new TextDecoder().decode(first!), String(i));
    assert.equal(long!.length, 10_000_000);
    assert.equal(new TextDecoder().decode(long!.subarray(0, 4)), "éé");
    assert.equal(new TextDecoder().decode(last!), String(i));
  }
  await db.close();
});

/** SQL whose vectors DuckDB keeps in different shapes, and the same computed here. */
const shapes: readonly (readonly [name: string, sql: string, row: (i: number) => (string | null)[]])[] = [
  [
    "constants",
    "select 42, 'a constant that is long' from range(5000) t(i)",
    () => ["42", "a constant that is long"],
  ],
  ["a sequence", "select i from range(5000) t(i)", (i) => [String(i)]],
  [
    "strings of every length",
    "select repeat('z', (i % 40)::int) from range(5000) t(i)",
    (i) => ["z".repeat(i % 40)],
  ],
  [
    "NULL here and there",
    "select case when i % 3 = 0 then i end, case when i % 7 = 0 then 'text number ' || i end from range(5000) t(i)",
    (i) => [i % 3 === 0 ? String(i) : null, i % 7 === 0 ? `text number ${i}` : null],
  ],
  [
    "a dictionary",
    "select ['short', 'rather a long word', null][(i % 3 + 1)::int] from range(5000) t(i)",
    (i) => [["short", "rather a long word", null][i % 3]],
  ],
  [
    "a filter",
    "select i, [i, i + 1] from range(20000) t(i) where i % 4 = 0",
    (i) => [`${i * 4}`, `{${i * 4},${i * 4 + 1}}`],
  ],
  [
    "lists of lists",
    "select [['a' || i, null], []] from range(5000) t(i)",
    (i) => [`{{a${i},NULL},{}}`],
  ],
  [
    "arrays and structs with NULL",
    "select (case when i % 2 = 0 then [i, null] end)::int[2], {'a': case when i % 3 = 0 then i end} from range(5000) t(i)",
    (i) => [i % 2 === 0 ? `{${i},NULL}` : null, `{"a":${i % 3 === 0 ? i : "null"}}`],
  ],
];

for (const [name, sql, row] of shapes) {
  Deno.test(`vectors: ${name}`, async () => {
    const db = await openTestDatabase();
    await duckdb.query(db.connection, "set threads = 1");
    const { rows } = await db.encode(sql);
    assert.equal(rows.length, 5000);
    assert.deepEqual(texts(rows), rows.map((_, i) => row(i)));
    await db.close();
  });
}

Deno.test("lists of unequal length have no binary form", async () => {
  const db = await openTestDatabase();
  for (const expression of ["[[1], [2, 3]]", "[[1], null]", "[[[1]], [[1, 2]]]", "[[], [1]]"]) {
    await assert.rejects(() => db.binary(expression), (error) => {
      assert.ok(error instanceof PgError);
      assert.equal(error.sqlstate, "2202E");
      assert.ok(error.hint);
      return true;
    }, expression);
  }
  await db.close();
});

Deno.test("the encoder works on after a value it could not encode", async () => {
  const db = await openTestDatabase();
  await assert.rejects(() => db.encode("select 'x', [[1], [2, 3]]", [1]));
  assert.equal(await db.text("'fine'"), "fine");
  await db.close();
});

Deno.test("dates and timestamps out of PostgreSQL's binary range are 22008", async () => {
  const db = await openTestDatabase();
  for (const expression of ["'5877642-06-25 (BC)'::date", "'290309-12-22 (BC) 00:00:00'::timestamp"]) {
    assert.notEqual(await db.text(expression), null);
    await assert.rejects(() => db.binary(expression), (error) => {
      assert.ok(error instanceof PgError);
      assert.equal(error.sqlstate, "22008");
      return true;
    }, expression);
  }
  await db.close();
});

Deno.test("a column that stands for none is not shown", async () => {
  const db = await openTestDatabase();
  const none = "union_value(no_column := true)";
  const { rows } = await db.encode(`select ${none}, i::int, ${none} from range(20) t(i)`, [1, 1, 0]);
  assert.deepEqual(rows.map((fields) => fields.length), rows.map(() => 1));
  assert.deepEqual(rows[19][0], new Uint8Array([0, 0, 0, 19]));
  assert.deepEqual((await db.encode(`select ${none} from range(20)`)).rows, Array(20).fill([]));
  await db.close();
});
