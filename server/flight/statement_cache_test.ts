import assert from "node:assert/strict";
import { type RemoteStatement, statementCache, statementKey } from "./statement_cache.ts";

function statement(id: number): RemoteStatement {
  return { id, parameters: [], columns: [], kind: "select", users: 1, cached: false };
}

Deno.test("a statement in the cache is taken again, and freed when it is neither kept nor used", () => {
  const freed: number[] = [];
  const cache = statementCache((id) => freed.push(id), 2);
  const [one, two, three] = [statement(1), statement(2), statement(3)];
  cache.add("one", one);
  cache.giveBack(one);
  assert.deepEqual(freed, []);
  assert.equal(cache.take("one"), one);
  cache.add("two", two);
  cache.giveBack(two);
  cache.add("three", three); // "one" was used least lately, but is in use
  assert.equal(cache.take("one"), null);
  assert.deepEqual(freed, []);
  cache.giveBack(one);
  assert.deepEqual(freed, [1]);
  cache.clear();
  assert.deepEqual(freed, [1, 2]);
  assert.equal(cache.take("three"), null);
  cache.giveBack(three);
  assert.deepEqual(freed, [1, 2, 3]);
});

Deno.test("the last statement of a text takes the place of the one before", () => {
  const freed: number[] = [];
  const cache = statementCache((id) => freed.push(id));
  const [old, young] = [statement(1), statement(2)];
  cache.add("same", old);
  cache.giveBack(old);
  cache.add("same", young);
  assert.deepEqual(freed, [1]);
  assert.equal(cache.take("same"), young);
});

Deno.test("a statement that was never kept is freed by its last user", () => {
  const freed: number[] = [];
  const cache = statementCache((id) => freed.push(id));
  cache.giveBack(statement(7));
  assert.deepEqual(freed, [7]);
});

Deno.test("a text is the same only with the same parameter types", () => {
  assert.equal(statementKey("select $1", []), statementKey("select $1", []));
  const keys = [[], [23], [23, 0], [233]].map((types) => statementKey("select $1", types));
  assert.equal(new Set(keys).size, keys.length);
});
