import {
  DateMillisecond,
  Decimal,
  Dictionary,
  DurationMillisecond,
  Field,
  FixedSizeBinary,
  Float16,
  Int32,
  IntervalDayTime,
  IntervalYearMonth,
  LargeUtf8,
  Message,
  RecordBatchStreamWriter,
  Schema,
  Table,
  TimeSecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint64,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import assert from "node:assert/strict";
import { query } from "../engine/testing.ts";
import type { LocalExecutor } from "../local_executor.ts";
import type { ArrowMessage } from "./message.ts";
import { type ArrowParameters, parametersFromArrow } from "./parameters.ts";
import { fails, fetchAll, withLocal } from "./testing.ts";

/** An expression's value as DuckDB casts it to text. */
async function textOf(
  executor: LocalExecutor,
  expression: string,
  parameters: ArrowParameters,
): Promise<string | null> {
  await executor.run("create or replace temp table answer (x varchar)");
  await fetchAll(executor, `insert into answer select (${expression})::varchar`, parameters);
  const [[text]] = await query(executor, "from answer");
  return text;
}

/** Types, and a value of each. */
const values: readonly (readonly [type: string, value: string])[] = [
  ["boolean", "true"],
  ["tinyint", "-128"],
  ["utinyint", "255"],
  ["smallint", "-32768"],
  ["usmallint", "65535"],
  ["integer", "-2147483648"],
  ["uinteger", "4294967295"],
  ["bigint", "-9223372036854775808"],
  ["ubigint", "18446744073709551615"],
  ["hugeint", `-${"9".repeat(38)}`],
  ["uhugeint", "9".repeat(38)],
  ["bignum", `'${"9".repeat(50)}'`],
  ["decimal(4, 1)", "-999.9"],
  ["decimal(9, 2)", "1.5"],
  ["decimal(18, 3)", "-12345678901234.567"],
  ["decimal(38, 10)", "1.5"],
  ["float", "0.1"],
  ["float", "'nan'"],
  ["double", "0.1"],
  ["double", "'-infinity'"],
  ["varchar", "'süß, longer than twelve bytes'"],
  ["varchar", "''"],
  ["json", `'{"a": [1]}'`],
  ["enum('a', 'b')", "'b'"],
  ["blob", "'\\x00\\xFF'"],
  ["bit", "'10101010101'"],
  ["uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
  ["date", "'1969-12-31'"],
  ["time", "'23:59:59.999999'"],
  ["time_ns", "'00:00:00.000000001'"],
  ["timetz", "'04:05:06.5-02:30'"],
  ["timestamp_s", "'1969-12-31 23:59:59'"],
  ["timestamp_ms", "'1970-01-01 00:00:00.001'"],
  ["timestamp", "'1969-12-31 23:59:59.999999'"],
  ["timestamp_ns", "'1969-12-31 23:59:59.999999999'"],
  ["timestamptz", "'2020-01-01 00:00:00.000001+02'"],
  ["interval", "'-1 month 2 days -3 microseconds'"],
  ["int[]", "[1, null, 3]"],
  ["int[]", "[]"],
  ["varchar[][]", "[['a', null], null, []]"],
  ["int[2]", "[1, null]"],
  ["struct(a int, b varchar)", "{'a': null, 'b': 'x'}"],
  ["map(varchar, int)", "map {'k': 1, 'l': null}"],
  ["union(n int, s varchar)", "'text'"],
  ["struct(a map(int, date[]))[]", "[{'a': map {1: ['1970-01-02', null]}}, null]"],
];

Deno.test("what is sent as Arrow comes back the same, as its own type and as one that is expected", () =>
  withLocal(async (executor) => {
    for (const [type, value] of values) {
      const literal = `cast(${value} as ${type})`;
      const [schema, batch] = await fetchAll(executor, `select ${literal} as x`);
      const [parameters] = parametersFromArrow(schema.header, batch.header, batch.body);

      const [, own] = await fetchAll(executor, "select $1 as x", parameters);
      assert.deepEqual(own.body, batch.body, `${literal} as its own type`);

      const same = await textOf(executor, `$1::${type} is not distinct from ${literal}`, parameters);
      assert.equal(same, "true", `${literal} as ${type}`);

      await executor.run(`create or replace temp table t (x ${type})`);
      await fetchAll(executor, "insert into t values ($1)", parameters);
      assert.deepEqual(
        await query(executor, `select count(*) from t where x is not distinct from ${literal}`),
        [["1"]],
        `${literal} in a table`,
      );
    }
  }));

Deno.test("NULL of every type", () =>
  withLocal(async (executor) => {
    for (const [type] of values) {
      const [schema, batch] = await fetchAll(executor, `select null::${type} as x`);
      const [[parameter]] = parametersFromArrow(schema.header, batch.header, batch.body);
      assert.equal(parameter, null, type);
    }
    assert.equal(await textOf(executor, "$1 is null", [null]), "true");
  }));

/** A table's columns as FlightData would bring them: the schema, dictionaries, one batch. */
function sent(columns: Record<string, Vector>, fields: readonly Field[] = []): ArrowParameters[] {
  const table = new Table(columns);
  const schema = fields.length === 0 ? table.schema : new Schema([...fields]);
  const stream = RecordBatchStreamWriter.writeAll(new Table(schema, table.batches)).toUint8Array(true);
  const messages = messagesOf(stream);
  const [first, last] = [messages[0], messages[messages.length - 1]];
  return parametersFromArrow(first.header, last.header, last.body, messages.slice(1, -1));
}

function messagesOf(stream: Uint8Array): ArrowMessage[] {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const messages: ArrowMessage[] = [];
  for (let at = 0; view.getInt32(at + 4, true) > 0;) {
    const bodyStart = at + 8 + view.getInt32(at + 4, true);
    const header = stream.subarray(at + 8, bodyStart);
    at = bodyStart + Message.decode(header).bodyLength;
    messages.push({ header, body: stream.subarray(bodyStart, at) });
  }
  return messages;
}

Deno.test("types that DuckDB sends none of", () =>
  withLocal(async (executor) => {
    const cases: [string, Vector, string][] = [
      ["float16", vectorFromArray([1.5], new Float16()), "FLOAT 1.5"],
      ["large text", vectorFromArray(["text"], new LargeUtf8()), "VARCHAR text"],
      [
        "bytes of one length",
        vectorFromArray([new Uint8Array([1, 2])], new FixedSizeBinary(2)),
        "BLOB \\x01\\x02",
      ],
      ["dates in ms", vectorFromArray([new Date(-1)], new DateMillisecond()), "DATE 1969-12-31"],
      ["times in s", vectorFromArray([3661], new TimeSecond()), "TIME 01:01:01"],
      [
        "instants in ns",
        vectorFromArray([1.5], new TimestampNanosecond("Asia/Tokyo")),
        "TIMESTAMP WITH TIME ZONE 1970-01-01 00:00:00.0015+00",
      ],
      [
        "years and months",
        vectorFromArray([new Int32Array([1, 2])], new IntervalYearMonth()),
        "INTERVAL 1 year 2 months",
      ],
      [
        "days and ms",
        vectorFromArray([new Int32Array([3, 1500])], new IntervalDayTime()),
        "INTERVAL 3 days 00:00:01.5",
      ],
      ["durations", vectorFromArray([-1500n], new DurationMillisecond()), "INTERVAL -00:00:01.5"],
      ["a dictionary", vectorFromArray(["b"], new Dictionary(new Utf8(), new Int32())), "VARCHAR b"],
      [
        "wide decimals",
        vectorFromArray([new Uint32Array([15, 0, 0, 0, 0, 0, 0, 0])], new Decimal(1, 50, 256)),
        "DECIMAL(38,1) 1.5",
      ],
    ];
    for (const [name, vector, expected] of cases) {
      const [parameters] = sent({ x: vector });
      assert.equal(await textOf(executor, "typeof($1) || ' ' || $1", parameters), expected, name);
    }
  }));

Deno.test("a field's metadata makes UUIDs of 16 bytes", () =>
  withLocal(async (executor) => {
    const type = new FixedSizeBinary(16);
    const field = new Field("x", type, true, new Map([["ARROW:extension:name", "arrow.uuid"]]));
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => i * 17);
    const [parameters] = sent({ x: vectorFromArray([bytes], type) }, [field]);
    assert.equal(
      await textOf(executor, "typeof($1) || ' ' || $1", parameters),
      "UUID 00112233-4455-6677-8899-aabbccddeeff",
    );
  }));

Deno.test("values are bound as what the statement expects where that holds them", () =>
  withLocal(async (executor) => {
    await executor.run("create type mood as enum ('sad', 'happy')");
    await executor.run(
      "create table t (i tinyint, d decimal(6, 2), f double, m mood, s timestamp_s, u ubigint)",
    );
    const [row] = sent({
      i: vectorFromArray([7n]),
      d: vectorFromArray([12n]),
      f: vectorFromArray([3n]),
      m: vectorFromArray(["happy"], new Utf8()),
      s: vectorFromArray([5000], new TimestampMillisecond()),
      u: vectorFromArray([2n ** 64n - 1n], new Uint64()),
    });
    await fetchAll(executor, "insert into t values ($1, $2, $3, $4, $5, $6)", row);
    assert.deepEqual(await query(executor, "from t"), [
      ["7", "12.00", "3", "happy", "1970-01-01 00:00:05", "18446744073709551615"],
    ]);
    const [bad] = sent({ m: vectorFromArray(["bored"], new Utf8()) });
    await fails(fetchAll(executor, "select * from t where m = $1", bad), "22P02");
    const [large] = sent({ i: vectorFromArray([300n]) });
    await fails(fetchAll(executor, "insert into t (i) values ($1)", large), "22003");
  }));

Deno.test("each row is an execution's", () =>
  withLocal(async (executor) => {
    const rows = sent({
      a: vectorFromArray([1, null, 3], new Int32()),
      b: vectorFromArray(["x", "y", null]),
    });
    assert.equal(rows.length, 3);
    await executor.run("create table t (a int, b varchar)");
    const prepared = await executor.prepare("insert into t values ($1, $2)");
    for (const parameters of rows) {
      const result = await prepared.executeArrow({ parameters });
      assert.equal(result.changed, 1);
      assert.equal(await result.next(), null);
    }
    prepared.close();
    assert.deepEqual(await query(executor, "from t"), [["1", "x"], [null, "y"], ["3", null]]);
  }));

Deno.test("what is no batch, too few parameters, and values out of range are errors", () =>
  withLocal(async (executor) => {
    const junk = new Uint8Array(32).fill(7);
    assert.throws(() => parametersFromArrow(junk, junk, junk), { name: "PgError", sqlstate: "22P03" });
    const [schema] = await fetchAll(executor, "select 1 where false");
    assert.throws(() => parametersFromArrow(schema.header, junk, junk), {
      name: "PgError",
      sqlstate: "22P03",
    });
    await fails(fetchAll(executor, "select $1::int"), "08P01");
    assert.throws(
      () =>
        sent({ x: vectorFromArray([new Uint32Array([0, 0, 0, 0, 1, 0, 0, 0])], new Decimal(0, 50, 256)) }),
      {
        name: "PgError",
        sqlstate: "22003",
      },
    );
  }));
