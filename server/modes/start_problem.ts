import { PgError } from "../../worker/api/error.ts";
import { HttpListenError } from "../http/mod.ts";

/** Something outside the configuration stops the start, e.g. a taken port. */
export const cannotStart = 1;

/** A start that cannot be, in a sentence for the operator. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/**
 * Runs a mode. Where it fails for something the operator can mend, says so in one line.
 *
 * @returns the exit status
 * @throws what is a fault of ours
 */
export async function reportingProblems(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    const known = error instanceof StartError || error instanceof HttpListenError || error instanceof PgError;
    if (!known) throw error;
    console.error(`duckgres: ${oneLine(error)}`);
    return cannotStart;
  }
}

function oneLine(error: Error): string {
  const detail = error instanceof PgError && error.detail ? ` (${error.detail})` : "";
  return `${error.message}${detail}`.replaceAll(/\s+/g, " ");
}
