import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const analysed = (sql: string) => analyze({ text: sql, start: 0 });

Deno.test("types that do not go together are refused in PostgreSQL's words", () => {
  const cases: [string, string, string][] = [
    ["select 1 = true", "42883", "operator does not exist: integer = boolean"],
    ["select '1'::text = 1.5", "42883", "operator does not exist: text = numeric"],
    ["select 1 || 2 + 3", "42883", "operator does not exist: integer || integer"],
    ["select a from t where 'a'::text in ('b', 1)", "42883", "operator does not exist: text = integer"],
    ["select 'a'::text + 1", "42883", "operator does not exist: text + integer"],
    ["select not 1", "42804", "argument of NOT must be type boolean, not type integer"],
    ["select a and 2.5 from t", "42804", "argument of AND must be type boolean, not type numeric"],
    [
      "delete from t using (select 1 where 1) x",
      "42804",
      "argument of WHERE must be type boolean, not type integer",
    ],
    ["select 1 union select true", "42804", "UNION types integer and boolean cannot be matched"],
    [
      "select null union select null union select 1",
      "42804",
      "UNION types text and integer cannot be matched",
    ],
    [
      "select a, 1 from t except select b, 'x'::text from t",
      "42804",
      "EXCEPT types integer and text cannot be matched",
    ],
    ["select coalesce(1, null, true)", "42804", "COALESCE types integer and boolean cannot be matched"],
    ["select least('a'::text, 1)", "42804", "LEAST types text and integer cannot be matched"],
    [
      "select case when a then 1 else true end from t",
      "42804",
      "CASE types boolean and integer cannot be matched",
    ],
    ["select array[1, a, null, false]", "42804", "ARRAY types integer and boolean cannot be matched"],
    ["values (1, 1), (2, true)", "42804", "VALUES types integer and boolean cannot be matched"],
    ["select 1 is not true", "42804", "argument of IS NOT TRUE must be type boolean, not type integer"],
    ["select array[]", "42P18", "cannot determine type of empty array"],
    ["select f(a => 1, 2)", "42601", "positional argument cannot follow named argument"],
    ["select sqrt(x => 16)", "42883", "function sqrt(x => integer) does not exist"],
    ["select x'1g'", "22P02", '"g" is not a valid hexadecimal digit'],
  ];
  for (const [sql, sqlstate, message] of cases) {
    const { mistake } = analysed(sql);
    assert.deepEqual([mistake?.sqlstate, mistake?.message], [sqlstate, message], sql);
  }
});

Deno.test("types that go together, or are not known, are not", () => {
  for (
    const sql of [
      "select a = true, a || 2, a and b, 1 = a from t where a",
      "select 1 = '1', true and 't', 1 || 'a', 'a' || 1, '1' || 2.5, 1 = 2.5, 2 = 1::smallint",
      "select date '2020-01-01' + 1, now() - interval '1 day', 2 * interval '1 day', date '2020-01-01' < now()",
      "select time '10:00' = interval '1 hour', '{}'::json -> 'a', '{}'::jsonb - 'a'::text, 1::mytype = true",
      "select 1 union select 2.5 union select null",
      "select 'a' union select 'b' union select 'c'::text",
      "select *, 1 from t union select true, *, 2 from u",
      "select coalesce(null, '2', 1), coalesce(a, 1), greatest(1, 2.5, a), array[1, '2'], array['a', null]",
      "values (1, 'a'), ('2', null), (a, 2.5)",
      "select array[]::int[], array[[], []]::int[], array[1], read_csv(x => 1, y => 2)",
      "select case 1 when 2 then 3 end, case when a then 1 end from t",
    ]
  ) assert.equal(analysed(sql).mistake, null, sql);
});

Deno.test("literals become what stands beside them", () => {
  const cases: [string, string][] = [
    ["select '2' + 3, 4 * '5'", "select CAST('2' AS INTEGER) + 3, 4 * CAST('5' AS INTEGER)"],
    ["select '2.125' + 3.5", "select (2.125) + 3.5"],
    [
      "select abs('-3'), @ '-4'",
      "select abs(CAST('-3' AS DOUBLE PRECISION)), @ CAST('-4' AS DOUBLE PRECISION)",
    ],
    ["select 1 union select 'a'", "select 1 union select CAST('a' AS INTEGER)"],
    ["select 'a', b union select b, '1'", "select 'a', b union select b, '1'"],
    ["select '1' || 2, 'a' + b", "select '1' || 2, 'a' + b"],
  ];
  for (const [sql, expected] of cases) assert.equal(analysed(sql).sql, expected);
});
