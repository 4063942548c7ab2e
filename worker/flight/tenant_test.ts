import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { type ActivateTenant, tenantBinding } from "./tenant.ts";

Deno.test("a worker is bound to one organisation for good", () => {
  const bind = tenantBinding();
  const acme: ActivateTenant = { org_id: "acme", owner_epoch: 1 };
  assert.throws(() => bind({ ...acme, org_id: "" }), { code: status.INVALID_ARGUMENT });
  assert.throws(() => bind({ org_id: "acme" }), { code: status.INVALID_ARGUMENT });
  bind(acme);
  bind({ ...acme, ducklake: {} });
  bind({ ...acme, owner_epoch: 2 });
  assert.throws(() => bind({ ...acme, org_id: "other" }), { code: status.FAILED_PRECONDITION });
});

Deno.test("a DuckLake that cannot be attached is refused, and binds nothing", () => {
  const bind = tenantBinding();
  const lake = { MetadataStore: "postgres:host=db" };
  assert.throws(() => bind({ org_id: "acme", owner_epoch: 1, ducklake: lake }), {
    code: status.UNIMPLEMENTED,
  });
  bind({ org_id: "other", owner_epoch: 1 });
});
