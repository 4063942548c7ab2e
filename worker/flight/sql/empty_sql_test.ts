import assert from "node:assert/strict";
import { isEmptySql } from "./empty_sql.ts";

Deno.test("SQL of blanks and comments is empty", () => {
  for (
    const sql of ["", " \n\t", ";", " ; ;", "-- x", "-- x\n;", "/* a */", "/* a /* b */ c */ -- d", "/**/"]
  ) {
    assert.equal(isEmptySql(sql), true, sql);
  }
});

Deno.test("SQL with anything else is not empty", () => {
  for (
    const sql of ["select 1", "-- x\nselect 1", "/* a */ 1", "/* a", "/* a /* b */", "-", "/", "*/", "'--'"]
  ) {
    assert.equal(isEmptySql(sql), false, sql);
  }
});
