import assert from "node:assert/strict";
import { describeKills, killWorkers } from "./kills.ts";

Deno.test("workers killed at random under load: nothing acknowledged is lost, nobody else notices, nothing is left", async () => {
  const report = await killWorkers({ kills: 25, users: 4, log: () => {} });
  console.log(describeKills(report));
  assert.deepEqual(report.problems, []);
  assert.ok(report.lost > 0 && report.results > 0);
});
