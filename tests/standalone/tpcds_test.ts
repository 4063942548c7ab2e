/**
 * TPC-DS at scale 0.1: every query's answer, through the whole program, is the one of DuckDB alone. The queries are the
 * extension's own: PostgreSQL accepts all of them as they are.
 */
import assert from "node:assert/strict";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { extensionDirectory } from "../setup/machine.ts";
import { errorOf, loggedIn, type RawClient, rowsOf } from "../support/raw_client.ts";
import { startServer } from "../support/server.ts";
import { testOn } from "../support/test_on.ts";

const load = ["load tpcds", "call dsdgen(sf = 0.1)"];

/** What the same text means to PostgreSQL, in DuckDB's settings. */
const meaning = [
  "set default_null_order = 'nulls_last_on_asc_first_on_desc'",
  "set integer_division = true",
];

testOn(["extension tpcds"], "TPC-DS at scale 0.1", async (t) => {
  await using server = await startServer();
  await using client = await loggedIn({ port: server.port });
  for (const sql of load) assert.deepEqual(errorOf(await client.query(sql)), {});

  const instance = await DuckDBInstance.create(":memory:", { extension_directory: extensionDirectory });
  const duckdb = await instance.connect();
  try {
    for (const sql of [...load, ...meaning]) await duckdb.run(sql);
    const queries = await duckdb.runAndReadAll("select query from tpcds_queries() order by query_nr");
    assert.equal(queries.currentRowCount, 99);
    for (const [i, [sql]] of queries.getRows().entries()) {
      await t.step(`query ${i + 1}`, () => compare(String(sql), client, duckdb));
    }
  } finally {
    duckdb.closeSync();
    instance.closeSync();
  }
});

async function compare(sql: string, client: RawClient, duckdb: DuckDBConnection): Promise<void> {
  const answer = await client.query(sql);
  assert.deepEqual(errorOf(answer), {});
  const result = await duckdb.runAndReadAll(sql);
  const expected = result.getRowsJson().map((row) =>
    row.map((value) => value === null ? null : String(value))
  );
  assertSameRows(rowsOf(answer), expected);
}

type Rows = (string | null)[][];

function assertSameRows(actual: Rows, expected: Rows): void {
  const [left, right] = [actual, expected].map((rows) => rows.map((row) => row.map(comparable)));
  assert.deepEqual(left, right);
}

/** `1.50` is `1.5`, and the last digits of a sum or mean of doubles depend on the order of its terms. */
function comparable(value: string | null): string | null {
  if (value === null || value.trim() === "" || Number.isNaN(Number(value))) return value;
  return String(Number(Number(value).toPrecision(10)));
}
