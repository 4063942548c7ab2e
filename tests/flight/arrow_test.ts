/** pyarrow reads the record batches that a worker writes. */
import assert from "node:assert/strict";
import path from "node:path";
import { openArrowDatabase } from "../../worker/arrow/testing.ts";
import { defineTest } from "../clients/skips.ts";
import { pythonWith } from "../clients/python.ts";
import { cleanEnvironment, spawn } from "../support/command.ts";

const folder = import.meta.dirname!;
const found = await pythonWith(path.join(folder, "requirements.txt"), "flight");
const missing = "missing" in found ? found.missing : null;

interface Read {
  /** Name, type and DuckDB's type. */
  fields: [string, string, string][];
  /** Values as Python's `repr` writes them. */
  columns: string[][];
  batches: number;
}

async function readWithPyarrow(stream: Uint8Array): Promise<Read> {
  if ("missing" in found) throw new Error(found.missing);
  const env = cleanEnvironment({ PYTHONDONTWRITEBYTECODE: "1" });
  const child = spawn(found.python, [path.join(folder, "python/read_stream.py")], { env, stdin: "piped" });
  const writer = child.stdin.getWriter();
  const sent = writer.write(stream).then(() => writer.close());
  const [stdout, stderr, { code }] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.status,
    sent.catch(() => {}), // it has ended early: its error tells why
  ]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

const nines = "9".repeat(38);

/** DuckDB's type, values of it, pyarrow's type, the values there. */
const cases: readonly (readonly [type: string, values: string, arrowType: string, expected: string[]])[] = [
  ["BOOLEAN", "true, false, null", "bool", ["True", "False", "None"]],
  ["TINYINT", "-128, null", "int8", ["-128", "None"]],
  ["UTINYINT", "255", "uint8", ["255"]],
  ["SMALLINT", "-32768", "int16", ["-32768"]],
  ["USMALLINT", "65535", "uint16", ["65535"]],
  ["INTEGER", "-2147483648, null", "int32", ["-2147483648", "None"]],
  ["UINTEGER", "4294967295", "uint32", ["4294967295"]],
  ["BIGINT", "-9223372036854775808", "int64", ["-9223372036854775808"]],
  ["UBIGINT", "18446744073709551615", "uint64", ["18446744073709551615"]],
  ["HUGEINT", `-${nines}, null`, "decimal128(38, 0)", [`Decimal('-${nines}')`, "None"]],
  ["UHUGEINT", nines, "decimal128(38, 0)", [`Decimal('${nines}')`]],
  ["BIGNUM", `'${nines}${nines}'`, "string", [`'${nines}${nines}'`]],
  ["DECIMAL(4,1)", "-999.9", "decimal128(4, 1)", ["Decimal('-999.9')"]],
  ["DECIMAL(9,2)", "-1.5", "decimal128(9, 2)", ["Decimal('-1.50')"]],
  ["DECIMAL(18,3)", "-1.5", "decimal128(18, 3)", ["Decimal('-1.500')"]],
  ["DECIMAL(38,10)", "-1.5, null", "decimal128(38, 10)", ["Decimal('-1.5000000000')", "None"]],
  ["FLOAT", "1.5", "float", ["1.5"]],
  ["DOUBLE", "'1.1', 'nan', '-infinity'", "double", ["1.1", "nan", "-inf"]],
  ["VARCHAR", "'', null, 'süß, longer than twelve bytes'", "string", [
    "''",
    "None",
    "'süß, longer than twelve bytes'",
  ]],
  ["JSON", `'{"a": 1}'`, "string", [`'{"a": 1}'`]],
  ["ENUM('a', 'b c')", "'b c', null", "string", ["'b c'", "None"]],
  ["BLOB", "'\\x00\\xFF', null", "binary", ["b'\\x00\\xff'", "None"]],
  ["BIT", "'101'", "binary", ["b'\\x05\\xfd'"]],
  ["UUID", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "string", ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"]],
  ["DATE", "'1969-12-31', null", "date32[day]", ["datetime.date(1969, 12, 31)", "None"]],
  ["TIME", "'23:59:59.999999'", "time64[us]", ["datetime.time(23, 59, 59, 999999)"]],
  ["TIME_NS", "'01:02:03.000004'", "time64[ns]", ["datetime.time(1, 2, 3, 4)"]],
  ["TIME WITH TIME ZONE", "'04:05:06-02:30'", "string", ["'04:05:06-02:30'"]],
  ["TIMESTAMP_S", "'1969-12-31 23:59:59'", "timestamp[s]", ["datetime.datetime(1969, 12, 31, 23, 59, 59)"]],
  ["TIMESTAMP_MS", "'2020-01-01 00:00:00.001'", "timestamp[ms]", [
    "datetime.datetime(2020, 1, 1, 0, 0, 0, 1000)",
  ]],
  ["TIMESTAMP", "'2020-01-01 00:00:00.000001', null", "timestamp[us]", [
    "datetime.datetime(2020, 1, 1, 0, 0, 0, 1)",
    "None",
  ]],
  ["TIMESTAMP_NS", "'2020-01-01 00:00:00.000001'", "timestamp[ns]", [
    "datetime.datetime(2020, 1, 1, 0, 0, 0, 1)",
  ]],
  ["TIMESTAMP WITH TIME ZONE", "'2020-01-01 02:00:00+02'", "timestamp[us, tz=UTC]", [
    "datetime.datetime(2020, 1, 1, 0, 0, tzinfo=zoneinfo.ZoneInfo(key='UTC'))",
  ]],
  ["INTERVAL", "'-1 month 2 days 3 microseconds'", "month_day_nano_interval", [
    "MonthDayNano(months=-1, days=2, nanoseconds=3000)",
  ]],
  ["INTEGER[]", "[1, null], [], null", "list<item: int32>", ["[1, None]", "[]", "None"]],
  ["VARCHAR[2]", "['a', null], null", "fixed_size_list<item: string>[2]", ["['a', None]", "None"]],
  ['STRUCT(a INTEGER, "b c" VARCHAR)', "{'a': 1, 'b c': null}, null", "struct<a: int32, b c: string>", [
    "{'a': 1, 'b c': None}",
    "None",
  ]],
  ["MAP(VARCHAR, INTEGER)", "map {'k': 1}, map {}, null", "map<string, int32>", ["[('k', 1)]", "[]", "None"]],
  [
    "UNION(n INTEGER, s VARCHAR)",
    "1, 'x'::union(n int, s varchar), null",
    "sparse_union<n: int32=0, s: string=1>",
    [
      "1",
      "'x'",
      "None",
    ],
  ],
  [
    "STRUCT(a MAP(INTEGER, DATE[]))[]",
    "[{'a': map {1: ['1970-01-02', null]}}]",
    "list<item: struct<a: map<int32, list<item: date32[day]>>>>",
    ["[{'a': [(1, [datetime.date(1970, 1, 2), None])]}]"],
  ],
  ["VARIANT", "{'a': [1]}", "string", [`'{"a":[1]}'`]],
];

defineTest("pyarrow reads every type", missing, async () => {
  const db = await openArrowDatabase();
  const lists = cases.map(([type, values], i) => `unnest([${values}]::${type}[]) as c${i}`);
  const { fields, columns } = await readWithPyarrow(await db.stream(`select ${lists.join(", ")}`));
  for (const [i, [type, , arrowType, expected]] of cases.entries()) {
    assert.deepEqual(fields[i], [`c${i}`, arrowType, type]);
    assert.deepEqual(columns[i].slice(0, expected.length), expected, type);
  }
  await db.close();
});

defineTest("pyarrow reads no rows, NULLs only, and many batches", missing, async () => {
  const db = await openArrowDatabase();
  const nulls = cases.map(([type], i) => `null::${type} as c${i}`).join(", ");
  const none = await readWithPyarrow(await db.stream(`select ${nulls} limit 0`));
  assert.equal(none.batches, 0);
  assert.deepEqual(none.fields.map(([, type]) => type), cases.map(([, , type]) => type));
  const one = await readWithPyarrow(await db.stream(`select ${nulls}, [null] as list`));
  assert.deepEqual(one.columns, [...cases.map(() => ["None"]), ["[None]"]]);
  const many = await readWithPyarrow(
    await db.stream("select case when i % 3 > 0 then 'row ' || i end as s from range(20000) t(i)"),
  );
  assert.ok(many.batches > 1);
  assert.deepEqual(
    many.columns,
    [Array.from({ length: 20000 }, (_, i) => i % 3 > 0 ? `'row ${i}'` : "None")],
  );
  await db.close();
});
