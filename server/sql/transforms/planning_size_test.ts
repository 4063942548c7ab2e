import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const read = (text: string) => analyze({ text, start: 0 });
const nested = (before: string, base: string, after: string, depth: number) =>
  before.repeat(depth) + base + after.repeat(depth);
const chain = (
  length: number,
  query: (before: string) => string,
  as = "as",
) => {
  const queries = Array.from({ length }, (_, i) => `c${i + 1} ${as} (${query(`c${i}`)})`);
  return `with c0 as (select a, b from t), ${queries.join(", ")} select * from c${length}`;
};

const refused: string[] = [
  nested("select (", "select 1", ")", 140),
  nested("select 1 where exists (", "select 1", ")", 140),
  nested("select array(", "select 1", ")", 40),
  nested("select max(a) as a from (", "select 1 as a", ") x", 100),
  nested("select sum(a) over () as a from (", "select 1 as a", ") x", 100),
  nested("select a from t limit (", "select 1", ")", 40),
];

for (const text of refused) {
  Deno.test(`planned without end: ${text.slice(0, 40)}…`, () => {
    assert.equal(read(text).mistake?.sqlstate, "54001");
  });
}

const taken: string[] = [
  nested("select (", "select 1", ")", 12),
  nested("select * from (", "select 1 as a", ") x", 140),
  nested("select a from t where b in (", "select 1 as a", ")", 140),
  nested("select max(a) as a from (", "select 1 as a", ") x", 12),
  Array.from({ length: 200 }, () => "select max(a) from t").join(" union all "),
  `select ${Array.from({ length: 200 }, () => "(select max(a) from t)").join(", ")}`,
  `with ${
    Array.from({ length: 200 }, (_, i) => `c${i} as (select max(a) as a from t)`).join(", ")
  } select * from c1`,
  chain(8, (before) => `select max(a) as a, b from ${before} group by b`),
];

for (const text of taken) {
  Deno.test(`planned as it is: ${text.slice(0, 40)}…`, () => {
    const { mistake, sql } = read(text);
    assert.equal(mistake, null);
    assert.equal(sql, text);
  });
}

const divided: string[] = [
  chain(100, (before) => `select max(a) as a, b from ${before} group by b`),
  chain(100, (before) => `select a, max(b) over (partition by a) as b from ${before}`, "(a, b) as"),
  chain(50, (before) => `select a, b from ${before} union all select a, b from ${before} limit 5`),
  chain(50, (before) => `select x.a, x.b from ${before} x, ${before} y`, "as not materialized"),
  `create view v as ${chain(60, (before) => `select max(a) as a, b from ${before} group by b`)}`,
];

for (const text of divided) {
  Deno.test(`planned in parts: ${text.slice(0, 80)}…`, () => {
    const { mistake, sql } = read(text);
    assert.equal(mistake, null);
    assert.match(sql, /c\d+ (\(a, b\) )?as +materialized \(/);
  });
}

Deno.test("what may depend on the rows around it is not planned for itself", () => {
  const query = chain(60, (before) => `select max(a) as a, b from ${before} group by b`);
  assert.doesNotMatch(read(`select (select a from (${query}) x) from t`).sql, /materialized/);
});

Deno.test("a query that reads itself is left as it is", () => {
  const first = "with recursive r(n) as (select 1 union all select n + 1 from r where n < 5), ";
  const { sql } = read(
    first + chain(60, (before) => `select max(a) as a, b from ${before} group by b`).slice(5),
  );
  assert.match(sql, /r\(n\) as \(/);
  assert.match(sql, /c\d+ as materialized \(/);
});
