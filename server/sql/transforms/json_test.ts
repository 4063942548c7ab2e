import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const rewritten: [string, string][] = [
  ["select a -> not b from t", "select a -> not b from t"],
  ["select a ->> 'b' = 'x' from t", "select a <~->> 'b' = 'x' from t"],
  ["select a -> '$x', a -> '1' from t", "select a <~-> '/$x', a <~-> '/1' from t"],
  [
    "select a #> $1, a ?| $2 from t",
    "select a <~^> CAST($1 AS VARCHAR[]), a <~^|> CAST($2 AS VARCHAR[]) from t",
  ],
  ["select a #>> '{b,\"c d\"}' from t", "select a <~^>> CAST(['b', 'c d'] AS VARCHAR[]) from t"],
  [
    "select 1 from t where a ? 'b' and a ?| array['c']",
    "select 1 from t where a <~^@> 'b' and a <~^|> array['c']",
  ],
  [
    "select 1 from t where a @> '{\"b\":1}'",
    "select 1 from t where list_transform([CAST(a AS JSON)], " +
    "lambda dg_json_0: CASE WHEN dg_json_0 IS NOT NULL THEN coalesce((json_type(dg_json_0) = 'OBJECT' AND " +
    "CASE WHEN duckgres_path_is_number(json_extract(dg_json_0, '/b')) " +
    "THEN CAST(json_extract(dg_json_0, '/b') AS DOUBLE) = 1 ELSE false END), false) END)[1] ",
  ],
  [
    "select 1 from t where a @> '\"x\"'",
    "select 1 from t where list_transform([CAST(a AS JSON)], " +
    "lambda dg_json_0: CASE WHEN json_contains(dg_json_0, '\"x\"') THEN coalesce(CASE json_type(dg_json_0) WHEN 'ARRAY' THEN " +
    "len(list_filter(json_extract(dg_json_0, '$[*]'), lambda dg_json_1: " +
    "coalesce((json_type(dg_json_1) = 'VARCHAR' AND json_extract_string(dg_json_1, '$') = 'x'), false))) > 0 " +
    "ELSE (json_type(dg_json_0) = 'VARCHAR' AND json_extract_string(dg_json_0, '$') = 'x') END, false) " +
    "WHEN dg_json_0 IS NOT NULL THEN false END)[1] ",
  ],
  ["update t set a = a || '{\"b\":1}'", "update t set a = a <~||> '{\"b\":1}'"],
  ["update t set a = a - 'b'", "update t set a = a <~%> 'b'"],
  [
    "select jsonb_build_object('a', b, 'c', array[1, 2]) from t",
    "select duckgres_jsonb_object(CAST([duckgres_jsonb_field(1, 'a', duckgres_json_text(b)), duckgres_jsonb_field(3, 'c', duckgres_json_text(array[1, 2]))] AS VARCHAR[])) from t",
  ],
  [
    "select json_build_array(json_build_array(), upper(lower(upper(lower(upper(a || b || c || d || e || f)))))) from t",
    "select duckgres_json(duckgres_json_array(CAST([duckgres_json_given(duckgres_json_array(CAST([] AS VARCHAR[]))), duckgres_json_once(upper(lower(upper(lower(upper(a || b || c || d || e || f))))))] AS VARCHAR[]))) from t",
  ],
  [
    "select jsonb_agg(a order by b) filter (where c) from t",
    "select duckgres_jsonb_agg(list(a order by b) filter (where c)) from t",
  ],
  ["select json_agg(a) as x from t", "select duckgres_json(duckgres_json_agg(list(a))) as x from t"],
  [
    "select jsonb_set(a, '{b}', '1') from t",
    "select duckgres_json_change(a, CAST(['b'] AS VARCHAR[]), '1', 'set') from t",
  ],
  [
    "select row_to_json(row(1, a)) from t",
    `select duckgres_json((CAST('{' ||'"f1":' || duckgres_json_text(1) ||  ',"f2":' || duckgres_json_text(a) || '}' AS JSON))) from t`,
  ],
];

Deno.test("operators and functions of json become this server's own", () => {
  for (const [text, sql] of rewritten) assert.equal(analyze({ text, start: 0 }).sql, sql, text);
});

Deno.test("what other types have too stays, unless it is surely jsonb", () => {
  const kept = [
    "select a || '[x]', a || '{}', d - '2020-01-01', d - b from t",
    "select 1 from t where tags @> array['x']",
    "select list_transform(a, x -> x + 1) from t",
  ];
  for (const text of kept) assert.equal(analyze({ text, start: 0 }).sql, text);
});

Deno.test("literals of jsonb are read as PostgreSQL reads them", () => {
  const { sql } = analyze({ text: `select '{"b": 1e1, "a": "\\u0041"}'::jsonb`, start: 0 });
  assert.equal(sql, `select CAST('{"a":"A","b":10}' AS JSON)`);
  assert.equal(analyze({ text: "select '{bad'::jsonb", start: 0 }).mistake?.sqlstate, "22P02");
});

Deno.test("what is no array literal is refused, not thrown", () => {
  const { refusal } = analyze({ text: "select json_object('{{a, 1}}''{{a, 1}}')", start: 0 });
  assert.equal(refusal?.sqlstate, "22P02");
});
