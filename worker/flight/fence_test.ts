import assert from "node:assert/strict";
import { Metadata, status } from "@grpc/grpc-js";
import type { Owner } from "../api/flight/actions.ts";
import { headers } from "../api/flight/headers.ts";
import { createFence, ownerOf } from "./fence.ts";
import { FlightError } from "./status.ts";

const east: Owner = { worker_id: 7, owner_epoch: 3, cp_instance_id: "east" };

/** Each call in order, and whether it passes. */
const calls: [string, Owner, "passes" | "stale"][] = [
  ["the first owner", east, "passes"],
  ["the same again", east, "passes"],
  ["nobody in particular", {}, "passes"],
  ["another worker's owner", { ...east, worker_id: 8 }, "stale"],
  ["a lower epoch", { ...east, owner_epoch: 2 }, "stale"],
  ["the same epoch of another control plane", { ...east, cp_instance_id: "west" }, "stale"],
  ["the same epoch without a name", { owner_epoch: 3 }, "stale"],
  ["a higher epoch takes over", { worker_id: 7, owner_epoch: 4, cp_instance_id: "west" }, "passes"],
  ["the owner before", east, "stale"],
  ["the owner before with the new epoch", { ...east, owner_epoch: 4 }, "stale"],
];

Deno.test("a fence lets only the latest owner pass", () => {
  let takeovers = 0;
  const fence = createFence(7, () => takeovers++);
  for (const [what, owner, expected] of calls) {
    const check = () => fence.check(owner);
    if (expected === "passes") assert.doesNotThrow(check, what);
    else assert.throws(check, { code: status.FAILED_PRECONDITION, message: "stale worker owner" }, what);
  }
  assert.equal(takeovers, 1);
});

Deno.test("a worker that was not told its id takes any", () => {
  const fence = createFence(null, () => assert.fail("nobody has taken over"));
  fence.check(east);
  fence.check({ ...east, worker_id: 8 });
});

Deno.test("the owner is read from a call's headers", () => {
  const metadata = new Metadata();
  assert.deepEqual(ownerOf(metadata), {});
  metadata.set(headers.workerId, "7");
  metadata.set(headers.ownerEpoch, "3");
  metadata.set(headers.controlPlane, "east");
  assert.deepEqual(ownerOf(metadata), east);
  for (const wrong of ["", "-1", "three", "1e3", "12345678901234567890"]) {
    metadata.set(headers.ownerEpoch, wrong);
    const error = thrownBy(() => ownerOf(metadata));
    assert.equal(error.code, status.INVALID_ARGUMENT, wrong);
  }
});

function thrownBy(call: () => unknown): FlightError {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof FlightError);
    return error;
  }
  assert.fail("nothing was thrown");
}
