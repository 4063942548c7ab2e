import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const sql = (text: string) => analyze({ text, start: 0 }).sql.replaceAll("__duckgres.main.", "@");

Deno.test("integers are cast to their bytes and back where their types are known", () => {
  assert.equal(sql("select 1234::bytea"), "select @duckgres_integer_bytes(1234, 4)::bytea");
  assert.equal(
    sql("select cast(5::bigint as bytea)"),
    "select cast(@duckgres_integer_bytes(5::bigint, 8) as bytea)",
  );
  assert.match(sql("select 'x'::bytea::int2"), /@duckgres_bytes_integer\(.*, 2\)::int2$/);
  for (const text of ["select a::bytea", "select 'x'::bytea", "select 1::int"]) {
    assert.doesNotMatch(sql(text), /duckgres_(integer|bytes)/);
  }
});
