import assert from "node:assert/strict";
import { jsonbText } from "./jsonb.ts";

const printed: [string, string][] = [
  ['{"bb":1,"a":2,"c":{"z":[],"y":{}}}', '{"a": 2, "c": {"y": {}, "z": []}, "bb": 1}'],
  ['{"a":1,"a":2}', '{"a": 2}'],
  [" [1 , 2,3 ] ", "[1, 2, 3]"],
  [
    "[1e2,1.50,-0,-0.0,1E-3,12.5e1,12.5e+3,0.00012,-1.5e-2,100]",
    "[100, 1.50, 0, 0.0, 0.001, 125, 12500, 0.00012, -0.015, 100]",
  ],
  ['"\\u0041\\/\\n\\u001f\\u00e9"', '"A/\\n\\u001fé"'],
  ['{"a,b":"x: \\"y\\", z"}', '{"a,b": "x: \\"y\\", z"}'],
  ['{"é":1,"b":2,"":3}', '{"": 3, "b": 2, "é": 1}'],
  ["null", "null"],
  ["123456789012345678901234567890", "123456789012345678901234567890"],
];

Deno.test("jsonb is printed as PostgreSQL prints it", () => {
  for (const [text, wanted] of printed) assert.equal(jsonbText(text, "spaced"), wanted);
});

Deno.test("what is printed is printed the same again", () => {
  for (const [, wanted] of printed) {
    assert.equal(jsonbText(wanted, "spaced"), wanted);
    assert.equal(jsonbText(jsonbText(wanted, "minified"), "spaced"), wanted);
  }
});

Deno.test("DuckDB's own style has no spaces", () => {
  assert.equal(jsonbText('{"b": [1, 2], "a": "x, y"}', "minified"), '{"a":"x, y","b":[1,2]}');
});

Deno.test("what is nested too deeply is refused as such", () => {
  for (const [open, close] of [["[", "]"], ['{"a":', "}"]]) {
    const text = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    assert.throws(() => jsonbText(text, "spaced"), { sqlstate: "54001" });
  }
});
