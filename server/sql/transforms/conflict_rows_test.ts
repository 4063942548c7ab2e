import assert from "node:assert/strict";
import { analyzeTyped } from "../statement.ts";

const columns = [{ name: "id", type: "integer" }, { name: "n", type: "integer" }];
const types = { columns: new Map([["t", columns], ["q", columns]]), signature: "conflicts" };
const sql = (source: string) => analyzeTyped({ source, start: 0 }, types).sql;

const once = (names: string, query: string, keys: string, nulls: string) =>
  `WITH dg_rows(${names}) AS MATERIALIZED (${query}) SELECT * FROM dg_rows WHERE CASE WHEN EXISTS (SELECT 1 ` +
  `FROM dg_rows WHERE ${nulls} GROUP BY ${keys} HAVING count(*) > 1) THEN ` +
  "error('[21000] ON CONFLICT DO UPDATE command cannot affect row a second time') ELSE true END";

Deno.test("rows of one key are refused", () => {
  const update = "on conflict (id) do update set n = 1";
  const one = once("dg_c1", "select * from q", "dg_c1", "dg_c1 IS NOT NULL");
  assert.equal(sql(`insert into t select * from q ${update}`), `insert into t ${one} ${update}`);
  const second = once("dg_c1, dg_c2", "select n, id from q", "dg_c2", "dg_c2 IS NOT NULL");
  assert.equal(
    sql(`insert into t as x (n, id) select n, id from q ${update}`),
    `insert into t as x (n, id) ${second} ${update}`,
  );
});

Deno.test("what repeats nothing, or cannot be told, is left alone", () => {
  for (
    const text of [
      "insert into t values (1, 2), (1, 3) on conflict (id) do update set n = 1",
      "insert into t select * from q on conflict do nothing",
      "insert into t select $1, id from q on conflict (id) do update set n = 1",
      "insert into t select 1, 2 on conflict (id) do update set n = 1",
      "insert into t select * from q on conflict on constraint k do update set n = 1",
      "insert into u select * from q on conflict (id) do update set n = 1",
    ]
  ) assert.equal(sql(text), text);
});
