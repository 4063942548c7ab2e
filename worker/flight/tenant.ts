/** Which organisation the worker is bound to, and its DuckLake. It stays bound until it ends. */
import { status } from "@grpc/grpc-js";
import type { Owner } from "../api/flight/actions.ts";
import { type Lake, type LakeFields, readLake } from "./lake.ts";
import { FlightError } from "./status.ts";

/** ActivateTenant's body. */
export interface ActivateTenant extends Owner {
  org_id: string;
  /** The organisation's DuckLake; see `lake.ts`. */
  ducklake?: LakeFields | null;
}

interface Binding {
  org: string;
  /** `null` for none. */
  lake: Lake | null;
}

/**
 * Binds the worker, one request at a time; the same organisation may be told again, also to name its lake, or new keys for
 * its object store. The caller has checked the owner.
 *
 * @returns what binds; it throws {@linkcode FlightError}: INVALID_ARGUMENT, FAILED_PRECONDITION for another organisation or
 *   another lake, and what `attach` throws; then nothing is bound
 */
export function tenantBinding(
  attach: (lake: Lake) => Promise<void>,
): (request: ActivateTenant) => Promise<void> {
  let bound: Binding | null = null;
  let last: Promise<void> = Promise.resolve();

  async function bind({ org_id: org, ducklake }: ActivateTenant): Promise<void> {
    if (bound !== null && bound.org !== org) throw refused("organisation");
    const lake = lakeOf(ducklake);
    const before = bound?.lake ?? null;
    if (before && lake && lake.attach !== before.attach) throw refused("DuckLake");
    if (lake && !(before && sameAccess(lake, before))) await attach(lake);
    bound = { org, lake: lake ?? before };
  }

  // deno-lint-ignore require-await -- errors must reject
  return async (request) => {
    const { org_id, owner_epoch } = request;
    if (typeof org_id !== "string" || org_id === "") throw invalid("org_id is missing");
    if (owner_epoch === undefined) throw invalid("owner_epoch is missing");
    const binding = last.then(() => bind(request));
    last = binding.catch(() => {});
    return binding;
  };
}

function lakeOf(fields: ActivateTenant["ducklake"]): Lake | null {
  if (fields === undefined || fields === null || Object.keys(fields).length === 0) return null;
  return readLake(fields);
}

function sameAccess(one: Lake, other: Lake): boolean {
  return one.access.join(";") === other.access.join(";");
}

function refused(what: string): FlightError {
  return new FlightError(status.FAILED_PRECONDITION, `worker is activated for another ${what}`);
}

function invalid(what: string): FlightError {
  return new FlightError(status.INVALID_ARGUMENT, `invalid action: ${what}`);
}
