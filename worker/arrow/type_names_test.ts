import duckdb from "@duckdb/node-bindings";
import assert from "node:assert/strict";
import { keywords } from "./keywords.ts";
import { openArrowDatabase } from "./testing.ts";
import { typeName } from "./type_names.ts";

const expressions = [
  "true",
  "1::tinyint",
  "1::utinyint",
  "1::smallint",
  "1::usmallint",
  "1::integer",
  "1::uinteger",
  "1::bigint",
  "1::ubigint",
  "1::hugeint",
  "1::uhugeint",
  "1::bignum",
  "1.5::decimal(4, 1)",
  "1.5::decimal(38, 10)",
  "1::float",
  "1::double",
  "'a'",
  "'{}'::json",
  "'it''s'::enum('x', 'it''s')",
  "'a'::blob",
  "'101'::bit",
  "uuid()",
  "date '2020-01-01'",
  "time '01:02:03'",
  "'01:02:03'::time_ns",
  "'01:02:03+02'::timetz",
  "'2020-01-01'::timestamp_s",
  "'2020-01-01'::timestamp_ms",
  "'2020-01-01'::timestamp",
  "'2020-01-01'::timestamp_ns",
  "'2020-01-01'::timestamptz",
  "interval 1 month",
  "[1]",
  "[[1.5], null]",
  "[1, 2]::int[2]",
  "[[[1, 2]::int[2]]]",
  "map {'a': [1]}",
  "row(1, 'a')",
  "{'a': 1, 'B c': 2, 'select': 3, 'value': 4, '_x1': 5, 'übel': 6, '1a': 7, 'a\"b': 8, 'Int': 9, 'Ab': 10}",
  "union_value(num := 2)",
  '1::union(num int, "Str x" varchar)',
  "[{'it': map {1: [null::json]}}]",
  "1::variant",
  "'POINT(1 2)'::geometry",
];

Deno.test("types are written as DuckDB writes them", async () => {
  const db = await openArrowDatabase();
  for (const expression of expressions) {
    const type = duckdb.column_logical_type(await duckdb.query(db.connection, `select ${expression}`), 0);
    // A parameter cannot name a type, so DuckDB is asked to compare the two texts.
    const written = typeName(type).replaceAll("'", "''");
    const result = await duckdb.query(
      db.connection,
      `select 1 where typeof(${expression}) is distinct from '${written}'`,
    );
    assert.equal(duckdb.row_count(result), 0, `${expression} is not ${written}`);
  }
  await db.close();
});

Deno.test("the keywords are DuckDB's", async () => {
  const db = await openArrowDatabase();
  const list = [...keywords].map((word) => `'${word}'`).join(", ");
  const result = await duckdb.query(
    db.connection,
    `select keyword_name from duckdb_keywords() where keyword_name not in (${list})`,
  );
  assert.equal(duckdb.row_count(result), 0);
  const all = await duckdb.query(db.connection, "select distinct keyword_name from duckdb_keywords()");
  assert.equal(duckdb.row_count(all), keywords.size);
  await db.close();
});
