import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

Deno.test("functions of enums answer the type that a cast tells", () => {
  const rewritten = [
    ["select enum_range(a, b), enum_range(a)", "select enum_range_boundary(a, b), enum_range(a)"],
    ["select enum_first(null::s.mood)", "select CAST(enum_first(null::s.mood) AS s.mood)"],
    [
      "select enum_range(null, 'a'::mood)",
      "select CAST(enum_range_boundary(null, 'a'::mood) AS mood[])",
    ],
  ];
  for (const [text, sql] of rewritten) assert.equal(analyze({ text, start: 0 }).sql, sql);
});
