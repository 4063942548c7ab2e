/** Which organisation the worker is bound to. It stays bound until it ends. */
import { status } from "@grpc/grpc-js";
import type { Owner } from "../api/flight/actions.ts";
import { FlightError } from "./status.ts";

/** ActivateTenant's body. */
export interface ActivateTenant extends Owner {
  org_id: string;
  /** The organisation's DuckLake; not yet served. */
  ducklake?: Record<string, unknown>;
}

/**
 * Binds the worker; the same organisation may be told again. The caller has checked the owner.
 *
 * @throws {FlightError} INVALID_ARGUMENT, FAILED_PRECONDITION for another organisation, UNIMPLEMENTED with a DuckLake, by
 *   the function it answers
 */
export function tenantBinding(): (request: ActivateTenant) => void {
  let bound: string | null = null;
  return ({ org_id, owner_epoch, ducklake }) => {
    if (typeof org_id !== "string" || org_id === "") throw invalid("org_id is missing");
    if (owner_epoch === undefined) throw invalid("owner_epoch is missing");
    if (bound !== null && bound !== org_id) {
      throw new FlightError(status.FAILED_PRECONDITION, "worker is activated for another organisation");
    }
    if (ducklake !== undefined && ducklake !== null && Object.keys(ducklake).length > 0) {
      throw new FlightError(
        status.UNIMPLEMENTED,
        "this worker cannot attach a DuckLake: it serves DuckDB files",
      );
    }
    bound = org_id;
  };
}

function invalid(what: string): FlightError {
  return new FlightError(status.INVALID_ARGUMENT, `invalid action: ${what}`);
}
