import assert from "node:assert/strict";
import { identifierOf, stringValue, textOf, tokenize } from "./lexer.ts";

function tokens(sql: string): string[] {
  return tokenize(sql).map((token) => `${token.kind} ${textOf(sql, token)}`);
}

const cases: [string, string[]][] = [
  ["a.b", ["word a", "punctuation .", "word b"]],
  ["a::int", ["word a", "punctuation ::", "word int"]],
  ["x:=1", ["word x", "punctuation :", "operator =", "number 1"]],
  ["1.5e-3+.5", ["number 1.5e-3", "operator +", "number .5"]],
  ["1..2", ["number 1", "punctuation .", "number .2"]],
  ["0x1F 1_000", ["number 0x1F", "number 1_000"]],
  ["a<>-1", ["word a", "operator <>", "operator -", "number 1"]],
  ["a@-1", ["word a", "operator @-", "number 1"]],
  ["a->>'b'", ["word a", "operator ->>", "string 'b'"]],
  ["1--x\n2", ["number 1", "number 2"]],
  ["$1$2", ["parameter $1$2"]],
  ["$1,$name", ["parameter $1", "punctuation ,", "parameter $name"]],
  ["U&\"a\" u&'b' u & c", ['quoted U&"a"', "string u&'b'", "word u", "operator &", "word c"]],
  ["été", ["word été"]],
  ["b 'x'", ["word b", "string 'x'"]],
];

Deno.test("tokens are PostgreSQL's", () => {
  for (const [sql, expected] of cases) assert.deepEqual(tokens(sql), expected, sql);
});

Deno.test("identifiers lose their quotes and unquoted ones their case", () => {
  const read = (sql: string) => identifierOf(sql, tokenize(sql)[0]);
  assert.equal(read("AbC"), "abc");
  assert.equal(read('"A""b"'), 'A"b');
  assert.equal(read("'a'"), null);
});

Deno.test("string literals have values", () => {
  const values: [string, string | null][] = [
    ["'it''s'", "it's"],
    ["''", ""],
    ["E'a\\nb\\'c\\x41\\u00e9\\101\\q'", "a\nb'cAéAq"],
    ["$$a'b$$", "a'b"],
    ["$x$a$$b$x$", "a$$b"],
    ["$$a", ""],
    ["N'a'", "a"],
    ["B'1'", null],
    ["U&'a'", null],
  ];
  for (const [literal, value] of values) assert.equal(stringValue(literal), value, literal);
});

Deno.test("a string goes on on the next line", () => {
  for (const literal of ["'a'\n 'b'", "e'a'  -- c\r\n\n'b'", "X'0'\n\t'1'"]) {
    assert.equal(tokenize(`${literal}, x`)[0].end, literal.length);
  }
  assert.equal(stringValue("'a'''\n 'b'"), "a'b");
  assert.equal(stringValue("'x'' \n ''y'"), "x' \n 'y");
  assert.equal(tokenize("'a' 'b'").length, 2);
});
