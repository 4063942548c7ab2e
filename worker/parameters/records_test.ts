import assert from "node:assert/strict";
import { PgError } from "../api/error.ts";
import { parseRecord } from "./records.ts";

Deno.test("a record's text is taken apart as PostgreSQL does", () => {
  assert.deepEqual(parseRecord("(1,x)", 2), ["1", "x"]);
  assert.deepEqual(parseRecord(' (1, a b ,"") ', 3), ["1", " a b ", ""]);
  assert.deepEqual(parseRecord("(,)", 2), [null, null]);
  assert.deepEqual(parseRecord("()", 1), [null]);
  assert.deepEqual(parseRecord(String.raw`("a ""b"" \\ c",d\,e,f"g,h")`, 3), [
    String.raw`a "b" \ c`,
    "d,e",
    "fg,h",
  ]);
});

Deno.test("what is no record is refused with the reason", () => {
  const reasons = [
    ["1,2", "Missing left parenthesis."],
    ["(1)", "Too few columns."],
    ["(1,2,3)", "Too many columns."],
    ["(1,2) x", "Junk after right parenthesis."],
    ["(1,2", "Unexpected end of input."],
    ['(1,"2)', "Unexpected end of input."],
  ];
  for (const [text, detail] of reasons) {
    assert.throws(
      () => parseRecord(text, 2),
      (error) => error instanceof PgError && error.sqlstate === "22P02" && error.detail === detail,
      text,
    );
  }
});
