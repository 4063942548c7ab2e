/** A worker started by hand. */
import assert from "node:assert/strict";
import type { Executor } from "../../worker/api/executor.ts";
import { actions } from "../../worker/api/flight/actions.ts";
import { countRows, request, withExecutor } from "../../worker/engine/testing.ts";
import { connectWorker, type WorkerClient } from "../../server/flight/worker_client.ts";
import { isBusy } from "../support/process.ts";
import { startPostgres } from "../support/postgres.ts";
import { type S3, startS3 } from "../support/s3.ts";
import { failToStart } from "../support/server.ts";
import { tempDir } from "../support/temp.ts";
import { testOn } from "../support/test_on.ts";
import { waitFor, within } from "../support/wait.ts";
import { startWorker, type Worker } from "../support/worker.ts";

function connect({ address, token }: Pick<Worker, "address" | "token">, tls?: { ca: string }): WorkerClient {
  return connectWorker({ address, token, tls, owner: {} });
}

/** Rows of a statement, as the number of them. */
async function count(executor: Executor, sql: string): Promise<number> {
  const { rows } = await (await executor.prepare(sql)).execute(request());
  return await countRows(rows!);
}

Deno.test("a worker on a unix socket: its own database is the target, and SIGTERM lets a query end", async () => {
  await using worker = await startWorker({ flags: ["own.duckdb"] });
  assert.match(worker.address, /^unix:/);
  const client = connect(worker);
  const { executor } = await client.createSession({ username: "ann" });
  await executor.run("create table t as select i from range(3) r(i)");
  assert.equal(await count(executor, "select * from own.main.t"), 3);
  const running = count(executor, "select sum(i) from range(1000000000) t(i)");
  await waitFor("the query to run", () => isBusy(worker.pid));
  worker.signal("SIGTERM");
  assert.equal(await running, 1);
  assert.equal((await within("the worker's end", worker.status)).code, 0);
  client.close();
});

Deno.test("SIGINT ends a worker at once, with 57P01 for its sessions", async () => {
  await using worker = await startWorker();
  const client = connect(worker);
  const { executor } = await client.createSession({ username: "ann" });
  const running = count(executor, "select sum(a.i * b.i) from range(10000000) a(i), range(10000000) b(i)");
  running.catch(() => {});
  await waitFor("the query to run", () => isBusy(worker.pid));
  worker.signal("SIGINT");
  await assert.rejects(running, { sqlstate: "57P01" });
  assert.equal((await within("the worker's end", worker.status)).code, 0);
  client.close();
});

Deno.test("many results at once take turns, and health checks do not wait for them", async () => {
  await using worker = await startWorker();
  const client = connect(worker);
  const blocks: number[] = [];
  async function read(number: number): Promise<void> {
    const { executor } = await client.createSession({ username: "ann" });
    const prepared = await executor.prepare(
      "select i, 'a row of some length ' || i from range(100000000000) t(i)",
    );
    const { rows } = await prepared.execute(request());
    for (blocks[number] = 0; await rows!.next() !== null; blocks[number]++);
  }
  const readings = Array.from({ length: 32 }, (_, number) => read(number));
  const ended = Promise.allSettled(readings);
  await waitFor(
    "each result to go on",
    () => blocks.length === 32 && blocks.every((count) => count >= 20),
    60_000,
  );
  await within("a health check", client.health());
  client.close();
  assert.deepEqual((await ended).filter(({ status }) => status === "fulfilled"), []);
});

Deno.test("a worker on TCP speaks TLS with a certificate it makes, and knows its token", async () => {
  await using worker = await startWorker({ listen: "localhost:0" });
  assert.match(worker.address, /^localhost:\d+$/);
  const ca = await Deno.readTextFile(`${worker.dataDir}/certs/server.crt`);
  const client = connect(worker, { ca });
  assert.equal((await client.health()).healthy, true);
  client.close();
  const stranger = connect({ ...worker, token: "wrong" }, { ca });
  await assert.rejects(stranger.health(), /UNAUTHENTICATED|unauthenticated|token/i);
  stranger.close();
});

Deno.test("a worker without a token does not start, and never shows the one it has", async () => {
  const refused = await failToStart({ flags: ["--mode=worker"] });
  assert.deepEqual([refused.code, refused.stdout], [2, ""]);
  assert.match(refused.stderr, /^duckgres: duckdb-token: a worker needs one; allowed: .*\n$/);
  await using worker = await startWorker({ flags: ["--log-level=debug"] });
  assert.doesNotMatch(worker.output(), new RegExp(worker.token));
});

Deno.test("an address that cannot be had is told of in one line", async () => {
  const flags = [
    "--mode=worker",
    "--duckdb-listen=unix:no/such/folder/w.sock",
    "--http-port=0",
    "--metrics-port=0",
  ];
  const ended = await failToStart({ flags, env: { DUCKGRES_DUCKDB_TOKEN: "geheim" } });
  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /^duckgres: cannot listen on unix:\S+w\.sock: .*--duckdb-listen.*\n$/);
});

testOn(["extension ducklake"], "ActivateTenant attaches the DuckLake, and sessions begin in it", async () => {
  await using folder = await tempDir();
  await lakeOf(folder.path, `${folder.path}/acme.ducklake`, "/nowhere/at/all/acme.ducklake");
});

testOn(
  ["extension ducklake", "extension postgres_scanner", "postgres"],
  "ActivateTenant attaches a DuckLake whose metadata is in PostgreSQL",
  async () => {
    await using folder = await tempDir();
    await using postgres = await startPostgres();
    const store =
      `postgres:host=127.0.0.1 port=${postgres.port} user=postgres password=postgres dbname=postgres`;
    await lakeOf(folder.path, store, store.replace("password=postgres", "password=geheim"));
  },
);

testOn(
  ["extension ducklake", "extension httpfs", "s3"],
  "ActivateTenant attaches a DuckLake whose data is in S3; newer keys take the place of those before",
  async () => {
    await using folder = await tempDir();
    await using s3 = await startS3("lakes");
    await using worker = await startWorker();
    const client = connect(worker);
    const activate = (S3SecretKey: string) => {
      const ducklake = { ...lakeIn(s3), MetadataStore: `${folder.path}/acme.ducklake`, S3SecretKey };
      return client.action(actions.activateTenant, { org_id: "acme", owner_epoch: 1, ducklake });
    };
    await activate("a wrong one");
    const { executor } = await client.createSession({ username: "ann" });
    await assert.rejects(executor.run("create table t as select i from range(100000) r(i)"), /403/);
    await activate(s3.secretKey);
    await executor.run("create table t as select i from range(100000) r(i)");
    assert.equal(await count(executor, "select * from ducklake.main.t"), 100_000);
    assert.ok([...Deno.readDirSync(`${s3.folder}/lakes/acme/data/main/t`)].length > 0, "the data is in S3");
    client.close();
  },
);

testOn(
  ["extension ducklake", "extension httpfs", "extension delta", "s3"],
  "ActivateTenant attaches a Delta table beside the DuckLake, where there is one",
  async () => {
    await using folder = await tempDir();
    await using s3 = await startS3("lakes");
    for (const there of [false, true]) {
      if (there) await writeDelta(`${s3.folder}/lakes/acme/delta`);
      await using worker = await startWorker();
      const client = connect(worker);
      const ducklake = {
        ...lakeIn(s3),
        MetadataStore: `${folder.path}/acme${there}.ducklake`,
        DeltaCatalogEnabled: true,
      };
      await client.action(actions.activateTenant, { org_id: "acme", owner_epoch: 1, ducklake });
      const { executor } = await client.createSession({ username: "ann" });
      assert.equal(await count(executor, "select * from duckdb_tables() where table_name = 'delta'"), +there);
      if (there) assert.equal(await count(executor, "select * from delta.delta"), 10);
      client.close();
    }
  },
);

/** ActivateTenant's words for data in a bucket. */
function lakeIn(s3: S3) {
  return {
    ObjectStore: "s3://lakes/acme/data/",
    S3Endpoint: s3.endpoint,
    S3AccessKey: s3.accessKey,
    S3SecretKey: s3.secretKey,
  };
}

/** A Delta table of ten rows, as its protocol wants it. */
async function writeDelta(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/_delta_log`, { recursive: true });
  await withExecutor((executor) =>
    executor.run(`copy (select i from range(10) r(i)) to '${folder}/rows.parquet'`)
  );
  const fields = [{ name: "i", type: "long", nullable: true, metadata: {} }];
  const actions = [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: crypto.randomUUID(),
        format: { provider: "parquet", options: {} },
        schemaString: JSON.stringify({ type: "struct", fields }),
        partitionColumns: [],
        configuration: {},
      },
    },
    {
      add: {
        path: "rows.parquet",
        partitionValues: {},
        size: (await Deno.stat(`${folder}/rows.parquet`)).size,
        modificationTime: 0,
        dataChange: true,
      },
    },
  ];
  const log = `${folder}/_delta_log/${"0".repeat(20)}.json`;
  await Deno.writeTextFile(log, actions.map((action) => JSON.stringify(action) + "\n").join(""));
}

/** A worker whose lake has its metadata in `store`, and was refused `wrong`. */
async function lakeOf(folder: string, store: string, wrong: string): Promise<void> {
  await using worker = await startWorker();
  const client = connect(worker);
  const activate = (org_id: string, MetadataStore: string) =>
    client.action(actions.activateTenant, {
      org_id,
      owner_epoch: 1,
      ducklake: { MetadataStore, DataPath: `${folder}/data` },
    });
  const { code, message } = await activate("acme", wrong).then(() => assert.fail("it is"), (error) => error);
  assert.equal(code, "FAILED_PRECONDITION");
  assert.match(message, /^the DuckLake could not be attached: ./);
  assert.ok(!message.includes(wrong), message);
  await activate("acme", store);
  await activate("acme", store);
  await assert.rejects(activate("other", store), { message: "worker is activated for another organisation" });
  const sessions = [
    await client.createSession({ username: "ann" }),
    await client.createSession({ username: "bob" }),
  ];
  const [ann, bob] = sessions.map(({ executor }) => executor);
  await ann.run("create table t as select i from range(100000) r(i)");
  assert.equal(await count(bob, "select * from ducklake.main.t"), 100_000);
  assert.ok([...Deno.readDirSync(`${folder}/data`)].length > 0, "the data is in the lake's folder");
  client.close();
}
