import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import type { Lake } from "./lake.ts";
import { type ActivateTenant, tenantBinding } from "./tenant.ts";

const acme: ActivateTenant = { org_id: "acme", owner_epoch: 1 };
const lake = { MetadataStore: "/lakes/acme.ducklake", DataPath: "/lakes/acme" };

/** A binding, and what it has attached. */
function bindingOf(): { bind: ReturnType<typeof tenantBinding>; attached: Lake[] } {
  const attached: Lake[] = [];
  const bind = tenantBinding((lake) => {
    attached.push(lake);
    return Promise.resolve();
  });
  return { bind, attached };
}

Deno.test("a worker is bound to one organisation for good", async () => {
  const { bind, attached } = bindingOf();
  await assert.rejects(bind({ ...acme, org_id: "" }), { code: status.INVALID_ARGUMENT });
  await assert.rejects(bind({ org_id: "acme" }), { code: status.INVALID_ARGUMENT });
  await bind(acme);
  await bind({ ...acme, ducklake: {} });
  await bind({ ...acme, owner_epoch: 2 });
  await assert.rejects(bind({ ...acme, org_id: "other" }), { code: status.FAILED_PRECONDITION });
  assert.deepEqual(attached, []);
});

Deno.test("its lake is attached once, however often it is named, and another one is refused", async () => {
  const { bind, attached } = bindingOf();
  await Promise.all([bind({ ...acme, ducklake: lake }), bind({ ...acme, ducklake: lake }), bind(acme)]);
  assert.deepEqual(attached.map(({ attach }) => attach), [
    "ATTACH 'ducklake:/lakes/acme.ducklake' AS ducklake (DATA_PATH '/lakes/acme')",
  ]);
  await assert.rejects(bind({ ...acme, ducklake: { ...lake, DataPath: "/elsewhere" } }), {
    code: status.FAILED_PRECONDITION,
    message: "worker is activated for another DuckLake",
  });
});

Deno.test("a lake that cannot be attached binds nothing", async () => {
  let attempts = 0;
  const bind = tenantBinding(() => Promise.reject(new Error(`attempt ${++attempts}`)));
  await assert.rejects(bind({ ...acme, ducklake: lake }), { message: "attempt 1" });
  await assert.rejects(bind({ ...acme, org_id: "other", ducklake: lake }), { message: "attempt 2" });
});

Deno.test("new keys for the store of the same lake are used", async () => {
  const { bind, attached } = bindingOf();
  const keys = (S3AccessKey: string) => ({ ...acme, ducklake: { ...lake, S3AccessKey } });
  for (const key of ["one", "one", "two"]) await bind(keys(key));
  assert.deepEqual(attached.map(({ access }) => /KEY_ID '(\w+)'/.exec(access.join())?.[1]), ["one", "two"]);
});
