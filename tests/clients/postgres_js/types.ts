import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Case } from "../cases.ts";
import type { postgres } from "../packages.ts";
import { withSql } from "./client.ts";

/** A type, what is sent, and what comes back; postgres.js cannot read NULL inside an array. */
const values: [type: string, sent: unknown, received: unknown][] = [
  ["bool", true, true],
  ["int2", -32768, -32768],
  ["int4", 2147483647, 2147483647],
  ["int8", 9007199254740993n, "9007199254740993"],
  ["float4", 1.5, 1.5],
  ["float8", 0.1, 0.1],
  ["float8", -Infinity, -Infinity],
  ["numeric(10,3)", "-1234567.125", "-1234567.125"],
  ["text", "", ""],
  ["text", "it's 'quoted' \\ \n\t ½ 鴨 🦆", "it's 'quoted' \\ \n\t ½ 鴨 🦆"],
  ["bytea", Buffer.from([0, 1, 255, 92, 39]), Buffer.from([0, 1, 255, 92, 39])],
  ["uuid", "00112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff"],
  ["json", { a: [1, null, "x"] }, { a: [1, null, "x"] }],
  ["date", "2024-02-29", new Date("2024-02-29")],
  ["timestamptz", new Date("2024-02-29T12:30:45.678Z"), new Date("2024-02-29T12:30:45.678Z")],
  ["time", "23:59:59.999999", "23:59:59.999999"],
  ["interval", "1 year 2 mons 3 days 04:05:06.5", "1 year 2 mons 3 days 04:05:06.5"],
  ["int4[]", [1, -3], [1, -3]],
  ["int4[]", [], []],
  ["text[]", ["a", "b,c", 'd"e', "", "NULL", "\\"], ["a", "b,c", 'd"e', "", "NULL", "\\"]],
  ["float8[]", [1.5, -0.25], [1.5, -0.25]],
  ["int4[][]", [[1, 2], [3, 4]], [[1, 2], [3, 4]]],
];

export const types: Case[] = [
  ...values.map(([type, sent, received], i): Case => ({
    name: `${type} there and back (${i + 1})`,
    run: (target) => withSql(target, (sql) => thereAndBack(sql, type, sent, received)),
  })),
  {
    name: "NULL of every type",
    run: (target) =>
      withSql(target, async (sql) => {
        for (const type of new Set(values.map(([type]) => type))) {
          assert.deepEqual([...await sql.unsafe(`select $1::${type} as v`, [null])], [{ v: null }], type);
        }
      }),
  },
  {
    name: "the types of arrays are loaded from the catalogue",
    run: (target) =>
      withSql(target, async (sql) => {
        const [row] =
          await sql`select array['a', 'b']::text[] as t, array[true, false] as b, array[1.5, 2]::numeric(5,2)[] as n,
          array['2024-02-29'::date] as d`;
        assert.deepEqual(row, {
          t: ["a", "b"],
          b: [true, false],
          n: ["1.50", "2.00"],
          d: [new Date("2024-02-29")],
        });
      }),
  },
  {
    name: "helpers for json and arrays",
    run: (target) =>
      withSql(target, async (sql) => {
        await sql`select 1`; // The array types are known once connected.
        const [row] = await sql`select ${sql.json({ deep: [{ x: 1 }] })}::json as j, ${
          sql.array(["p", "q"])
        }::text[] as a`;
        assert.deepEqual(row, { j: { deep: [{ x: 1 }] }, a: ["p", "q"] });
      }),
  },
];

/** As a value, and in a table's column, whose type the server tells the driver for the parameter. */
async function thereAndBack(
  sql: postgres.Sql,
  type: string,
  sent: unknown,
  received: unknown,
): Promise<void> {
  const parameters = [sent] as postgres.ParameterOrJSON<never>[];
  assert.deepEqual([...await sql.unsafe(`select $1::${type} as v`, parameters)], [{ v: received }]);
  await sql.unsafe(`create temp table kept (v ${type})`);
  await sql.unsafe("insert into kept values ($1)", parameters);
  assert.deepEqual([...await sql`select v from kept`], [{ v: received }]);
}
