import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const context = { catalogRelations: new Set<string>(), shown: true };
const sql = (text: string) => analyze({ text, start: 0 }, context).sql;
const one = (value: string, scale: number, of: number) =>
  `{'duckgres_numeric': CAST(${value} AS DECIMAL(38, ${of})), 'scale': ${scale}}`;

Deno.test("numeric literals of one column keep their scales", () => {
  assert.equal(
    sql("select array[1, 2.5, null] as x"),
    `select [${one("1", 0, 1)}, ${one("2.5", 1, 1)}, NULL] as x`,
  );
  assert.equal(
    sql("values (1, 'a'), (-2.5, 'b')"),
    `values (${one("1", 0, 1)}, 'a'), (${one("-2.5", 1, 1)}, 'b')`,
  );
  assert.equal(
    sql("select 1 union select 2.50 order by 1"),
    `select ${one("1", 0, 2)} union select ${one("2.50", 2, 2)} order by 1`,
  );
});

Deno.test("what is read further, of one scale, or one row however it looks, is the engine's", () => {
  const own = [
    "select (array[1, 2.5])[1]",
    "select x from (values (1), (2.5)) v(x)",
    "values (1), (2)",
    "values (1.5), (2.5)",
    "select 1 union select 1.0",
    "insert into t values (1), (2.5)",
  ];
  for (const text of own) assert.equal(sql(text).replaceAll("ARRAY", "array"), text);
  assert.match(sql("select 1 union all select 1.0"), /duckgres_numeric/);
});
