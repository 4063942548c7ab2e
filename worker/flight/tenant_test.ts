import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { attachStatements } from "./lake.ts";
import { type ActivateTenant, tenantBinding } from "./tenant.ts";

const acme: ActivateTenant = { org_id: "acme", owner_epoch: 1 };
const lake = { MetadataStore: "/lakes/acme.ducklake", DataPath: "/lakes/acme" };

/** A binding, and what it has attached. */
function bindingOf(): { bind: ReturnType<typeof tenantBinding>; attached: string[] } {
  const attached: string[] = [];
  const bind = tenantBinding((statements) => {
    attached.push(...statements);
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
  assert.deepEqual(attached, attachStatements(lake));
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

Deno.test("a lake's statements, and what is not served", () => {
  assert.deepEqual(attachStatements(lake), [
    "LOAD ducklake",
    "ATTACH 'ducklake:/lakes/acme.ducklake' AS ducklake (DATA_PATH '/lakes/acme')",
  ]);
  const [, attach] = attachStatements({
    MetadataStore: "postgres:host=db password='it''s'",
    ObjectStore: "s3://bucket/acme",
    DataInliningRowLimit: 10,
    DeltaCatalogEnabled: false,
    S3Region: "",
    spec_version: "1.0",
  });
  assert.equal(
    attach,
    "ATTACH 'ducklake:postgres:host=db password=''it''''s''' AS ducklake " +
      "(DATA_PATH 's3://bucket/acme', DATA_INLINING_ROW_LIMIT 10)",
  );
  assert.throws(() => attachStatements({ DataPath: "/lakes" }), { code: status.INVALID_ARGUMENT });
  for (const other of [{ S3AccessKey: "key" }, { DeltaCatalogEnabled: true }]) {
    assert.throws(() => attachStatements({ ...lake, ...other }), {
      code: status.UNIMPLEMENTED,
      message: `this worker cannot attach a DuckLake with ${Object.keys(other)[0]}`,
    });
  }
});
