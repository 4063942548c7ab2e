/**
 * `deno run -A tests/soak/main.ts [--minutes 5] [--idle 2000] [--per-second 100]`: soaks a server of its own and prints a
 * report. Exit status 1 for problems. Needs a limit of open files (`ulimit -n`) above the number of idle sessions.
 */
import { parseArgs } from "node:util";
import { describeSoak, soak } from "./soak.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    minutes: { type: "string", default: "5" },
    idle: { type: "string", default: "2000" },
    "per-second": { type: "string", default: "100" },
  },
});

const report = await soak({
  idle: Number(values.idle),
  perSecond: Number(values["per-second"]),
  seconds: Number(values.minutes) * 60,
  allowedGrowth: 128 << 20,
  log: console.log,
});
console.log(describeSoak(report));
Deno.exit(report.problems.length === 0 ? 0 : 1);
