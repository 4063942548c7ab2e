import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const sql = (text: string) => analyze({ text, start: 0 }).sql;

Deno.test("functions that are called in words", () => {
  assert.equal(sql("select system_user, 1"), "select system_user(), 1");
  assert.equal(sql("select collation for (a) from t"), "select pg_collation_for (a) from t");
  assert.equal(
    sql(`select collation for ('x' collate "C")`),
    `select pg_collation_for ('x' , '"C"')`,
  );
});
