import assert from "node:assert/strict";
import type { Column } from "../../worker/api/executor.ts";
import { applyColumnNames, type ColumnNames } from "./column_names.ts";
import { analyze } from "./statement.ts";

/** Statements and the names a real PostgreSQL gives their columns, in words; `*` for a star. */
const named: [string, string][] = [
  ["select 1", "?column?"],
  ["select 'x'", "?column?"],
  ["select null", "?column?"],
  ["select true", "?column?"],
  ["select 1.5, -1, +2", "?column? ?column? ?column?"],
  ["select count(*)", "count"],
  ["select count(*), sum(a), max(b) from t", "count sum max"],
  ["select a, t.a, public.t.a from t", "a a a"],
  ['select a as x, b "Y" from t', "x Y"],
  ["select a + 1, a || b, not true, a = 1, a is null from t", "?column? ?column? ?column? ?column? ?column?"],
  ["select 1::int", "int4"],
  [
    "select 1::integer, 1::int8, 1::bigint, 1::smallint, 1::real, 1::double precision, 1::numeric(10,2), 1::decimal",
    "int4 int8 int8 int2 float4 float8 numeric numeric",
  ],
  [
    "select 'x'::text, 'x'::varchar, 'x'::varchar(10), 'x'::char(3), 'x'::\"char\", 'x'::name",
    "text varchar varchar bpchar char name",
  ],
  [
    "select '2020-01-01'::date, now()::timestamp, now()::timestamptz, now()::timestamp with time zone, '1:00'::time",
    "date now now now time",
  ],
  ["select cast(1 as text), cast(a as text), cast('1' as int) from t", "text a int4"],
  ["select a::text, (a)::text, (a + 1)::text, upper(b)::varchar from t", "a a text upper"],
  [
    "select date '2020-01-01', timestamp '2020-01-01', interval '1 day', interval '1' day",
    "date timestamp interval interval",
  ],
  [
    "select '{1}'::int[], '1'::int4, 't'::bool, 't'::boolean, '\\x00'::bytea, '{}'::json, '{}'::jsonb",
    "int4 int4 bool bool bytea json jsonb",
  ],
  ["select array[1,2], array(select 1), (array[1,2])[1], ('{1}'::int[])[1]", "array array array int4"],
  ["select row(1,2), (1,2), row(a,b) from t", "row row row"],
  [
    "select exists(select 1), not exists(select 1), (select 1), (select a from t limit 1), (select count(*) from t), (select 1 as x)",
    "exists ?column? ?column? a count x",
  ],
  [
    "select 1 in (1,2), 1 in (select 1), 1 = any(array[1]), 1 > all(select 1)",
    "?column? ?column? ?column? ?column?",
  ],
  ["select case when true then 1 end", "case"],
  ["select case when true then 1 else a end from t", "a"],
  ["select case when true then a else 1 end from t", "case"],
  ["select case when true then 1 else 2::int end", "case"],
  ["select case when true then 1 else count(*) end", "count"],
  ["select coalesce(null, 1), nullif(1, 2), greatest(1, 2), least(1, 2)", "coalesce nullif greatest least"],
  [
    "select current_date, current_time, current_timestamp, localtime, localtimestamp, current_time(2), current_timestamp(3), localtime(1)",
    "current_date current_time current_timestamp localtime localtimestamp current_time current_timestamp localtime",
  ],
  [
    "select current_user, session_user, user, current_role, current_catalog, current_schema, current_schema()",
    "current_user session_user user current_role current_catalog current_schema current_schema",
  ],
  ["select current_database(), version(), pg_catalog.version()", "current_database version version"],
  [
    "select extract(year from now()), position('a' in 'b'), substring('abc' from 2), substring('abc', 2), trim(' a '), trim(leading 'x' from 'xa'), trim(trailing from 'a'), overlay('abc' placing 'x' from 1)",
    "extract position substring substring btrim ltrim rtrim overlay",
  ],
  ["select now() at time zone 'UTC', (a, a) overlaps (a, a) from (select now() as a) x", "timezone overlaps"],
  ['select lower(\'A\') collate "C", \'a\' collate "C", b collate "C" from t', "lower ?column? b"],
  [
    "select string_agg(b, ',' order by b), array_agg(a), percentile_cont(0.5) within group (order by a) from t",
    "string_agg array_agg percentile_cont",
  ],
  ["select * from t", "*"],
  ["select t.* from t", "*"],
  ["select 1, * , 2 from t", "?column? * ?column?"],
  ["select 1, t.*, count(*) over () from t", "?column? * count"],
  ["select (r).*, 1 from (select row(1,2) r) x where false", "* ?column?"],
  ["select (x.r).f1 from (select null::t2 as r) x", "f1"],
  ["select (t).a from t", "a"],
  ["select values1.* from (values (1,2)) values1", "column1 column2"],
  ["select * from (select 1 as a, 2 as a) x", "a a"],
  ["select 1, * from unnest(a, b) with ordinality t(x), u", "?column? *"],
  ["select * from unnest(a, b) with ordinality t(x)", "x unnest ordinality"],
  ["values (1, 'a'), (2, 'b')", "column1 column2"],
  ["(values (1))", "column1"],
  ["select 1 union all select 2", "?column?"],
  ["select a as x from t union select 2 order by x", "x"],
  ["(select 1 as q) union all (select 2 as r)", "q"],
  ["values (1) union all select 2", "column1"],
  ["with x as (select 1 as a) select a, a+1 from x", "a ?column?"],
  ["with x(q) as (select 1) select * from x", "*"],
  ["table t", "*"],
  ["select distinct on (a) a, b from t", "a b"],
  ["select grouping(a), a from t group by rollup(a)", "grouping a"],
  [
    "select xmlconcat('<a/>', '<b/>'), xmlelement(name foo), xmlforest(a as b), xmlpi(name php), xmlparse(document '<a/>'), xmlserialize(document '<a/>' as text), '<a/>'::xml is document from t",
    "xmlconcat xmlelement xmlforest xmlpi xmlparse xmlserialize ?column?",
  ],
  ["select $$x$$, E'x', b'1', x'1F'", "?column? ?column? ?column? ?column?"],
  ["select 'x' as \"?column?\"", "?column?"],
  ['select "a" from t', "a"],
  ["select generate_series(1, 3), unnest(array[1,2])", "generate_series unnest"],
  ["select is_normalized from (select 'a' is normalized) x", "is_normalized"],
  [
    "select normalize('a'), 'a' is normalized, collation for ('a')",
    "normalize is_normalized pg_collation_for",
  ],
  ["select a::int::text::varchar, 1::int::text from t", "a text"],
  ["select -a, abs(-a), a % 2 from t", "?column? abs ?column?"],
  ["select (a), ((b)) from t", "a b"],
  ["select t from t", "t"],
  ["select max(a)::int, (max(a))::text, -(1)::int from t", "max max ?column?"],
  [
    "select row_to_json(t), to_json(a), json_build_object('a', 1) from t",
    "row_to_json to_json json_build_object",
  ],
  ["select '{\"a\":1}'::json->'a', '{\"a\":1}'::json->>'a' from t", "?column? ?column?"],
  ["select 1 is null, 1 isnull, true and false, true is true", "?column? ?column? ?column? ?column?"],
  ['select "Weird Name" from (select 1 as "Weird Name") x', "Weird Name"],
  ["select mood.x from (select 1 as x) mood", "x"],
  [
    "select timestamp with time zone '2020-01-01', time '10:00', double precision '1.5', numeric '1', bit '1', varchar(3) 'abc'",
    "timestamptz time float8 numeric bit varchar",
  ],
  ["select treat(1 as int)", "int4"],
  ["select cast(null as int), null::text, null::text || 'x'", "int4 text ?column?"],
  ["select 1 limit 1", "?column?"],
  ["select all 1", "?column?"],
  ["select to_char(now(), 'YYYY'), date_trunc('day', now())::date", "to_char date_trunc"],
  [
    "select exists(select 1)::text, (1 in (1))::text, (select 1)::text, array[1]::text, case when true then 1 end::text",
    "exists text ?column? array text",
  ],
  [
    "select coalesce(a, 1)::text, (case when true then a end)::text, ((select a from t))::text from t",
    "coalesce text a",
  ],
  ["insert into t values (1, 'x') returning a, a + 1, *", "a ?column? *"],
  ["update t set a = 1 returning a, t.b, 1::int", "a b int4"],
  ["delete from t returning *", "*"],
  ["delete from t returning a + 1, b", "?column? b"],
  ["select i.a[1], i.a[1:2] from (select array[1] a) i", "a a"],
];

function shown(names: ColumnNames | null): string {
  if (!names) return "";
  return [...names.left, ...(names.right === null ? [] : ["*", ...names.right])].join(" ");
}

Deno.test("columns are named as PostgreSQL names them", () => {
  for (const [sql, expected] of named) {
    assert.equal(shown(analyze({ text: sql, start: 0 }).columnNames), expected, sql);
  }
});

Deno.test("identifiers are cut at 63 bytes", () => {
  const names = analyze({ text: `select 1 as ${"x".repeat(70)}`, start: 0 }).columnNames;
  assert.deepEqual(names, { left: ["x".repeat(63)], right: null });
});

Deno.test("DuckDB's COLUMNS() is a star", () => {
  assert.equal(
    shown(analyze({ text: "select 1, columns(*), 2 from t", start: 0 }).columnNames),
    "?column? * ?column?",
  );
  assert.equal(shown(analyze({ text: "select min(columns('a.*')) from t", start: 0 }).columnNames), "*");
});

Deno.test("a sub-select of a star has the engine's name", () => {
  const { columnNames } = analyze({ text: "select (select * from t), 1", start: 0 });
  assert.deepEqual(columnNames, { left: [null, "?column?"], right: null });
});

function columns(...names: string[]): Column[] {
  return names.map((name) => ({ name, type: { oid: 25, length: -1, modifier: -1 } }));
}

function applied(names: ColumnNames | null, ...engine: string[]): string[] {
  return applyColumnNames(names, columns(...engine)).map((column) => column.name);
}

Deno.test("names go to the engine's columns from both ends", () => {
  assert.deepEqual(applied({ left: ["a", null], right: null }, "1", "2"), ["a", "2"]);
  assert.deepEqual(applied({ left: ["a"], right: ["z"] }, "1", "x", "y", "2"), ["a", "x", "y", "z"]);
  assert.deepEqual(applied({ left: ["a"], right: ["z"] }, "1", "2"), ["a", "z"]);
});

Deno.test("names that do not fit the engine's columns are not used", () => {
  assert.deepEqual(applied(null, "1"), ["1"]);
  assert.deepEqual(applied({ left: ["a"], right: null }, "1", "2"), ["1", "2"]);
  assert.deepEqual(applied({ left: ["a"], right: ["z"] }, "1"), ["1"]);
});
