import assert from "node:assert/strict";
import { recentlyUsed } from "./recent.ts";

Deno.test("what was not used for a generation is forgotten", () => {
  const cache = recentlyUsed<number>(2, 100);
  cache.set("a", 1);
  cache.set("b", 2);
  cache.set("c", 3);
  assert.equal(cache.get("a"), 1);
  cache.set("d", 4);
  assert.equal(cache.get("b"), undefined);
  assert.equal(cache.get("a"), 1);
  assert.equal(cache.get("c"), 3);
  assert.equal(cache.get("d"), 4);
});

Deno.test("keys are bounded by their length, too", () => {
  const cache = recentlyUsed<number>(10, 5);
  cache.set("aaa", 1);
  cache.set("bbb", 2);
  cache.set("ccc", 3);
  assert.equal(cache.get("aaa"), undefined);
  assert.equal(cache.get("bbb"), 2);
  cache.set("dddddd", 4);
  assert.equal(cache.get("dddddd"), undefined);
});

Deno.test("a value can be replaced", () => {
  const cache = recentlyUsed<number>(2, 10);
  cache.set("a", 1);
  cache.set("a", 2);
  assert.equal(cache.get("a"), 2);
});
