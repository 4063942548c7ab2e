/** TPC-H at scale 0.1: every query's answer, through the whole program. */
import assert from "node:assert/strict";
import { DuckDBInstance } from "@duckdb/node-api";
import pg from "pg";
import { extensionDirectory } from "../setup/machine.ts";
import { psql, rows } from "../support/psql.ts";
import { type Server, startServer } from "../support/server.ts";
import { testOn } from "../support/test_on.ts";

interface Query {
  number: number;
  sql: string;
  /** Header and rows, fields parted by `|`, as psql prints them unaligned. */
  answer: string;
}

testOn(["psql", "extension tpch"], "TPC-H at scale 0.1", async (t) => {
  const queries = await tpch();
  assert.equal(queries.length, 22);
  await using server = await startServer();
  await rows(server.url(), "load tpch; call dbgen(sf = 0.1);");

  for (const { number, sql, answer } of queries) {
    await t.step(`query ${number} through psql`, async () => {
      const ended = await psql(server.url(), sql, ["-A", "--pset=footer=off", "-v", "ON_ERROR_STOP=1"]);
      assert.equal(ended.stderr, "");
      assertSameTable(ended.stdout, answer);
    });
  }
  await t.step("query 6 from node-postgres with parameters", () => parameterised(server, queries[5]));
  await server.stop();
});

async function parameterised(server: Server, { answer }: Query): Promise<void> {
  const client = new pg.Client({
    connectionString: server.url().split("?")[0],
    ssl: { rejectUnauthorized: false },
  });
  await client.connect();
  try {
    const result = await client.query({
      text: `select sum(l_extendedprice * l_discount) as revenue from lineitem
        where l_shipdate >= $1 and l_shipdate < $2 and l_discount between $3 and $4 and l_quantity < $5`,
      values: ["1994-01-01", "1995-01-01", "0.05", "0.07", 24],
    });
    assertSameTable(`revenue\n${result.rows[0].revenue}\n`, answer);
  } finally {
    await client.end();
  }
}

/** Equal but for how numbers are written: `1.50` is `1.5`, and the last digits of a sum of floats may differ. */
function assertSameTable(actual: string, expected: string): void {
  const [actualRows, expectedRows] = [actual, expected].map((text) => text.trimEnd().split("\n"));
  assert.equal(actualRows.length, expectedRows.length, "number of rows");
  for (const [i, row] of expectedRows.entries()) {
    const [left, right] = [actualRows[i], row].map((text) => text.split("|"));
    const same = left.length === right.length &&
      left.every((field, column) => sameField(field, right[column]));
    if (!same) assert.equal(actualRows[i], row, `row ${i}`);
  }
}

function sameField(actual: string, expected: string): boolean {
  if (actual === expected) return true;
  if (actual === "" || expected === "") return false;
  const [left, right] = [Number(actual), Number(expected)];
  return Math.abs(left - right) <= 1e-11 * Math.abs(right);
}

async function tpch(): Promise<Query[]> {
  const instance = await DuckDBInstance.create(":memory:", { extension_directory: extensionDirectory });
  const connection = await instance.connect();
  await connection.run("load tpch");
  const reader = await connection.runAndReadAll(
    `select query_nr, query, answer from tpch_queries() join tpch_answers() using (query_nr)
     where scale_factor = 0.1 order by query_nr`,
  );
  connection.closeSync();
  instance.closeSync();
  return reader.getRows().map(([number, sql, answer]) => ({
    number: Number(number),
    sql: String(sql),
    answer: String(answer),
  }));
}
