import { PgError } from "../../worker/api/error.ts";

/** How a statement ended, as `duckgres_query_total` counts it. */
export interface QueryOutcome {
  /** `failure` is the client's doing or nobody's fault; `error` is the server's or its surroundings'. */
  status: "success" | "failure" | "error";
  reason: QueryReason;
}

export type QueryReason = "none" | "user" | "canceled" | "conflict" | "metadata_connection_lost" | "system";

/** Each outcome by its reason. `metadata_connection_lost` is counted where a catalogue in PostgreSQL is used. */
export const queryOutcomes = {
  none: { status: "success", reason: "none" },
  user: { status: "failure", reason: "user" },
  canceled: { status: "failure", reason: "canceled" },
  conflict: { status: "failure", reason: "conflict" },
  metadata_connection_lost: { status: "error", reason: "metadata_connection_lost" },
  system: { status: "error", reason: "system" },
} as const satisfies Record<QueryReason, QueryOutcome>;

/** How a session's start ended, as `duckgres_postgres_session_start_total` counts it. */
export interface StartOutcome {
  outcome: "success" | "failure" | "error";
  reason: "none" | "user" | "auth" | "capacity" | "unavailable" | "system";
}

/** Codes that tell another story than their class does. */
const reasonOfCode: Readonly<Record<string, QueryReason>> = {
  // protocol_violation: of all connection exceptions the only one that is the client's doing.
  "08P01": "user",
  "57014": "canceled",
  // undefined_file: the client named it.
  "58P01": "user",
};

/** Reasons by the SQLSTATE's class; any other is the user's. */
const reasonOfClass: Readonly<Record<string, QueryReason>> = {
  "08": "system",
  "40": "conflict",
  "53": "system",
  "57": "system",
  "58": "system",
  "F0": "system",
  "XX": "system",
};

/**
 * Why a statement ended as it did.
 *
 * @param sqlstate of its error, or `null` for success
 * @see https://www.postgresql.org/docs/16/errcodes-appendix.html
 */
export function queryOutcome(sqlstate: string | null): QueryOutcome {
  if (sqlstate === null) return queryOutcomes.none;
  return queryOutcomes[reasonOfCode[sqlstate] ?? reasonOfClass[sqlstate.slice(0, 2)] ?? "user"];
}

/**
 * Why a session did or did not start.
 *
 * @param sqlstate of the FATAL it was refused with, or `null` for success
 */
export function startOutcome(sqlstate: string | null): StartOutcome {
  if (sqlstate === null) return { outcome: "success", reason: "none" };
  if (sqlstate.startsWith("28")) return { outcome: "failure", reason: "auth" };
  if (sqlstate === "53300" || sqlstate === "53400") return { outcome: "failure", reason: "capacity" };
  if (sqlstate.startsWith("57P")) return { outcome: "failure", reason: "unavailable" };
  return queryOutcome(sqlstate).status === "error"
    ? { outcome: "error", reason: "system" }
    : { outcome: "failure", reason: "user" };
}

/** The SQLSTATE of anything thrown; what has none is a fault of ours. */
export function sqlstateOf(error: unknown): string {
  return error instanceof PgError ? error.sqlstate : "XX000";
}
