import assert from "node:assert/strict";
import { expansionsOf } from "./expansion.ts";
import { macro } from "./source.ts";

const expansionOf = expansionsOf([
  macro("once", "(a) AS a + 1"),
  macro("twice", "(a, b) AS a + a + b"),
  macro("nested", "(a) AS @twice(a, @once(a))"),
  macro("own", "(a, b) AS twice(a, b)"),
  macro("list", "(a, b) AS list_transform([{'a': a, 'b': b}], lambda x: x)[1]"),
  macro("overloaded", "(a) AS a", "(a, b) AS a + b"),
  macro("field", "(a) AS x.a + a"),
]);

const expansions: [string, readonly number[] | null][] = [
  ["nothing", null],
  ["once", null],
  ["twice", [2, 1]],
  ["nested", [3]],
  ["own", null],
  ["list", [2, 2]],
  ["overloaded", [2, 2]],
  ["field", null],
];

for (const [name, expansion] of expansions) {
  Deno.test(`expansion of ${name}`, () => assert.deepEqual(expansionOf(name), expansion));
}
