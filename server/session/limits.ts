/** What one client may hold at a time, so that it cannot exhaust the server's memory. */
import { PgError } from "../../worker/api/error.ts";
import type { SessionContext } from "./context.ts";

/** See the module. A single message has limits of its own (`wire/frames.ts`). */
export interface SessionLimits {
  preparedStatements: number;
  /** Characters of all their texts together. */
  statementText: number;
  portals: number;
  /** Bytes of the parameters of all portals together. */
  portalParameters: number;
  /** Bytes of a cursor's rows that are kept to go back to: of a plain one, and of one with SCROLL. */
  cursorBytes: number;
  scrollBytes: number;
}

export const defaultLimits: SessionLimits = {
  preparedStatements: 10_000,
  statementText: 1 << 26,
  portals: 1_000,
  portalParameters: 1 << 29,
  cursorBytes: 1 << 22,
  scrollBytes: 1 << 26,
};

/** @throws PgError 53400 for a prepared statement too many, 53200 when they would hold too much text */
export function requireRoomForStatement(
  { statements, limits }: Pick<SessionContext, "statements" | "limits">,
  text: string,
): void {
  if (statements.size >= limits.preparedStatements) {
    throw new PgError("53400", `too many prepared statements (limit ${limits.preparedStatements})`, {
      hint: "Close or DEALLOCATE statements that are no longer needed.",
    });
  }
  let held = text.length;
  for (const { plan } of statements.values()) if (plan.kind !== "empty") held += plan.statement.source.length;
  if (held > limits.statementText) {
    throw outOfMemory(`Prepared statements hold at most ${limits.statementText} characters together.`);
  }
}

/** @throws PgError 53400 for a portal too many, 53200 when their parameters would hold too much */
export function requireRoomForPortal(
  { portals, limits }: Pick<SessionContext, "portals" | "limits">,
  values: readonly (Uint8Array | null)[],
): void {
  if (portals.size >= limits.portals) {
    throw new PgError("53400", `too many portals (limit ${limits.portals})`);
  }
  let held = 0;
  for (const bytes of values) held += bytes?.length ?? 0;
  for (const portal of portals.values()) {
    for (const { bytes } of portal.parameters) held += bytes?.length ?? 0;
  }
  if (held > limits.portalParameters) {
    throw outOfMemory(
      `The parameters of open portals hold at most ${limits.portalParameters} bytes together.`,
    );
  }
}

function outOfMemory(detail: string): PgError {
  return new PgError("53200", "out of memory", { detail });
}
