import assert from "node:assert/strict";
import { describeReport, fuzz } from "./run.ts";

Deno.test("100,000 malformed messages do no harm", async () => {
  const report = await fuzz({ messages: 100_000, seed: 1, log: console.log });
  console.log(describeReport(report));
  assert.deepEqual(report.findings, []);
  assert.ok(report.malformed >= 100_000);
  for (const { answers } of report.witnesses) assert.ok(answers > 0);
});
