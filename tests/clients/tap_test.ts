import assert from "node:assert/strict";
import { readTap } from "./tap.ts";

Deno.test("lines of the Test Anything Protocol are read", () => {
  const { outcomes, planned } = readTap(
    "ok 1 - connects\nnot ok 2 - a - b\n# expected 1\n# got 2\nok 3 - cursors # SKIP not built\n1..3\n",
  );
  assert.equal(planned, 3);
  assert.deepEqual(outcomes, [
    { name: "connects", ok: true, skipped: null, diagnostics: "" },
    { name: "a - b", ok: false, skipped: null, diagnostics: "expected 1\ngot 2\n" },
    { name: "cursors", ok: true, skipped: "not built", diagnostics: "" },
  ]);
});

Deno.test("a client that ends early has made no plan", () => {
  assert.equal(readTap("ok 1 - connects\nTraceback\n").planned, null);
});
