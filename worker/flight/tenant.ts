/** Which organisation the worker is bound to, and its DuckLake. It stays bound until it ends. */
import { status } from "@grpc/grpc-js";
import type { Owner } from "../api/flight/actions.ts";
import { attachStatements } from "./lake.ts";
import { FlightError } from "./status.ts";

/** ActivateTenant's body. */
export interface ActivateTenant extends Owner {
  org_id: string;
  /** The organisation's DuckLake; see `lake.ts`. */
  ducklake?: Record<string, unknown> | null;
}

interface Binding {
  org: string;
  /** What attached its lake; empty for none. */
  lake: string;
}

/** Runs the statements that attach a lake; in what it throws nothing of `secret` is to be seen. */
type Attach = (statements: readonly string[], secret: string) => Promise<void>;

/**
 * Binds the worker, one request at a time; the same organisation may be told again, also to name its lake. The caller has
 * checked the owner.
 *
 * @returns what binds; it throws {@linkcode FlightError}: INVALID_ARGUMENT, FAILED_PRECONDITION for another organisation or
 *   another lake, UNIMPLEMENTED for a lake that is not served, and what `attach` throws; then nothing is bound
 */
export function tenantBinding(attach: Attach): (request: ActivateTenant) => Promise<void> {
  let bound: Binding | null = null;
  let last: Promise<void> = Promise.resolve();

  async function bind({ org_id: org, ducklake }: ActivateTenant): Promise<void> {
    if (bound !== null && bound.org !== org) throw refused("organisation");
    const statements = lakeOf(ducklake);
    const lake = statements.join(";");
    if (bound?.lake && lake !== "" && lake !== bound.lake) throw refused("DuckLake");
    if (lake !== "" && !bound?.lake) await attach(statements, String(ducklake?.MetadataStore));
    bound = { org, lake: lake || (bound?.lake ?? "") };
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

function lakeOf(ducklake: ActivateTenant["ducklake"]): string[] {
  if (ducklake === undefined || ducklake === null || Object.keys(ducklake).length === 0) return [];
  return attachStatements(ducklake);
}

function refused(what: string): FlightError {
  return new FlightError(status.FAILED_PRECONDITION, `worker is activated for another ${what}`);
}

function invalid(what: string): FlightError {
  return new FlightError(status.INVALID_ARGUMENT, `invalid action: ${what}`);
}
