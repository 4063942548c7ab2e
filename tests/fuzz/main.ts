/**
 * `deno run -A tests/fuzz/main.ts [--messages N | --full] [--seed N] [--case N]`: fuzzes a server of its own and prints a
 * report. `--full` sends a million malformed messages; `--case` runs one case of a seed again. Exit status 1 for findings.
 */
import { parseArgs } from "node:util";
import { describeReport, fuzz } from "./run.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    messages: { type: "string", default: "100000" },
    full: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    case: { type: "string" },
  },
});

const report = await fuzz({
  messages: values.full ? 1_000_000 : Number(values.messages),
  seed: Number(values.seed),
  only: values.case === undefined ? undefined : Number(values.case),
  log: console.log,
});
console.log(describeReport(report));
for (const finding of report.findings) console.log(finding.split("\n")[0]);
Deno.exit(report.findings.length === 0 ? 0 : 1);
