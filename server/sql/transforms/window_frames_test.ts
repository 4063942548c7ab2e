import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const mistake = (frame: string) =>
  analyze({ text: `select sum(a) over (order by a ${frame}) from t`, start: 0 }).mistake;

Deno.test("frames that go backwards", () => {
  assert.equal(mistake("rows between -1 preceding and current row")?.sqlstate, "22013");
  assert.equal(
    mistake("groups between current row and -2 following")?.message,
    "frame ending offset must not be negative",
  );
  assert.equal(mistake("rows null preceding")?.sqlstate, "22004");
  assert.equal(mistake("range between 1 preceding and 0 following"), null);
});
