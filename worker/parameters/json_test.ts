/** What PostgreSQL says of texts that are no json. */
import assert from "node:assert/strict";
import { PgError } from "../api/error.ts";
import { parseJson } from "./json.ts";

const mistakes: readonly (readonly [text: string, detail: string])[] = [
  ["", "The input string ended unexpectedly."],
  ['{"a":', "The input string ended unexpectedly."],
  ["[1,]", 'Expected JSON value, but found "]".'],
  ["[1 2]", 'Expected "," or "]", but found "2".'],
  ["{1:2}", 'Expected string or "}", but found "1".'],
  ['{"a":1,}', 'Expected string, but found "}".'],
  ['{"a" 1}', 'Expected ":", but found "1".'],
  ['{"a":1 2}', 'Expected "," or "}", but found "2".'],
  ["1 2", 'Expected end of input, but found "2".'],
  ["nul", 'Token "nul" is invalid.'],
  ["nüll", 'Token "nüll" is invalid.'],
  ["01", 'Token "01" is invalid.'],
  ["1e+", 'Token "1e+" is invalid.'],
  ["'a'", `Token "'" is invalid.`],
  ['"a', 'Token ""a" is invalid.'],
  ['"\\x"', 'Escape sequence "\\x" is invalid.'],
  ['"\\u12"', '"\\u" must be followed by four hexadecimal digits.'],
  ['"a\nb"', "Character with value 0x0a must be escaped."],
];

Deno.test("what is no json is refused in PostgreSQL's words", () => {
  for (const [text, detail] of mistakes) {
    assert.throws(() => parseJson(text), (error) => {
      assert.ok(error instanceof PgError);
      assert.equal(error.sqlstate, "22P02");
      assert.equal(error.detail, detail, text);
      return true;
    });
  }
});

Deno.test("json is kept as it is", () => {
  for (const text of ['{"a": [1, -2.5e3, null]}', ' "\\u00e9" ', "true", '{"k":1,"k":2}']) {
    assert.deepEqual(parseJson(text), { kind: "text", value: text });
  }
});
