/** CHECKPOINT, which in PostgreSQL goes on beside whatever else writes. */
import { setTimeout as pause } from "node:timers/promises";
import { PgError } from "../../worker/api/error.ts";
import type { Statement } from "../sql/mod.ts";
import type { SessionContext } from "./context.ts";
import { refuseWhenInterrupted } from "./running.ts";

/** Milliseconds from one try to the next, and until it is given up. */
const between = 20;
const patience = 10_000;

export function isCheckpoint({ command }: Statement): boolean {
  return command.kind === "utility" && "CheckPointStmt" in command.tree;
}

/**
 * DuckDB refuses one while another transaction writes, which is over in an instant most often: it is tried again then. Not
 * in a transaction, which the refusal has ended.
 *
 * @throws PgError 25000 while somebody has been writing all the time, 57014
 */
export async function betweenWrites<T>(session: SessionContext, run: () => Promise<T>): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (session.transaction.open || !othersWrite(error) || performance.now() > end) throw error;
    }
    await pause(between);
    refuseWhenInterrupted(session);
  }
}

function othersWrite(error: unknown): boolean {
  return error instanceof PgError && error.message.includes("other write transactions active");
}
