import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const sql = (text: string) => analyze({ text, start: 0 }).sql;

Deno.test("the joined columns lose their table", () => {
  assert.equal(
    sql("select j.a, j.*, t.c from t left join u using (a, b) as j where j.b > 1"),
    'select a, "a", "b", t.c from t left join u using (a, b) where b > 1',
  );
  assert.equal(
    sql("select x.a from t join u using (a) as x join v using (b) as y order by y.b"),
    "select a from t join u using (a) join v using (b) order by b",
  );
});
