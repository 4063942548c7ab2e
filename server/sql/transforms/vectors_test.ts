import assert from "node:assert/strict";
import { analyze } from "../statement.ts";
import type { SqlContext } from "./transform.ts";

const rewritten: [source: string, sql: string][] = [
  [
    "select d.indkey, indrelid from pg_index d",
    `select array_to_string(d.indkey, ' ') AS "indkey", indrelid from pg_index d`,
  ],
  [
    "select indoption as o from pg_catalog.pg_index",
    "select array_to_string(indoption, ' ') as o from pg_catalog.pg_index",
  ],
  ["select indkey from mine", "select indkey from mine"],
  ["select i.indkey[0 * 1] from pg_index i", "select i.indkey[(0 * 1) + 1] from pg_index i"],
  [
    "select generate_subscripts(indkey, 1) as i from pg_index",
    "select duckgres_vector_subscripts(indkey, 1) as i from pg_index",
  ],
];

const context: SqlContext = { catalogRelations: new Set() };

for (const [source, sql] of rewritten) {
  Deno.test(`vectors: ${source}`, () => assert.equal(analyze({ text: source, start: 0 }, context).sql, sql));
}

Deno.test("vectors are told as such", () => {
  const { columnTypes } = analyze({ text: "select indkey, indclass from pg_index", start: 0 });
  assert.deepEqual(columnTypes?.left.map((type) => type?.oid), [22, 30]);
});
