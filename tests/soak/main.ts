/**
 * `deno run -A tests/soak/main.ts [--minutes 5] [--idle 2000] [--busy 0] [--per-second 100] [--mode control-plane] [--workers 4]`:
 * soaks a server of its own and prints a report. Exit status 1 for problems. Needs a limit of open files (`ulimit -n`) above
 * the number of sessions.
 */
import { parseArgs } from "node:util";
import { describeSoak, soak } from "./soak.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    minutes: { type: "string", default: "5" },
    idle: { type: "string", default: "2000" },
    busy: { type: "string", default: "0" },
    "per-second": { type: "string", default: "100" },
    mode: { type: "string", default: "standalone" },
    workers: { type: "string", default: "4" },
  },
});

const report = await soak({
  mode: values.mode === "control-plane" ? "control-plane" : "standalone",
  workers: Number(values.workers),
  idle: Number(values.idle),
  busy: Number(values.busy),
  perSecond: Number(values["per-second"]),
  seconds: Number(values.minutes) * 60,
  allowedGrowth: 128 << 20,
  log: console.log,
});
console.log(describeSoak(report));
Deno.exit(report.problems.length === 0 ? 0 : 1);
