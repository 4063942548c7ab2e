import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const cases: [string, string][] = [
  [
    "select json_array(1, a format json null on null) from t",
    "select duckgres_json(duckgres_json_array(CAST([duckgres_json_text(1), duckgres_json_text(CAST(a AS JSON))] AS VARCHAR[]))) from t",
  ],
  [
    "select json_object('a' : b, 'c' value d returning jsonb)",
    "select duckgres_json_object(CAST([duckgres_json_member('a' , b), duckgres_json_member('c' , d)] AS VARCHAR[]))",
  ],
  [
    "select json_arrayagg(a order by b returning text) filter (where c) from t",
    "select CAST(duckgres_json_array(duckgres_json_values(list(a order by b) filter (where c))) AS VARCHAR) from t",
  ],
  [
    "select json_objectagg(a : b absent on null returning jsonb) over w from t window w as ()",
    "select duckgres_json_object_agg(list_filter(list(duckgres_json_present_member(a , b)) over w, lambda dg_x: dg_x IS NOT NULL)) from t window w as ()",
  ],
  [
    "select 1 where a is not json array with unique keys and b is null",
    "select 1 where (NOT duckgres_is_json(CAST(a AS VARCHAR), 'array', true)) and b is null",
  ],
  ["select json_serialize(a returning bytea)", "select encode(CAST(CAST(a AS JSON) AS VARCHAR))"],
  [
    "select 1 where json_exists(a, '$.b' passing c + 1 as d)",
    "select 1 where list_transform([{'r': CAST(a AS JSON), " +
    "'v': duckgres_json_object(CAST([duckgres_json_member('d', c + 1)] AS VARCHAR[]))}], " +
    "lambda dg_in: CASE WHEN dg_in.r IS NOT NULL THEN " +
    "coalesce(len(duckgres_path_member(duckgres_path_flat(duckgres_path_item(dg_in.r)), '/b')) > 0, false) END)[1]",
  ],
  [
    "select * from json_table(a, '$[*]' columns (n for ordinality)) t",
    "select * from (SELECT unnest(list_transform([{'r': CAST(a AS JSON)}], " +
    "lambda dg_in: list_transform(duckgres_path_flat(duckgres_path_item(dg_in.r)), " +
    "lambda dg_row_0, dg_n_0: {'n': CAST(dg_n_0 AS INTEGER)}))[1], max_depth := 2)) t",
  ],
  [
    "select * from json_to_record(f(a)) as x(b int, c text)",
    "select * from (SELECT unnest(list_transform([CAST(f(a) AS JSON)], lambda dg_record: " +
    "{'b': CAST(json_extract_string(dg_record, '/b') AS INTEGER), 'c': json_extract_string(dg_record, '/c')}), max_depth := 2)) as x",
  ],
];

Deno.test("SQL/JSON is written in DuckDB's functions", () => {
  for (const [sql, expected] of cases) assert.equal(analyze({ text: sql, start: 0 }).sql, expected, sql);
});

Deno.test("what SQL/JSON refuses", () => {
  const refused: [string, string][] = [
    ["select json_value(a, b)", "0A000"],
    ["select json_query(a, '$.')", "42601"],
    ["select json_serialize(a returning jsonb)", "42804"],
    ["select json_exists(a, '$.datetime()')", "0A000"],
  ];
  for (const [text, sqlstate] of refused) {
    assert.equal(analyze({ text, start: 0 }).mistake?.sqlstate, sqlstate, text);
  }
});
