import assert from "node:assert/strict";
import { describeSoak, soak, type SoakOptions } from "./soak.ts";
import { vanishings } from "./vanish.ts";

const short: SoakOptions = {
  mode: "standalone",
  workers: 4,
  idle: 100,
  busy: 0,
  perSecond: 30,
  seconds: 8,
  allowedGrowth: 192 << 20,
  log: () => {},
};

Deno.test("clients that vanish leave nothing behind", async () => {
  const report = await soak(short);
  console.log(describeSoak(report));
  assert.deepEqual(report.problems, []);
  assert.deepEqual([...report.vanished.keys()].sort(), Object.keys(vanishings).sort());
});

Deno.test("idle and busy sessions on four workers, and clients that vanish, leave nothing behind", async () => {
  const report = await soak({ ...short, mode: "control-plane", busy: 10, perSecond: 10, seconds: 6 });
  console.log(describeSoak(report));
  assert.deepEqual(report.problems, []);
  assert.equal(report.seen.length, 5);
  assert.ok(report.statements > 0);
});
