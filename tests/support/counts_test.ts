import assert from "node:assert/strict";
import { add, readCounts, summary } from "./counts.ts";

Deno.test("the closing line of deno test is read", () => {
  const output = "running 3 tests\nfoo ... ok\n\nok | 12 passed (3 steps) | 0 failed | 1 ignored (2s)\n";
  assert.deepEqual(readCounts(output, 0), { passed: 12, failed: 0, skipped: 1 });
});

Deno.test("failures are counted", () => {
  const output = "FAILED | 2 passed | 3 failed (1s)\n\nerror: Test failed\n";
  assert.deepEqual(readCounts(output, 1), { passed: 2, failed: 3, skipped: 0 });
});

Deno.test("a run that ends badly without a count is one failure", () => {
  assert.deepEqual(readCounts("error: Module not found\n", 1), { passed: 0, failed: 1, skipped: 0 });
  assert.deepEqual(readCounts("ok | 2 passed | 0 failed (1s)\nkilled\n", 137), {
    passed: 2,
    failed: 1,
    skipped: 0,
  });
});

Deno.test("the summary names skipped tests only where there are some", () => {
  const sum = add({ passed: 1, failed: 0, skipped: 0 }, { passed: 2, failed: 1, skipped: 0 });
  assert.equal(summary(sum), "3 passed, 1 failed");
  assert.equal(summary({ ...sum, skipped: 4 }), "3 passed, 1 failed, 4 skipped");
});
