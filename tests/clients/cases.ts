/** The cases of a client that runs inside the test: each is a step. */
import { skipStep } from "./skips.ts";
import type { Target } from "./targets.ts";

/** One thing that users of a client do. */
export interface Case {
  name: string;
  /** What the server may not have yet; the case is skipped when it answers so. */
  needs?: string;
  /** A known fault of this server's; the case is skipped where it fails for it, and fails on PostgreSQL. */
  gap?: string;
  run(target: Target): Promise<void>;
}

/** Runs the cases in order, each in a step of its own. */
export async function runCases(t: Deno.TestContext, target: Target, cases: readonly Case[]): Promise<void> {
  for (const one of cases) {
    if (one.needs === undefined && one.gap === undefined) {
      await t.step(one.name, () => one.run(target));
      continue;
    }
    const error = await attempt(() => one.run(target));
    const reason = excuse(one, target, error);
    if (reason !== null) await skipStep(t, one.name, reason);
    else await t.step(one.name, () => error === null ? undefined : Promise.reject(error));
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

/** Why a case that ended so is skipped; `null` when it is not. */
function excuse({ needs, gap }: Case, target: Target, error: unknown): string | null {
  if (error === null) return null;
  if (needs !== undefined && isUnsupported(error)) return `${needs}: ${error.message}`;
  if (gap !== undefined && target.name === "duckgres") return `known gap: ${gap}`;
  return null;
}

/** Not supported, or no such function. Every driver's error type has the SQLSTATE as `code`. */
const unsupported = ["0A000", "42883"];

function isUnsupported(error: unknown): error is Error {
  return error instanceof Error && "code" in error && unsupported.includes(String(error.code));
}
