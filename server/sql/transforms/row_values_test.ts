import assert from "node:assert/strict";
import { analyzeTyped } from "../statement.ts";

const columns = [{ name: "a", type: "integer" }, { name: "n", type: "numeric" }];
const plain = [{ name: "b", type: "integer" }, { name: "c", type: "text" }];
const types = { columns: new Map([["t", columns], ["p", plain]]), signature: "rows" };
const sql = (source: string) => analyzeTyped({ source, start: 0 }, types).sql;

Deno.test("rows as json have the digits of their numbers", () => {
  const document = `CAST('{' || '"a":' || coalesce(CAST(t."a" AS VARCHAR), 'null') || ',' || '"n":' || ` +
    `duckgres_json_text(t."n") || '}' AS JSON)`;
  assert.equal(sql("select to_jsonb(t) from t"), `select (${document}) from t`);
  assert.equal(
    sql("select jsonb_agg(t.*) from t"),
    `select duckgres_jsonb_agg_rows(list(${document})) from t`,
  );
  assert.equal(sql("select to_jsonb(p) from p"), "select (system.main.to_json(p)) from p");
});

Deno.test("a row that an outer join has not is NULL", () => {
  const missing = `CASE WHEN NOT (p."b" IS NULL AND p."c" IS NULL) THEN p END`;
  assert.equal(
    sql("select count(p) from t left join p on a = b"),
    `select count(${missing}) from t left join p on a = b`,
  );
  assert.equal(
    sql("select count(t) from t left join p on a = b"),
    "select count(t) from t left join p on a = b",
  );
  assert.equal(
    sql("select count(p) from p right join t on a = b"),
    `select count(${missing}) from p right join t on a = b`,
  );
  assert.equal(
    sql("select count(p) from p full join t on a = b where a in (select x.b from p x, p where p is null)"),
    `select count(${missing}) from p full join t on a = b where a in ` +
      `(select x.b from p x, p where (p."b" IS NULL AND p."c" IS NULL))`,
  );
});

Deno.test("a row is NULL where all its fields are", () => {
  const both = (test: string) => `select (p."b" ${test} AND p."c" ${test}) from p`;
  assert.equal(sql("select p is null from p"), both("IS NULL"));
  assert.equal(sql("select p is not null from p"), both("IS NOT NULL"));
  assert.equal(sql("select p isnull from p"), both("IS NULL"));
  assert.equal(sql("select p notnull from p"), both("IS NOT NULL"));
});

Deno.test("a row's text", () => {
  assert.equal(
    sql("select t::text from t"),
    'select duckgres_row_text([duckgres_text(t."a"), duckgres_numeric_text(CAST(t."n" AS VARCHAR))])::text from t',
  );
});

Deno.test("what is, or may be, a column stays one", () => {
  for (
    const text of [
      "select to_jsonb(b) from p b",
      "select to_jsonb(x) from t, f() x(t)",
      "select count(c) from t left join p c on true",
    ]
  ) {
    assert.equal(sql(text), text);
  }
});

Deno.test("a char(n) has its blanks where it is shown", () => {
  const declared = { oid: 1042, length: -1, modifier: 7 };
  const padded = {
    columns: new Map([["q", [{ name: "c", type: "character", declared }]]]),
    signature: "blanks",
  };
  const { sql } = analyzeTyped(
    { source: "select q::text, concat(c, '|'), c = 'a ' from q", start: 0 },
    padded,
  );
  assert.equal(
    sql,
    `select duckgres_row_text([duckgres_text(rpad(q."c", 3, ' '))])::text, concat(rpad(c, 3, ' '), '|'), c = 'a ' from q`,
  );
  assert.equal(
    analyzeTyped({ source: "select 'a  ' = 'a'::char(3)", start: 0 }, padded).sql.includes("'a '"),
    false,
  );
});
