/** The cases of a client that runs inside the test: each is a step. */
import { skipStep } from "./skips.ts";
import type { Target } from "./targets.ts";

/** One thing that users of a client do. */
export interface Case {
  name: string;
  /** What the server may not have yet; the case is skipped when it answers so. */
  needs?: string;
  run(target: Target): Promise<void>;
}

/** Runs the cases in order, each in a step of its own. */
export async function runCases(t: Deno.TestContext, target: Target, cases: readonly Case[]): Promise<void> {
  for (const { name, needs, run } of cases) {
    const lacking = needs === undefined ? null : await attempt(() => run(target));
    if (needs !== undefined && isUnsupported(lacking)) {
      await skipStep(t, name, `${needs}: ${lacking.message}`);
      continue;
    }
    await t.step(name, async () => {
      if (needs === undefined) return await run(target);
      if (lacking !== null) throw lacking;
    });
  }
}

async function attempt(run: () => Promise<void>): Promise<unknown> {
  try {
    await run();
    return null;
  } catch (error) {
    return error;
  }
}

/** Not supported, or no such function. Every driver's error type has the SQLSTATE as `code`. */
const unsupported = ["0A000", "42883"];

function isUnsupported(error: unknown): error is Error {
  return error instanceof Error && "code" in error && unsupported.includes(String(error.code));
}
