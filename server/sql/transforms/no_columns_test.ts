import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const sqlOf = (text: string) => analyze({ text, start: 0 }).sql;
const nothing = "union_value(no_column := true) AS dg_no_column";

Deno.test("a query without columns gets one", () => {
  const rewritten = [
    ["select from t", `select ${nothing} from t`],
    ["select", `select ${nothing}`],
    ["select all from t where a", `select all ${nothing} from t where a`],
    [
      "with x as (select 1 as a) select from x limit 1",
      `with x as (select 1 as a) select ${nothing} from x limit 1`,
    ],
    ["select from a union all select from b", `select ${nothing} from a union all select ${nothing} from b`],
    [
      "select a from t where exists (select from u)",
      `select a from t where exists (select ${nothing} from u)`,
    ],
  ];
  for (const [source, sql] of rewritten) assert.equal(sqlOf(source), sql);
  for (const source of ["select a from t", "values (1)", "select 'select from'"]) {
    assert.equal(sqlOf(source), source);
  }
});
