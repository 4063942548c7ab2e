/** Literals, names and row constructors. */
import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const rewritten = (sql: string) => analyze({ text: sql, start: 0 }).sql;

function same(cases: readonly [string, string][]): void {
  for (const [sql, expected] of cases) assert.equal(rewritten(sql), expected);
}

Deno.test("numbers are what PostgreSQL reads", () => {
  same([
    ["select 0x1F, 0b101, 0o17, -0xff", "select 31, 5, 15, -255"],
    ["select 0xFFFF_FFFF_FFFF_FFFF", "select 18446744073709551615"],
    ["select 5e2, 1.925e-3, 1e1_0, .5E1, - 2e0", "select 500., 0.001925, 10000000000., 5., - 2."],
    ["select 1e100, 1e-50", "select 1e100, 1e-50"],
    ["select -2147483648, 2147483648", "select CAST(-2147483648 AS INTEGER), 2147483648"],
    [
      "select -(0x10), - - 5e0, -(2147483648), - (b'1')",
      "select -(16), - - 5., CAST(-2147483648 AS INTEGER), - (CAST('1' AS BIT))",
    ],
    ["select 1_000, 4., .001, 42, '0x1F'", "select 1_000, 4., .001, 42, '0x1F'"],
  ]);
});

Deno.test("numbers with letters behind them are refused", () => {
  for (const sql of ["select 123abc", "select 0xg", "select 1__0"]) {
    assert.equal(analyze({ text: sql, start: 0 }).refusal?.sqlstate, "42601", sql);
  }
});

Deno.test("DuckDB's words are names", () => {
  same([
    ["select at, w.show, pivot from words w", 'select "at", w."show", "pivot" from words w'],
    ["select 1 value, 2 as name, 3 type from t", "select 1 AS value, 2 as name, 3 AS type from t"],
    ["select 1 by", 'select 1 AS "by"'],
    ["insert into words (glob, map) values (1, 2)", 'insert into words ("glob", map) values (1, 2)'],
    ["insert into t values (1) returning a value", "insert into t values (1) returning a AS value"],
    ["update t set value = value", "update t set value = value"],
  ]);
});

Deno.test("DuckDB's words are left where they are words", () => {
  for (
    const sql of [
      "show tables",
      "select now() at time zone 'UTC' from t group by a order by b",
      "select rank() over (partition by a order by b) from t",
      "select * from a asof join b on a.x >= b.x",
      "select * from a semi join b using (x)",
      "select * from glob('*.csv')",
      "select 'pivot'",
      "create sequence s increment by 2",
    ]
  ) assert.equal(rewritten(sql), sql);
});

Deno.test("names end after 63 bytes", () => {
  const long = "a".repeat(62);
  const { sql, notices } = analyze({ text: `select 1 as ${long}bc, 2 as "${long}é"`, start: 0 });
  assert.equal(sql, `select 1 as "${long}b", 2 as "${long}"`);
  assert.deepEqual(notices.map(({ sqlstate }) => sqlstate), ["42622", "42622"]);
  const fits = analyze({ text: `select '${long}bc' as ${long}b`, start: 0 });
  assert.equal(fits.sql, fits.source);
  assert.deepEqual(fits.notices, []);
});

Deno.test("row constructors", () => {
  same([
    ["select row(1, f(2, 3)) is null", "select ((1) IS NULL AND ( f(2, 3)) IS NULL) "],
    ["select (a, b or c) is not null and d", "select ((a) IS NOT NULL AND ( b or c) IS NOT NULL)  and d"],
    ["select (row(1, 'x')).f2", "select (row(1, 'x'))[2]"],
    ["select (t).*, (t.x).y from t", "select t.*, (t.x).y from t"],
    ["select row(t.*, 1) from t", "select row(*COLUMNS(t.*), 1) from t"],
  ]);
  const { mistake } = analyze({ text: "select (1, 2) = (1, 2, 3)", start: 0 });
  assert.deepEqual([mistake?.sqlstate, mistake?.position], ["42601", 15]);
});

Deno.test("VARIADIC hands the elements of an array on", () => {
  same([
    ["select f(1, variadic array[2, 3])", "select f(1, 2, 3)"],
    ["select concat(variadic a)", "select concat(array_to_string( a, ''))"],
    ["select concat_ws(',', variadic a[1:2])", "select concat_ws(',', array_to_string( a[1:2], ','))"],
  ]);
  const refused = (text: string) => analyze({ text, start: 0 }).mistake?.sqlstate;
  assert.equal(refused("select f(variadic a) from t"), "0A000");
  assert.equal(refused("select concat('x', variadic a) from t"), "42883");
});

Deno.test("BETWEEN SYMMETRIC asks in either order", () => {
  same([
    [
      "select a + 1 between symmetric b and c || d and e",
      "select __duckgres.main.duckgres_between(a + 1 , b , c || d) and e",
    ],
    ["select a not between symmetric 1 and 2", "select (NOT __duckgres.main.duckgres_between(a , 1 , 2))"],
  ]);
});

Deno.test("IS NORMALIZED is a call, and the answer where it is about a literal", () => {
  same([
    ["select a || b is not normalized", "select (NOT is_normalized(a || b ))"],
    ["select a is nfc normalized from t", "select is_normalized(a ) from t"],
    ["select U&'\\0061\\0308' is nfc normalized, 'a' is nfkd normalized", "select false, true"],
  ]);
  assert.equal(analyze({ text: "select a is nfd normalized", start: 0 }).mistake?.sqlstate, "0A000");
});

Deno.test("arguments with names stand where the function has them", () => {
  same([
    ["select make_date(2000, day => 1, month => 2)", "select make_date(2000, 2, 1)"],
    ["select make_date(year => a + 1, month => 2, day => 3)", "select make_date(a + 1, 2, 3)"],
  ]);
  assert.equal(analyze({ text: "select make_date(jear => 1)", start: 0 }).mistake?.sqlstate, "42883");
});

Deno.test("a text joined with NULL is a text", () => {
  same([
    ["select 'a' || null", "select CAST('a' || CAST(NULL AS VARCHAR) AS VARCHAR)"],
    ["select a || null", "select a || null"],
  ]);
});
