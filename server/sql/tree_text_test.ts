import assert from "node:assert/strict";
import { readTree } from "./tree_text.ts";

function read(text: string): unknown {
  return readTree(new TextEncoder().encode(`${text}\0`), 0);
}

const texts = [
  "{}",
  "[]",
  '{"version":180001,"stmts":[{"stmt":{"SelectStmt":{"op":"SETOP_NONE"}}}]}',
  '{"a":[],"b":[{},{}],"c":true,"d":false,"e":-2147483648,"f":0}',
  '{"sval":""}',
  '{"sval":"a \\"quoted\\" \\\\ \\u0001 one"}',
  '{"sval":"größe 𝄞"}',
  `{"${"long".repeat(20)}":"${"x".repeat(100_000)}"}`,
  // Nothing that the parser writes.
  ' { "a" : 1.5e3 , "b" : null }',
  '{"a":12345678901234567890}',
  `${"[".repeat(100_000)}1${"]".repeat(100_000)}`,
];

for (const text of texts) {
  Deno.test(`a tree's text is read as JSON: ${text.slice(0, 60)}`, () => {
    // Of the deepest nothing but the depth can be compared.
    if (text.startsWith("[[")) return assert.equal(depthOf(read(text)), 100_000);
    assert.deepEqual(read(text), JSON.parse(text));
    assert.deepEqual(read(text), JSON.parse(text), "with words that are known by now");
  });
}

Deno.test("words of one hash are told apart", () => {
  // 31 * 65 + 97 = 31 * 66 + 66
  const [one, two] = ["Aa", "BB"].map((word) => `{"${word}":"${word}"}`);
  for (const text of [one, two, one, two]) assert.deepEqual(read(text), JSON.parse(text));
});

Deno.test("what is no JSON is no tree", () => {
  for (const text of ["", "{", '{"a', '{"a"', '{"a":1,}', "[1 2]", "-"]) {
    assert.throws(() => read(text), SyntaxError, text);
  }
});

function depthOf(value: unknown): number {
  let depth = 0;
  while (Array.isArray(value)) {
    value = value[0];
    depth++;
  }
  return depth;
}
