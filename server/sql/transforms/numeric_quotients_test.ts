import assert from "node:assert/strict";
import { analyzeTyped } from "../statement.ts";

const columns = [
  { name: "n", type: "numeric" },
  { name: "i", type: "integer" },
  { name: "b", type: "bigint" },
  { name: "f", type: "double precision" },
];
const types = { columns: new Map([["t", columns]]), signature: "" };
const context = { catalogRelations: new Set<string>(), shown: true };
const sql = (source: string) => analyzeTyped({ source, start: 0 }, types, context).sql;
const named = (text: string) => text.replaceAll("@", "__duckgres.main.duckgres_shown_");

Deno.test("quotients of a statement's own results keep what they are worked out of", () => {
  const cases: [string, string][] = [
    ["select n / i from t", "select @quotient(n , i) from t"],
    [
      "select (n + 1) / nullif(i, 0) as x from t order by x",
      "select @quotient((n + 1) , nullif(i, 0)) as x from t order by x",
    ],
    ["select coalesce(n / i, 0) from t", "select coalesce(@quotient(n , i), @number(0)) from t"],
    [
      "select case when i > 0 then n / i else n end from t",
      "select case when i > 0 then @quotient(n , i) else @number(n) end from t",
    ],
    ["select n / i * 2 from t", "select @double((n </> i) * 2) from t"],
    ["select sqrt(n) from t", "select @double(sqrt(n)) from t"],
    ["select x from (select n / 2 as x from t) s", "select @double(x) from (select (n </> 2) as x from t) s"],
  ];
  for (const [source, expected] of cases) assert.equal(sql(source), named(expected));
});

Deno.test("where rows are grouped by it the value in double precision must do", () => {
  const grouped = named("select @double((n </> 2)) as x from t group by ");
  for (const by of ["x", "1"]) assert.equal(sql(`select n / 2 as x from t group by ${by}`), grouped + by);
  assert.equal(sql("select n / 2 as x from t group by n / 2"), `${grouped}(n </> 2)`);
  assert.equal(
    sql("select n / 2 as x from t group by n"),
    named("select @quotient(n , 2) as x from t group by n"),
  );
});

Deno.test("elsewhere a quotient is no whole number", () => {
  assert.match(
    sql("select 1 from t having sum(b) / count(*) > 2"),
    /\(duckgres_sum\(.*\) <\/> count\(\*\)\) > 2/,
  );
  assert.equal(sql("select distinct n / i from t"), "select distinct (n </> i) from t");
  assert.equal(sql("insert into t (n) select n / 3 from t"), "insert into t (n) select (n </> 3) from t");
});

Deno.test("other quotients are the engine's", () => {
  for (
    const text of [
      "select i / 2 from t",
      "select f / 2 from t",
      "select n / random() from t",
      "select n / $1 from t",
    ]
  ) {
    assert.equal(sql(text), text);
  }
  assert.equal(sql("select n / (select 2) from t"), "select (n </> (select 2)) from t");
});
