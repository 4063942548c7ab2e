import assert from "node:assert/strict";
import { analyze } from "../mod.ts";

function sql(text: string): string {
  return analyze({ text, start: 0 }).sql;
}

Deno.test("what is made of literals alone has PostgreSQL's digits", () => {
  const expressions: [expression: string, value: string][] = [
    ["5.0 / 2", "(2.5000000000000000)"],
    ["1 / 3::numeric", "(0.33333333333333333333)"],
    ["'2.5'::numeric / 2", "(1.25000000000000000000)"],
    ["2.0 ^ 0.5", "(1.4142135623730950)"],
    ["power(2.5, -3)", "(0.06400000000000000)"],
    ["sqrt(2.0)", "(1.414213562373095)"],
    ["exp(1.0)", "(2.7182818284590452)"],
    ["ln(0.000012)", "(-11.330603908176274)"],
    ["log(2, 8)", "(3.0000000000000000)"],
    ["round(4.0, 4)", "(4.0000)"],
    ["trunc(-1.567, 1)", "(-1.5)"],
    ["trim_scale(8.4100)", "(8.41)"],
    ["coalesce(null, 1, 2.5)", "(1.)"],
    ["greatest(1, 2.5, 3)", "(3.)"],
    ["case when 1 > 2 then 1.5 else 2 end", "(2.)"],
    ["12345::numeric(2,-3)", "(12000.)"],
  ];
  for (const [expression, value] of expressions) {
    assert.equal(sql(`select ${expression} as x, a from t`), `select ${value} as x, a from t`);
  }
});

Deno.test("brackets stay where they belong", () => {
  assert.equal(sql("select f((1.0) / 3, 2)"), "select f((0.33333333333333333333), 2)");
  assert.equal(sql("select ((1.5 + 2) / 4)"), "select ((0.87500000000000000000))");
  assert.equal(sql("select -(5.0 / 2)"), "select (-2.5000000000000000)");
  assert.equal(sql("select a + (5.0 / (1 + 1)) from t"), "select a + ((2.5000000000000000)) from t");
});

Deno.test("integers, columns, errors and what a DECIMAL cannot hold are the engine's", () => {
  const own = [
    "1 / 2",
    "1.5 + 2",
    "2 ^ 3",
    "a / 2.0",
    "1.0 / 0",
    "sqrt(-1.0)",
    "exp(100.0)",
    "round(2.5)",
    "least(2, null)",
    "coalesce(1.5, 2)",
    "greatest(1.5, 2.5)",
  ];
  for (const expression of own) {
    assert.equal(sql(`select ${expression} from t`), `select ${expression} from t`);
  }
});

Deno.test("double precision numbers of literals that overflow or vanish are errors", () => {
  assert.match(
    sql("select 1e308::float8 * 10"),
    /^select CAST\(error\('\[22003\] value out of range: overflow'\)/,
  );
  assert.match(sql("select 1e-308::float8 * 1e-308"), /underflow/);
  assert.doesNotMatch(sql("select 1e-308::float8 * 0"), /error/);
});

Deno.test("numbers in double precision are not rounded to digits", () => {
  const mistake = (text: string) => analyze({ text, start: 0 }).mistake?.sqlstate;
  assert.equal(mistake("select round(1.5::float8, 1)"), "42883");
  assert.equal(mistake("select round(a / 3, 1), round(1.5, 1) from t"), undefined);
});

Deno.test("no value stands where FROM has a function", () => {
  const queries: [query: string, expected: string][] = [
    ["select * from trim_scale(8.100)", 'select * from (SELECT (8.1) AS "trim_scale") AS "trim_scale"'],
    ["select * from coalesce(1, 2.5)", "select * from coalesce(1, 2.5)"],
  ];
  for (const [query, expected] of queries) assert.equal(sql(query), expected);
});
