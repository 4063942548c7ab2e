import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { attachLake, readLake } from "./lake.ts";

const keys = { S3AccessKey: "key", S3SecretKey: "it's" };

Deno.test("a lake is attached by its metadata and its data", () => {
  const lakes: [object, string][] = [
    [
      { MetadataStore: "/lakes/acme.ducklake", DataPath: "/lakes/acme" },
      "ATTACH 'ducklake:/lakes/acme.ducklake' AS ducklake (DATA_PATH '/lakes/acme')",
    ],
    [{ MetadataStore: "ducklake:sqlite:x.db" }, "ATTACH 'ducklake:sqlite:x.db' AS ducklake"],
    [
      {
        MetadataStore: "postgres:host=db password='it''s'",
        ObjectStore: "s3://bucket/acme",
        DataInliningRowLimit: 10,
      },
      "ATTACH 'ducklake:postgres:host=db password=''it''''s''' AS ducklake " +
      "(DATA_PATH 's3://bucket/acme', DATA_INLINING_ROW_LIMIT 10)",
    ],
  ];
  for (const [fields, expected] of lakes) assert.equal(readLake(fields).attach, expected);
  assert.throws(() => readLake({ DataPath: "/lakes" }), { code: status.INVALID_ARGUMENT });
});

Deno.test("an object store is reached with the keys that are told, or those that AWS' SDK finds", () => {
  const access = (fields: object) => readLake({ MetadataStore: "x", ...fields }).access;
  assert.deepEqual(access({ DataPath: "/folder", S3Region: "", S3UseSSL: false }), []);
  assert.deepEqual(access({ ObjectStore: "s3://b/", ...keys, S3Endpoint: "127.0.0.1:9", S3UseSSL: true }), [
    "LOAD httpfs",
    "CREATE OR REPLACE SECRET ducklake_s3 (TYPE s3, PROVIDER config, KEY_ID 'key', SECRET 'it''s', " +
    "REGION 'us-east-1', ENDPOINT '127.0.0.1:9', URL_STYLE 'path', USE_SSL true)",
  ]);
  assert.deepEqual(access({ ObjectStore: "s3://b/", S3Chain: "env", HTTPProxy: "http://proxy:1" }), [
    "LOAD httpfs",
    "SET GLOBAL http_proxy = 'http://proxy:1'",
    "INSTALL aws",
    "LOAD aws",
    "CREATE OR REPLACE SECRET ducklake_s3 (TYPE s3, PROVIDER credential_chain, CHAIN 'env')",
  ]);
  assert.throws(() => access({ ObjectStore: "s3://b/", S3Provider: "magic" }), {
    code: status.INVALID_ARGUMENT,
  });
});

Deno.test("a Delta table lies beside the data unless it is told, and one that is not there is let go of", async () => {
  const fields = { MetadataStore: "x", DataPath: "s3://b/acme/data/", DeltaCatalogEnabled: true, ...keys };
  assert.equal(readLake({ ...fields, DeltaCatalogEnabled: false }).delta, null);
  assert.equal(readLake({ ...fields, DeltaCatalogPath: "/delta" }).delta, "/delta");
  const lake = readLake(fields);
  assert.equal(lake.delta, "s3://b/acme/delta/");

  const steps = async (failure: string | null) => {
    const seen: string[] = [];
    const ended = await attachLake((sql) => {
      seen.push(sql.split(" ", 2).join(" "));
      return sql.startsWith("SELECT") && failure ? Promise.reject(new Error(failure)) : Promise.resolve();
    }, lake).then(() => "attached", (error) => error.message);
    return [...seen.slice(2), ended];
  };
  const delta = ["INSTALL delta", "LOAD delta", "ATTACH OR", "SELECT *"];
  const ducklake = ["LOAD ducklake", "ATTACH 'ducklake:x'", "attached"];
  assert.deepEqual(await steps(null), [...delta, ...ducklake]);
  assert.deepEqual(await steps("No files in log segment"), [...delta, "DETACH delta", ...ducklake]);
  assert.deepEqual(await steps("403"), [...delta, "DETACH delta", "403"]);
});
