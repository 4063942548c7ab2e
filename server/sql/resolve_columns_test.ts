import assert from "node:assert/strict";
import type { SelectStmt } from "libpg-query";
import { knownType } from "./known_type.ts";
import { parse } from "./parser.ts";
import type { TypedColumn } from "./relation_types.ts";
import { resolveColumns } from "./resolve_columns.ts";

const t: TypedColumn[] = [{ name: "i", type: "integer" }, { name: "n", type: "numeric" }, {
  name: "s",
  type: "text",
}];
const u: TypedColumn[] = [{ name: "i", type: "integer" }, { name: "b", type: "boolean" }];
const known = new Map([["t", t], ["u", u], ["s.u", u]]);

/** The types of the items of a query's list. */
function types(sql: string): (string | null)[] {
  const [tree] = parse(sql);
  resolveColumns(tree, known);
  const { SelectStmt: { targetList = [] } } = tree as { SelectStmt: SelectStmt };
  return targetList.map((target) => "ResTarget" in target ? knownType(target.ResTarget.val) : null);
}

Deno.test("columns have the types of the relations in sight", () => {
  const cases: [string, (string | null)[]][] = [
    ["select i, n, s, t.i from t", ["integer", "numeric", "text", "integer"]],
    ["select x.i, t.i, z from t x", ["integer", null, null]],
    ["select a, c, n from t x(a, b)", ["integer", null, null]],
    ["select i, b, s from t join u using (i)", ["integer", "boolean", "text"]],
    ["select u.b, s.u.b from s.u", ["boolean", "boolean"]],
    ["select other.b from other", [null]],
    ["select i, b from t, other", ["integer", null]],
    ["select a, i, x from (select i + n as a, i, 'x' as x from t) q", ["numeric", "integer", "text"]],
    ["select i, b from (select * from u) q", ["integer", "boolean"]],
    ["with q as (select n from t) select n from q", ["numeric"]],
    ["with t as (select true as i) select i from t", ["boolean"]],
    ["with recursive q(a) as (select i from t union all select a + 1 from q) select a from q", ["integer"]],
    ["select (select b from u where t.n > u.i) from t", ["boolean"]],
    ["select column1 from (values (1), (2.5)) v", ["numeric"]],
    ["select a from (select i as a from t union select n from t) q", ["numeric"]],
    ["select x from generate_series(1, 3) x, t", [null]],
    ["select g.i from lateral (select t.i from t) g", ["integer"]],
    ["select j.i from (t join u using (i)) j", [null]],
  ];
  for (const [sql, expected] of cases) assert.deepEqual(types(sql), expected, sql);
});

Deno.test("what is made of columns has PostgreSQL's types", () => {
  const cases: [string, string | null][] = [
    ["i + 1", "integer"],
    ["i / n", "numeric"],
    ["i + 1.5::real", "double precision"],
    ["i > 1 and n < 2", "boolean"],
    ["sum(i)", "bigint"],
    ["avg(i)", "numeric"],
    ["sum(n)", "numeric"],
    ["max(n)", "numeric"],
    ["count(*)", "bigint"],
    ["sqrt(i)", "double precision"],
    ["sqrt(n)", "numeric"],
    ["round(i)", "double precision"],
    ["power(i, n)", "numeric"],
    ["power(i, i)", "double precision"],
    ["abs(i)", "integer"],
    ["length(s)", "integer"],
    ["stddev(i)", "numeric"],
    ["stddev(i::float8)", "double precision"],
    ["coalesce(i, n)", "numeric"],
    ["case when true then i else null end", "integer"],
    ["case when true then i else other end", null],
    ["s || i", "text"],
    ["other || s", null],
    ["upper(s)", "text"],
    ["unheard_of(i)", null],
    ["exists (select 1)", "boolean"],
    ["array(select 1)", null],
  ];
  for (const [expression, expected] of cases) {
    assert.deepEqual(types(`select ${expression} from t`), [expected], expression);
  }
});

/** What PostgreSQL has against a query's names. */
function mistakes(sql: string): string[] {
  const found: string[] = [];
  resolveColumns(parse(sql)[0], known, (_, { message }) => void found.push(message));
  return found;
}

Deno.test("names that only DuckDB finds are mistakes", () => {
  const cases: [string, string][] = [
    ['select "I" from t', 'column "I" does not exist'],
    ['select x."S" from t x', "column x.S does not exist"],
    ["select i as x from t where x = 1", 'column "x" does not exist'],
    ["select i as x from t group by x + 1", 'column "x" does not exist'],
    ["select i as x from t group by i having x > 1", 'column "x" does not exist'],
    ["select i as x from t order by x + 1", 'column "x" does not exist'],
  ];
  for (const [sql, message] of cases) assert.deepEqual(mistakes(sql), [message], sql);
});

Deno.test("names that PostgreSQL finds too, or that are not surely known, are none", () => {
  for (
    const sql of [
      'select "A" from (select i as "A" from t) x',
      'select "I" from t, other',
      'select "T" from t as "T"',
      "select I from T",
      'select i as "I", count(*) from t group by "I" order by "I"',
      'select distinct on ("I") i as "I" from t order by "I"',
      'insert into t select 1 as "I" on conflict (i) do update set n = excluded.n',
      "select i as x from t group by x order by x",
      "select i as s from t where s = 'a' order by s || 'b'",
      "select i as x from t, other where x = 1",
      "select i as b, (select 1 from u where b) from t where exists (select 1 from u where b)",
      "select (select i as x from u where z.n = 1) from t z where n = 1",
      "select (select u.i as n from u where n = 1) from t",
      "select i as x from t where list_transform(array[1], x -> x + 1) is not null",
      "select i as x, x + 1 as y from t",
    ]
  ) assert.deepEqual(mistakes(sql), [], sql);
});
