/** Clients in other languages print their cases as the Test Anything Protocol; here the lines become steps. */
import assert from "node:assert/strict";
import type { Ended } from "../support/command.ts";
import { skipStep } from "./skips.ts";

/** One line, with the `#` lines that follow it. */
export interface Outcome {
  name: string;
  ok: boolean;
  /** Why it was skipped. */
  skipped: string | null;
  diagnostics: string;
}

/** A client's whole output. */
export interface Report {
  outcomes: Outcome[];
  /** The number the plan line promises, or `null` without one: the client did not get to its end. */
  planned: number | null;
}

/**
 * Reads `ok 1 - name`, `not ok 2 - name`, `ok 3 - name # SKIP why`, `# diagnostics` and `1..3`.
 *
 * @see https://testanything.org/tap-version-14-specification.html
 */
export function readTap(text: string): Report {
  const report: Report = { outcomes: [], planned: null };
  for (const line of text.split("\n")) {
    const plan = line.match(/^1\.\.(\d+)$/);
    const point = line.match(/^(not )?ok \d+ - (.*?)(?: # SKIP (.*))?$/);
    if (plan) report.planned = Number(plan[1]);
    else if (point) {
      const [, not, name, skipped] = point;
      report.outcomes.push({ name, ok: not === undefined, skipped: skipped ?? null, diagnostics: "" });
    } else if (line.startsWith("# ") && report.outcomes.length > 0) {
      report.outcomes.at(-1)!.diagnostics += line.slice(2) + "\n";
    }
  }
  return report;
}

/** A step for each case that a client reported; fails when it ended before its last one. */
export async function reportSteps(t: Deno.TestContext, ended: Ended): Promise<void> {
  const { outcomes, planned } = readTap(ended.stdout);
  for (const { name, ok, skipped, diagnostics } of outcomes) {
    if (skipped !== null) await skipStep(t, name, skipped);
    else await t.step(name, () => assert.ok(ok, diagnostics));
  }
  assert.equal(planned, outcomes.length, `the client ended early: ${ended.stderr}`);
  assert.notEqual(planned, 0);
}
