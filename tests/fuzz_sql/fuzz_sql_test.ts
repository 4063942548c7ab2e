import assert from "node:assert/strict";
import { randomOf } from "../fuzz/random.ts";
import { parseOne } from "../../server/sql/parser.ts";
import { walk } from "../../server/sql/walk.ts";
import { expressions, type Scope, sources, type Write } from "./grammar.ts";
import { fuzz, subjectOf } from "./run.ts";
import { statements } from "./statements.ts";

Deno.test("the translation is sound for 3,000 statements", async () => {
  assert.deepEqual(await fuzz({ seed: 1, from: 0, to: 3000 }), []);
});

Deno.test("a seed makes the same statements every time", () => {
  for (let index = 0; index < 50; index++) assert.deepEqual(subjectOf(7, index), subjectOf(7, index));
  assert.notDeepEqual(subjectOf(7, 0), subjectOf(8, 0));
});

Deno.test("each way to write a node makes that node", () => {
  const inSelect = (write: Write) => (scope: Scope) => `select ${write(scope)}`;
  const inFrom = (write: Write) => (scope: Scope) => `select 1 from ${write(scope)}`;
  const writers = [
    ...Object.entries(expressions).map(([type, write]) => [type, inSelect(write)] as const),
    ...Object.entries(sources).map(([type, write]) => [type, inFrom(write)] as const),
    ...Object.entries(statements),
  ];
  const missing = writers.filter(([type, write]) => !makes(type, write)).map(([type]) => type);
  assert.deepEqual(missing, []);
});

/** Some of a hundred texts have the node. */
function makes(type: string, write: Write): boolean {
  for (let index = 0; index < 100; index++) {
    const found = new Set<string>();
    const tree = parseOne(write({ random: randomOf(1, index), depth: 2 }));
    if (tree) walk(tree, (name) => void found.add(name));
    if (found.has(type)) return true;
  }
  return false;
}
