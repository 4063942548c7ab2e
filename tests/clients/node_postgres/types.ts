import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import pg from "pg";
import type { Case } from "../cases.ts";
import type { Target } from "../targets.ts";
import { withClient } from "./client.ts";

/** A type, what is sent, and what comes back; JavaScript has no date without a time zone, so dates are checked apart. */
const values: [type: string, sent: unknown, received: unknown][] = [
  ["bool", true, true],
  ["bool", "f", false],
  ["int2", -32768, -32768],
  ["int4", 2147483647, 2147483647],
  ["int8", "-9223372036854775808", "-9223372036854775808"],
  ["float4", 1.5, 1.5],
  ["float8", 0.1, 0.1],
  ["float8", Infinity, Infinity],
  ["float8", NaN, NaN],
  ["float8", -1e-300, -1e-300],
  ["numeric(10,3)", "-1234567.125", "-1234567.125"],
  ["numeric(38,0)", "9".repeat(38), "9".repeat(38)],
  ["text", "", ""],
  ["text", "it's 'quoted' \\ \n\t ½ 鴨 🦆", "it's 'quoted' \\ \n\t ½ 鴨 🦆"],
  ["varchar", "x".repeat(10_000), "x".repeat(10_000)],
  ["bytea", Buffer.from([0, 1, 255, 92, 39]), Buffer.from([0, 1, 255, 92, 39])],
  ["bytea", Buffer.alloc(0), Buffer.alloc(0)],
  ["uuid", "00112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff"],
  ["json", { a: [1, null, "x"] }, { a: [1, null, "x"] }],
  ["time", "23:59:59.999999", "23:59:59.999999"],
  ["int4[]", [1, null, -3], [1, null, -3]],
  ["int4[]", [], []],
  ["text[]", ["a", "b,c", 'd"e', "", null, "NULL", "\\"], ["a", "b,c", 'd"e', "", null, "NULL", "\\"]],
  ["float8[]", [1.5, -0.25], [1.5, -0.25]],
  ["bool[]", [true, false, null], [true, false, null]],
  ["int4[][]", [[1, 2], [3, 4]], [[1, 2], [3, 4]]],
];

export const types: Case[] = [
  ...values.map(([type, sent, received], i): Case => ({
    name: `${type} there and back (${i + 1})`,
    run: (target) => thereAndBack(target, type, sent, received),
  })),
  {
    name: "NULL of every type",
    run: (target) =>
      withClient(target, async (client) => {
        for (const type of new Set(values.map(([type]) => type))) {
          assert.deepEqual((await client.query(`select $1::${type} as v`, [null])).rows, [{ v: null }], type);
        }
      }),
  },
  {
    name: "dates and times",
    run: (target) =>
      withClient(target, async (client) => {
        const moment = new Date("2024-02-29T12:30:45.678Z");
        const { rows: [row] } = await client.query(
          "select $1::timestamptz as tz, $2::timestamp as ts, $3::date as d, $4::timestamptz as far",
          [moment, "2024-02-29 12:30:45.678", "2024-02-29", "infinity"],
        );
        assert.deepEqual(row, {
          tz: moment,
          ts: new Date(2024, 1, 29, 12, 30, 45, 678),
          d: new Date(2024, 1, 29),
          far: Infinity,
        });
      }),
  },
  {
    name: "an interval",
    run: (target) =>
      withClient(target, async (client) => {
        const { rows: [{ i }] } = await client.query("select $1::interval as i", [
          "1 year 2 mons 3 days 04:05:06.5",
        ]);
        const parts = { years: 1, months: 2, days: 3, hours: 4, minutes: 5, seconds: 6, milliseconds: 500 };
        assert.deepEqual({ ...i }, parts);
      }),
  },
  {
    // node-postgres decodes binary values as UTF-8 first, so only bytes below 0x80 reach its parsers unharmed.
    name: "results in binary",
    run: (target) =>
      withClient(target, async (client) => {
        const text =
          `select 1::smallint as i2, 2130706432 as i4, 3::bigint as i8, 2::real as f4, 32::float8 as f8,
            12::numeric(6,0) as n, true as b, 'é'::text as t, '2000-01-01 00:00:00+00'::timestamptz as tz,
            array[1, 2, 3] as a, null::int as nothing`;
        const { rows: [row], fields } = await client.query({ text, queryMode: "extended" });
        assert.deepEqual(fields.map(({ format }: { format: string }) => format), Array(11).fill("binary"));
        assert.deepEqual({ ...row, n: Number(row.n), i8: String(row.i8), tz: row.tz.getTime() }, {
          i2: 1,
          i4: 2130706432,
          i8: "3",
          f4: 2,
          f8: 32,
          n: 12,
          b: true,
          t: "é",
          tz: Date.UTC(2000, 0, 1),
          a: [1, 2, 3],
          nothing: null,
        });
      }, { binary: true }),
  },
  {
    name: "column types are PostgreSQL's OIDs",
    run: (target) =>
      withClient(target, async (client) => {
        const { fields } = await client.query(
          `select 1::smallint, 1, 1::bigint, 1::real, 1::float8, 1::numeric, true, ''::text, ''::bytea,
             now()::date, '12:30'::time, now()::timestamp, now(), '1 day'::interval,
             '00112233-4455-6677-8899-aabbccddeeff'::uuid, '{}'::json, array[1], array['a'], array[now()::date]`,
        );
        assert.deepEqual(
          fields.map(({ dataTypeID }: { dataTypeID: number }) => dataTypeID).filter((oid: number) =>
            oid !== 1043
          ),
          [21, 23, 20, 700, 701, 1700, 16, 25, 17, 1082, 1083, 1114, 1184, 1186, 2950, 114, 1007, 1009, 1182],
        );
      }),
  },
];

/** As a value, in a table's column, and (but for what node-postgres cannot read so) in binary. */
async function thereAndBack(target: Target, type: string, sent: unknown, received: unknown): Promise<void> {
  await withClient(target, async (client: pg.Client) => {
    assert.deepEqual((await client.query(`select $1::${type} as v`, [sent])).rows, [{ v: received }]);
    await client.query(`create temp table kept (v ${type})`);
    await client.query("insert into kept values ($1)", [sent]);
    assert.deepEqual((await client.query("select v from kept")).rows, [{ v: received }]);
  });
}
