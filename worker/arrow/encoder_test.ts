import { type Data, type DataType, tableFromIPC, Type as ArrowType, Vector } from "apache-arrow";
import assert from "node:assert/strict";
import { PgError } from "../api/error.ts";
import { GrowingBits } from "./buffers.ts";
import { encapsulated, ipcSchemaMessage, split } from "./message.ts";
import { typeNameKey } from "./schema.ts";
import { openArrowDatabase } from "./testing.ts";

/** A value as these tests write it: integers wider than 32 bits and what is made of them as text, the rest as JSON. */
type Plain = null | boolean | number | string | Plain[] | { [name: string]: Plain };

/** Reads a value off Arrow's buffers; apache-arrow's own getters round timestamps to milliseconds. */
function plain(data: Data, row: number): Plain {
  if (!data.getValid(row)) return null;
  const type: DataType = data.type;
  switch (type.typeId) {
    case ArrowType.Timestamp:
    case ArrowType.Time:
    case ArrowType.Date:
      return String(data.values[row]);
    case ArrowType.Decimal:
      return String(decimal(data.values.subarray(row * 4, row * 4 + 4)));
    case ArrowType.Interval: {
      const view = new DataView(data.values.buffer, data.values.byteOffset + row * 16);
      return `${view.getInt32(0, true)} ${view.getInt32(4, true)} ${view.getBigInt64(8, true)}`;
    }
    case ArrowType.Binary:
      return Array.from<number>(new Vector([data]).get(row));
    case ArrowType.List:
      return range(data.valueOffsets[row], data.valueOffsets[row + 1]).map((i) => plain(data.children[0], i));
    case ArrowType.FixedSizeList:
      return range(row * data.stride, (row + 1) * data.stride).map((i) => plain(data.children[0], i));
    case ArrowType.Struct:
      return Object.fromEntries(type.children.map(({ name }, i) => [name, plain(data.children[i], row)]));
    case ArrowType.Map:
      return range(data.valueOffsets[row], data.valueOffsets[row + 1])
        .map((i) => data.children[0].children.map((child) => plain(child, i)));
    case ArrowType.Union:
      return plain(data.children[data.typeIds[row]], row);
    default: {
      const value = new Vector([data]).get(row);
      return typeof value === "bigint" ? String(value) : value;
    }
  }
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function decimal(words: Uint32Array): bigint {
  return BigInt.asIntN(128, words.reduceRight((value, word) => (value << 32n) | BigInt(word), 0n));
}

/** Each column's values. */
function columnsOf(stream: Uint8Array): Plain[][] {
  const table = tableFromIPC(stream);
  return table.schema.fields.map((_, i) =>
    table.batches.flatMap(({ data, numRows }) => range(0, numRows).map((row) => plain(data.children[i], row)))
  );
}

const nines = "9".repeat(38);
const uuid = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";

/** A DuckDB type, values of it, the Arrow type as apache-arrow writes it, and what the values are there. */
const cases: readonly (readonly [type: string, values: string, arrowType: string, expected: Plain[]])[] = [
  ["boolean", "true, false, null", "Bool", [true, false, null]],
  ["tinyint", "-128, 127", "Int8", [-128, 127]],
  ["utinyint", "0, 255", "Uint8", [0, 255]],
  ["smallint", "-32768, 32767", "Int16", [-32768, 32767]],
  ["usmallint", "0, 65535", "Uint16", [0, 65535]],
  ["integer", "-2147483648, null, 7", "Int32", [-2147483648, null, 7]],
  ["uinteger", "0, 4294967295", "Uint32", [0, 4294967295]],
  ["bigint", "-9223372036854775808, 1", "Int64", ["-9223372036854775808", "1"]],
  ["ubigint", "0, 18446744073709551615", "Uint64", ["0", "18446744073709551615"]],
  ["hugeint", `-${nines}, -1, 0, ${nines}, null`, "Decimal[38e0]", [`-${nines}`, "-1", "0", nines, null]],
  ["uhugeint", `0, ${nines}`, "Decimal[38e0]", ["0", nines]],
  ["bignum", `'-${nines}${nines}', '0'`, "Utf8", [`-${nines}${nines}`, "0"]],
  ["decimal(4, 1)", "-1.5, null, 999.9", "Decimal[4e+1]", ["-15", null, "9999"]],
  ["decimal(9, 2)", "-1.5, 9999999.99", "Decimal[9e+2]", ["-150", "999999999"]],
  ["decimal(18, 3)", "-1.5, 12345678901234.567", "Decimal[18e+3]", ["-1500", "12345678901234567"]],
  ["decimal(38, 1)", "-1.5, null, 12.5", "Decimal[38e+1]", ["-15", null, "125"]],
  ["float", "'1.5', 'nan', '-infinity'", "Float32", [1.5, NaN, -Infinity]],
  ["double", "'1.1', 'nan', 'infinity', null", "Float64", [1.1, NaN, Infinity, null]],
  ["varchar", "'', 'short', null, 'longer than twelve bytes', 'süß €𝄞'", "Utf8", [
    "",
    "short",
    null,
    "longer than twelve bytes",
    "süß €𝄞",
  ]],
  ["json", "'{\"a\": 1}', null", "Utf8", ['{"a": 1}', null]],
  ["enum('a', 'b')", "'b', 'a', null", "Utf8", ["b", "a", null]],
  ["blob", "'\\x00\\xFF', '', null", "Binary", [[0, 255], [], null]],
  ["bit", "'101', null", "Binary", [[5, 253], null]],
  ["uuid", `'${uuid}', null`, "Utf8", [uuid, null]],
  ["date", "'1969-12-31', '2020-01-01', null", "Date32<DAY>", ["-1", "18262", null]],
  ["time", "'23:59:59.999999', null", "Time64<MICROSECOND>", ["86399999999", null]],
  ["time_ns", "'00:00:00.000000001'", "Time64<NANOSECOND>", ["1"]],
  ["timetz", "'04:05:06.5-02:30', null", "Utf8", ["04:05:06.5-02:30", null]],
  ["timestamp_s", "'1969-12-31 23:59:59'", "Timestamp<SECOND>", ["-1"]],
  ["timestamp_ms", "'1970-01-01 00:00:00.001'", "Timestamp<MILLISECOND>", ["1"]],
  ["timestamp", "'2020-01-01 00:00:00.000001', null", "Timestamp<MICROSECOND>", ["1577836800000001", null]],
  ["timestamp_ns", "'1970-01-01 00:00:00.000000001'", "Timestamp<NANOSECOND>", ["1"]],
  ["timestamptz", "'1970-01-01 02:00:00.000001+02', null", "Timestamp<MICROSECOND, UTC>", ["1", null]],
  ["interval", "'-1 month 2 days', '3 microseconds', null", "Interval<MONTH_DAY_NANO>", [
    "-1 2 0",
    "0 0 3000",
    null,
  ]],
  ["int[]", "[1, null], [], null, [2]", "List<Int32>", [[1, null], [], null, [2]]],
  ["varchar[][]", "[['a', 'longer than twelve bytes'], null, []], null", "List<List<Utf8>>", [
    [["a", "longer than twelve bytes"], null, []],
    null,
  ]],
  ["int[2]", "[1, null], null, [3, 4]", "FixedSizeList[2]<Int32>", [[1, null], null, [3, 4]]],
  ["varchar[1][2]", "[['a'], ['b']], null", "FixedSizeList[2]<FixedSizeList[1]<Utf8>>", [
    [["a"], ["b"]],
    null,
  ]],
  [
    "struct(a int, b varchar)",
    "{'a': 1, 'b': 'x'}, null, {'a': null, 'b': null}",
    "Struct<{a:Int32, b:Utf8}>",
    [
      { a: 1, b: "x" },
      null,
      { a: null, b: null },
    ],
  ],
  ["map(varchar, int)", "map {'k': 1, 'l': null}, map {}, null", "Map<{key:Utf8, value:Int32}>", [
    [["k", 1], ["l", null]],
    [],
    null,
  ]],
  ["union(n int, s varchar)", "1, 'text'::union(n int, s varchar), null", "Union<Int32 | Utf8>", [
    1,
    "text",
    null,
  ]],
  [
    "struct(a map(int, date[]))[]",
    "[{'a': map {1: ['1970-01-02', null]}}]",
    "List<Struct<{a:Map<{key:Int32, value:List<Date32<DAY>>}>}>>",
    [[{ a: [[1, ["1", null]]] }]],
  ],
  ["variant", "{'a': 1, 'b': [true]}, null", "Utf8", ['{"a":1,"b":[true]}', null]],
  ["geometry", "'POINT(1 2)'", "Binary", [[
    1,
    1,
    0,
    0,
    0,
    ...[0, 0, 0, 0, 0, 0, 240, 63],
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    64,
  ]]],
];

Deno.test("apache-arrow reads every type", async () => {
  const db = await openArrowDatabase();
  for (const [type, values, arrowType, expected] of cases) {
    const stream = await db.stream(`select unnest([${values}]::${type}[]) as x`);
    const [field] = tableFromIPC(stream).schema.fields;
    assert.equal(String(field.type), arrowType, type);
    assert.deepEqual(columnsOf(stream), [expected], type);
  }
  await db.close();
});

Deno.test("NULLs only, no rows, and no columns with a value", async () => {
  const db = await openArrowDatabase();
  const columns = cases.map(([type], i) => `null::${type} as c${i}`).join(", ");
  assert.deepEqual(columnsOf(await db.stream(`select ${columns}`)), cases.map(() => [null]));
  const empty = await db.messages(`select ${columns} limit 0`);
  assert.equal(empty.length, 1);
  assert.deepEqual(columnsOf(await db.stream(`select ${columns} limit 0`)), cases.map(() => []));
  assert.deepEqual(columnsOf(await db.stream("select unnest([[null], []])  as x")), [[[null], []]]);
  await db.close();
});

Deno.test("every field says its exact DuckDB type", async () => {
  const db = await openArrowDatabase();
  const { fields } = tableFromIPC(
    await db.stream("select 1::hugeint h, ['a'::enum('a')] l, {'s': '1'::json} s, map {1: null::bit} m"),
  ).schema;
  const names = (list: typeof fields): unknown[] =>
    list.map(({ metadata, type }) => [metadata.get(typeNameKey), ...names(type.children ?? [])]);
  assert.deepEqual(names(fields), [
    ["HUGEINT"],
    ["ENUM('a')[]", ["ENUM('a')"]],
    ["STRUCT(s JSON)", ["JSON"]],
    ["MAP(INTEGER, BIT)", [undefined, ["INTEGER"], ["BIT"]]],
  ]);
  await db.close();
});

/** A column of each shape, with NULLs, over as many rows as there are in `t(i)`. */
const shapes = `
  case when i % 3 > 0 then i end as a,
  case when i % 5 > 0 then i % 2 = 0 end as b,
  case when i % 7 > 0 then 'row number ' || i end as c,
  case when i % 11 > 0 then range(i % 4) end as d,
  case when i % 13 > 0 then {'x': i, 'y': case when i % 2 = 0 then repeat('y', i % 20) end} end as e,
  (case when i % 17 > 0 then [i % 2 = 0, null] end)::boolean[2] as f,
  case when i % 19 > 0 then map {i: 'value ' || i} end as g,
  case when i % 23 > 0 then case when i % 2 = 0 then i::union(n bigint, s varchar)
    else ('text ' || i)::union(n bigint, s varchar) end end as h,
  case when i % 3 > 0 then [[i], null, [i, null]] end as j,
  i::decimal(9, 2) as k`;

Deno.test("batches of many chunks, of chunks of any size", async () => {
  const db = await openArrowDatabase();
  const wanted = (i: number): Plain[] => [
    i % 3 > 0 ? `${i}` : null,
    i % 5 > 0 ? i % 2 === 0 : null,
    i % 7 > 0 ? `row number ${i}` : null,
    i % 11 > 0 ? range(0, i % 4).map(String) : null,
    i % 13 > 0 ? { x: `${i}`, y: i % 2 === 0 ? "y".repeat(i % 20) : null } : null,
    i % 17 > 0 ? [i % 2 === 0, null] : null,
    i % 19 > 0 ? [[`${i}`, `value ${i}`]] : null,
    i % 23 > 0 ? (i % 2 === 0 ? `${i}` : `text ${i}`) : null,
    i % 3 > 0 ? [[`${i}`], null, [`${i}`, null]] : null,
    `${i * 100}`,
  ];
  for (const [condition, count] of [["true", 12000], ["i % 3 > 0", 8000], ["i % 1500 < 777", 6216]]) {
    const stream = await db.stream(`select i, ${shapes} from range(12000) t(i) where ${condition}`);
    const [ids, ...columns] = columnsOf(stream);
    assert.equal(new Set(ids).size, count);
    assert.ok(tableFromIPC(stream).batches.length > 1);
    for (const [row, id] of ids.entries()) {
      assert.deepEqual(columns.map((column) => column[row]), wanted(Number(id)), `${condition}, ${id}`);
    }
  }
  await db.close();
});

Deno.test("the first batch comes with the first chunk, later ones are larger", async () => {
  const db = await openArrowDatabase();
  const { batches } = tableFromIPC(await db.stream("select i from range(300000) t(i)"));
  assert.equal(batches[0].numRows, 2048);
  assert.ok(batches.length < 10, `${batches.length} batches`);
  await db.close();
});

Deno.test("large values make many batches of a few MiB", async () => {
  const db = await openArrowDatabase();
  const messages = await db.messages("select repeat(chr(65 + i::int), 300000) s, [i] l from range(50) t(i)");
  assert.ok(messages.length > 3);
  for (const { body } of messages) assert.ok(body.length < 5 << 20, `${body.length} bytes`);
  const [texts, lists] = columnsOf(
    await db.stream("select repeat(chr(65 + i::int), 300000) s, [i] l from range(50) t(i)"),
  );
  assert.deepEqual(texts, range(0, 50).map((i) => String.fromCharCode(65 + i).repeat(300000)));
  assert.deepEqual(lists, range(0, 50).map((i) => [`${i}`]));
  await db.close();
});

Deno.test("parts of chunks: slices, filters, lists that are not in order", async () => {
  const db = await openArrowDatabase();
  const sql = `select i, l[2:3] as part, l, {'l': l} as s from
    (select i, [i, i + 1, i + 2] as l from range(5000) t(i)) where i % 3 = 0 order by i desc limit 1000 offset 10`;
  const [ids, parts, lists, structs] = columnsOf(await db.stream(sql));
  assert.equal(ids.length, 1000);
  for (const [row, id] of ids.entries()) {
    const i = Number(id);
    assert.deepEqual(lists[row], [`${i}`, `${i + 1}`, `${i + 2}`]);
    assert.deepEqual(parts[row], [`${i + 1}`, `${i + 2}`]);
    assert.deepEqual(structs[row], { l: lists[row] });
  }
  await db.close();
});

Deno.test("what Arrow's types cannot hold is an error", async () => {
  const db = await openArrowDatabase();
  const fails = [
    [`1${"0".repeat(38)}::hugeint`, "22003"],
    [`-1${"0".repeat(38)}::hugeint`, "22003"],
    [`340282366920938463463374607431768211455::uhugeint`, "22003"],
    [`to_microseconds(9223372036854776)`, "22008"],
  ] as const;
  for (const [expression, sqlstate] of fails) {
    await assert.rejects(db.messages(`select ${expression} as x`), (error) => {
      assert.ok(error instanceof PgError, `${error}`);
      assert.equal(error.sqlstate, sqlstate);
      return true;
    });
  }
  await db.close();
});

Deno.test("bits of any count from anywhere", () => {
  const source = Uint8Array.from({ length: 40 }, (_, i) => (i * 73 + 19) & 255);
  const bit = (i: number) => (source[i >> 3] >> (i & 7)) & 1;
  for (let seed = 1; seed < 200; seed++) {
    const bits = new GrowingBits();
    const expected: number[] = [];
    for (let part = 0; part < 4; part++) {
      const first = (seed * (part + 3) * 7) % 100;
      const last = first + (seed * (part + 1) * 5) % 90;
      const ones = (seed + part) % 3 === 0;
      bits.append(ones ? null : source, first, last);
      for (let i = first; i < last; i++) expected.push(ones ? 1 : bit(i));
    }
    const used = bits.used();
    assert.equal(used.length, Math.ceil(expected.length / 8));
    assert.deepEqual(expected.map((_, i) => (used[i >> 3] >> (i & 7)) & 1), expected);
    assert.equal(bits.zeros(), expected.filter((value) => value === 0).length);
  }
});

Deno.test("an encapsulated message is parted as it was put together", () => {
  const [header, body] = [new Uint8Array(8).fill(1), new Uint8Array(16).fill(2)];
  const parts = split(encapsulated({ header, body }));
  assert.deepEqual(parts, { header, body });
  assert.equal(ipcSchemaMessage(new Uint8Array(5)).length, 16);
});
