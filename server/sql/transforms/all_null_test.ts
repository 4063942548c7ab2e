import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const sql = (text: string) => analyze({ text, start: 0 }).sql;

Deno.test("a choice of nothing but NULLs is a text", () => {
  assert.equal(
    sql("select coalesce(null, null), max(null), nullif(null, null) from t"),
    "select coalesce(CAST(null AS VARCHAR), null), max(CAST(null AS VARCHAR)), nullif(CAST(null AS VARCHAR), null) from t",
  );
  assert.equal(
    sql("select case when a then null else null end from t"),
    "select case when a then CAST(null AS VARCHAR) else null end from t",
  );
  const untouched = "select coalesce(null, 1), coalesce(null, a), case when a then null else 2 end from t";
  assert.equal(sql(untouched), untouched);
});
