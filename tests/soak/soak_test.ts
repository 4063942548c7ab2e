import assert from "node:assert/strict";
import { describeSoak, soak } from "./soak.ts";
import { vanishings } from "./vanish.ts";

Deno.test("clients that vanish leave nothing behind", async () => {
  const report = await soak({
    idle: 100,
    perSecond: 30,
    seconds: 8,
    allowedGrowth: 192 << 20,
    log: () => {},
  });
  console.log(describeSoak(report));
  assert.deepEqual(report.problems, []);
  assert.deepEqual([...report.vanished.keys()].sort(), Object.keys(vanishings).sort());
});
