/**
 * `deno run -A tests/control_plane/kills_main.ts [--kills 100] [--users 4]`: kills workers at random under load and prints a
 * report. Exit status 1 for problems.
 */
import { parseArgs } from "node:util";
import { describeKills, killWorkers } from "./kills.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { kills: { type: "string", default: "100" }, users: { type: "string", default: "4" } },
});

const report = await killWorkers({
  kills: Number(values.kills),
  users: Number(values.users),
  log: console.log,
});
console.log(describeKills(report));
Deno.exit(report.problems.length === 0 ? 0 : 1);
