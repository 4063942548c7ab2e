import assert from "node:assert/strict";
import duckdb from "@duckdb/node-bindings";
import {
  Bool,
  type DataType,
  Field,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchReader,
  Schema,
  Struct,
  tableFromIPC,
  Utf8,
} from "apache-arrow";
import { PgError } from "../api/error.ts";
import type { LocalExecutor } from "../local_executor.ts";
import { appending } from "./append.ts";
import { ipcStream } from "./message.ts";
import { readAllBatches, withLocal } from "./testing.ts";
import { typeName } from "./type_names.ts";

/** What a query answers, as Arrow. */
async function ask(executor: LocalExecutor, sql: string): Promise<Uint8Array> {
  const prepared = await executor.prepare(sql);
  const messages = await readAllBatches(await prepared.executeArrow({}));
  prepared.close();
  return ipcStream(messages);
}

/** Appends what a query answers to a table of its own, in slices of so many rows, and compares both. */
async function roundTrip(executor: LocalExecutor, sql: string, slice: number): Promise<void> {
  const stream = await ask(executor, sql);
  let appender = null as ReturnType<typeof appending> | null;
  for (const batch of RecordBatchReader.from(stream)) {
    if (appender === null) {
      appender = appending(batch.schema.fields);
      const columns = appender.types.map((type, i) => `c${i} ${typeName(type)}`);
      await executor.run(`create or replace table appended (${columns.join(", ")})`);
    }
    for (let start = 0; start < batch.numRows; start += slice) {
      const end = Math.min(start + slice, batch.numRows);
      const fill = (native: duckdb.Appender) => appender!.append(native, batch, start, end);
      await executor.append("memory", "main", "appended", fill);
    }
  }
  const read = tableFromIPC(await ask(executor, "select * from appended order by rowid"));
  const expected = tableFromIPC(stream);
  assert.deepEqual(
    read.toArray().map((row) => Object.values(row!.toJSON()).map(String)),
    expected.toArray().map((row) => Object.values(row!.toJSON()).map(String)),
  );
}

/** A column whose every third row is NULL. */
const nullable = (value: string) => `case when i % 3 = 2 then null else ${value} end`;

const flat = [
  "i % 2 = 0",
  "(i % 100)::tinyint",
  "i::ubigint * 1000000007",
  "i / 7.0::float",
  "i / 7.0::double",
  "(i % 100)::decimal(4, 2)",
  "(i * 3 - 5000)::decimal(9, 2)",
  "(i - 5000)::decimal(18, 4) * 1000",
  "(i - 5000)::decimal(38, 2) * 1000000000000000000",
  "repeat('é', i % 9)",
  "'row number ' || i",
  "encode('\\x00' || i)",
  "date '1970-01-01' + (i - 5000)::integer",
  "time '00:00:00' + to_seconds(i)",
  "timestamp '1960-01-01' + to_hours(i)",
  "timestamptz '1960-01-01 00:00:00Z' + to_hours(i)",
  "(timestamp '1960-01-01' + to_hours(i))::timestamp_ns",
];
const other = ["[i, null]", "{'a': i, 'b': 'x' || i}", "map {i: 'v'}", "to_days(i::integer)"];

Deno.test("batches of flat columns are appended as they are, at any row", async () => {
  await withLocal(async (executor) => {
    const sql = `select ${flat.map(nullable)} from range(5000) t(i)`;
    await roundTrip(executor, sql, 8192);
    await roundTrip(executor, sql, 1001);
  });
});

Deno.test("batches with other columns are appended value by value", async () => {
  await withLocal((executor) =>
    roundTrip(executor, `select ${[...flat, ...other].map(nullable)} from range(500) t(i)`, 99)
  );
});

/** One column of one batch, as a client could send it. */
function batchOf(type: DataType, data: object, length = 4): { batch: RecordBatch; field: Field } {
  const field = new Field("c", type, true);
  // deno-lint-ignore no-explicit-any -- on purpose not what the type promises
  const column = makeData({ type, length, ...data } as any);
  const struct = makeData({ type: new Struct([field]), length, nullCount: 0, children: [column] });
  return { batch: new RecordBatch(new Schema([field]), struct), field };
}

Deno.test("a batch that does not hold what it says is refused", async () => {
  const bytes = new TextEncoder().encode("abcdefgh");
  const offsets = (...values: number[]) => ({
    valueOffsets: new Int32Array(values),
    data: bytes,
    nullCount: 0,
  });
  const bitmap = { nullBitmap: new Uint8Array(1), nullCount: 1 };
  const cases: [string, string, { batch: RecordBatch; field: Field }][] = [
    ["too few values", "22P03", batchOf(new Int32(), { data: new Int32Array(3), nullCount: 0 })],
    ["too few bits", "22P03", batchOf(new Bool(), { data: new Uint8Array(1), nullCount: 0 }, 9)],
    ["too few bits of validity", "22P03", batchOf(new Int32(), { data: new Int32Array(9), ...bitmap }, 9)],
    ["too few offsets", "22P03", batchOf(new Utf8(), offsets(0, 1, 2))],
    ["offsets that go back", "22P03", batchOf(new Utf8(), offsets(0, 5, 2, 6, 8))],
    ["an offset below zero", "22P03", batchOf(new Utf8(), offsets(-4, 0, 2, 6, 8))],
    ["an offset beyond the bytes", "22P03", batchOf(new Utf8(), offsets(0, 1, 2, 3, 900))],
    [
      "no UTF-8",
      "22021",
      batchOf(new Utf8(), { ...offsets(0, 1, 2, 3, 4), data: new Uint8Array(4).fill(0xff) }),
    ],
    [
      "a character cut in two",
      "22021",
      batchOf(new Utf8(), { ...offsets(0, 1, 2, 2, 2), data: new TextEncoder().encode("é") }),
    ],
  ];
  await withLocal(async (executor) => {
    await executor.run("create table texts (c varchar)");
    await executor.run("create table numbers (c integer)");
    await executor.run("create table flags (c boolean)");
    for (const [name, sqlstate, { batch, field }] of cases) {
      const table = field.type instanceof Utf8 ? "texts" : field.type instanceof Bool ? "flags" : "numbers";
      const { append } = appending([field]);
      const appended = executor.append("memory", "main", table, (to) => append(to, batch, 0, batch.numRows));
      await assert.rejects(appended, (error) => {
        assert.ok(error instanceof PgError, name);
        assert.equal(error.sqlstate, sqlstate, name);
        return true;
      });
    }
    const counts = "select (select count(*) from texts) + (select count(*) from numbers) as n";
    assert.equal(tableFromIPC(await ask(executor, counts)).toArray()[0]!.n, 0n);
  });
});
