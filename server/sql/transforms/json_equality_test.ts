import assert from "node:assert/strict";
import { analyze } from "../statement.ts";

const rewritten: [source: string, sql: string][] = [
  ["select '1.0'::jsonb = '1'::jsonb", "select duckgres_jsonb_equal('1.0'::JSON , '1'::JSON)"],
  [
    "select '[1]'::jsonb || '[2]'::jsonb <> '[1, 2]'::jsonb",
    "select (NOT duckgres_jsonb_equal(",
  ],
  ["select a = '1'::json from t", "select a = '1'::JSON from t"],
  [
    "select ('[1]'::jsonb || '[2]'::jsonb) = '[1, 2]'::jsonb",
    "select duckgres_jsonb_equal((",
  ],
  ["select a = b, 1 = 1 from t", "select a = b, 1 = 1 from t"],
];

for (const [source, sql] of rewritten) {
  Deno.test(`json equality: ${source}`, () => {
    const edited = analyze({ text: source, start: 0 }).sql.replace(/CAST\(('[^']*') AS JSON\)/g, "$1::JSON");
    assert.equal(edited.slice(0, sql.length), sql);
  });
}
