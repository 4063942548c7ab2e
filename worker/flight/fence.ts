/** Keeps a control plane that no longer owns the worker from using it. */
import { type Metadata, status } from "@grpc/grpc-js";
import type { Owner } from "../api/flight/actions.ts";
import { headers } from "../api/flight/headers.ts";
import { FlightError } from "./status.ts";

/** See {@linkcode createFence}. */
export interface Fence {
  /**
   * Lets the owner pass, and a new one with a higher epoch, which then is the owner. A call that names no owner (a Flight
   * SQL client of its own) passes: the bearer token is its permission.
   *
   * @throws {FlightError} FAILED_PRECONDITION for a stale owner
   */
  check(owner: Owner): void;
}

/**
 * @param workerId the worker's own id, where it knows it: calls meant for another worker are refused
 * @param onTakeover called when a new owner has taken the worker from another
 */
export function createFence(workerId: number | null, onTakeover: () => void): Fence {
  let epoch = -1;
  let controlPlane = "";
  return {
    check(owner) {
      const { worker_id, owner_epoch, cp_instance_id = "" } = owner;
      if (worker_id !== undefined && workerId !== null && worker_id !== workerId) throw stale();
      if (owner_epoch === undefined) return;
      if (owner_epoch < epoch) throw stale();
      if (owner_epoch === epoch && cp_instance_id !== controlPlane) throw stale();
      if (owner_epoch === epoch) return;
      const taken = epoch >= 0;
      epoch = owner_epoch;
      controlPlane = cp_instance_id;
      if (taken) onTakeover();
    },
  };
}

function stale(): FlightError {
  return new FlightError(status.FAILED_PRECONDITION, "stale worker owner");
}

/**
 * What a call's headers say of its owner.
 *
 * @throws {FlightError} INVALID_ARGUMENT for a number that is none
 */
export function ownerOf(metadata: Metadata): Owner {
  const [controlPlane] = metadata.get(headers.controlPlane);
  return {
    ...withNumber("worker_id", metadata, headers.workerId),
    ...withNumber("owner_epoch", metadata, headers.ownerEpoch),
    ...(controlPlane !== undefined && { cp_instance_id: String(controlPlane) }),
  };
}

function withNumber(name: "worker_id" | "owner_epoch", metadata: Metadata, header: string): Owner {
  const [given] = metadata.get(header);
  if (given === undefined) return {};
  if (!/^\d{1,15}$/.test(String(given))) {
    throw new FlightError(status.INVALID_ARGUMENT, `header ${header} is not a number`);
  }
  return { [name]: Number(given) };
}
