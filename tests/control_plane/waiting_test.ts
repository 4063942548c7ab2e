/** What a client sees while it waits for a worker, and how workers go that nobody killed. */
import assert from "node:assert/strict";
import { startControlPlane } from "../support/control_plane.ts";
import { freePort } from "../support/postgres.ts";
import { isAlive } from "../support/process.ts";
import { rows } from "../support/psql.ts";
import {
  cancel,
  connectRaw,
  errorOf,
  keyOf,
  loggedIn,
  type RawClient,
  rowsOf,
} from "../support/raw_client.ts";
import type { Server } from "../support/server.ts";
import { waitFor, within } from "../support/wait.ts";

/** A client that has its key, and whose worker is not there yet. */
async function waiting(server: Server): Promise<{ client: RawClient; key: Uint8Array }> {
  const client = await connectRaw(server);
  return { client, key: keyOf(await client.login({ upTo: "K" })) };
}

Deno.test("a client has its key before it has a worker: it can cancel, leave, or wait", async () => {
  await using server = await startControlPlane();
  const [canceled, gone, patient] = [await waiting(server), await waiting(server), await waiting(server)];
  assert.equal(server.workerPids().length, 0, "the worker is still starting");
  gone.client.socket.destroy();
  await cancel(server.port, canceled.key);
  const { S, C, M } = errorOf(await canceled.client.until("E"));
  assert.deepEqual([S, C, M], ["FATAL", "57014", "canceling authentication due to user request"]);
  await within("the end of the connection", canceled.client.closed);
  await patient.client.until("Z");
  assert.deepEqual(rowsOf(await patient.client.query("select 1")), [["1"]]);
  assert.equal(server.workerPids().length, 1);
  await patient.client.close();
  assert.equal(await server.stop(), 0);
  assert.match(server.output(), /shutting down sessions=[01]\n/);
});

Deno.test("who waits too long for a worker is refused with 53300 and a hint, and the worker is kept", async () => {
  await using server = await startControlPlane({ flags: ["--worker-queue-timeout=20ms"] });
  await using client = await connectRaw(server);
  const { S, C, M, H } = errorOf(await client.login());
  assert.deepEqual([S, C, M], ["FATAL", "53300", "timed out waiting for an available worker"]);
  assert.match(H, /worker_queue_timeout/);
  await server.workersStarted(1);
  assert.deepEqual(await rows(server.url(), "select 1"), ["1"]);
  assert.equal(server.workerPids().length, 1);
});

Deno.test("a worker whose DuckDB had a fatal error is replaced, and its clients are told", async () => {
  const http = { httpPort: await freePort(), metricsPort: await freePort() };
  await using server = await startControlPlane({ http });
  await using client = await loggedIn(server);
  await using other = await loggedIn(server);
  await client.query("create table t as select 42 as i");
  const [pid] = await server.workersStarted(1);
  await client.query("set debug_checkpoint_abort = 'before_header'");
  assert.notEqual(errorOf(await client.query("checkpoint")).C, undefined);
  const { S, C, M, D } = errorOf(await other.until("E"));
  assert.deepEqual([S, C, M], [
    "FATAL",
    "57P01",
    "terminating connection because its database had a fatal error",
  ]);
  assert.match(D, /database has been invalidated|Checkpoint aborted/);
  await waitFor("the worker to end", () => !isAlive(pid));
  assert.deepEqual(await rows(server.url(), "select i from t"), ["42"]);
  const metrics = await (await fetch(`http://127.0.0.1:${http.metricsPort}/metrics`)).text();
  assert.match(metrics, /^duckgres_control_plane_worker_instance_invalidated_total 1$/m);
  assert.match(metrics, /^duckgres_worker_retired_total\{reason="instance_invalidated"\} 1$/m);
});

Deno.test("a worker that is made for one session ends with it", async () => {
  await using server = await startControlPlane({ flags: ["--process-retire-on-session-end"] });
  assert.deepEqual(await rows(server.url(), "create table t as select 1 as i; select i from t"), ["1"]);
  const [first] = server.workerPids();
  await waitFor("the worker to end", () => !isAlive(first));
  assert.deepEqual(await rows(server.url(), "select i from t"), ["1"]);
  assert.equal(server.workerPids().length, 2);
});

Deno.test("workers that end as soon as they are started are told of, and started anew when it may help", async () => {
  await using server = await startControlPlane({ flags: ["--process-min-workers=1"] });
  for (const count of [1, 2]) Deno.kill((await server.workersStarted(count)).at(-1)!, "SIGKILL");
  await server.workersStarted(3);
  const told = server.output().match(/workers end as soon as they are started workers=\d+/g);
  assert.ok(told !== null && told.length > 0);
  assert.deepEqual(await rows(server.url(), "select 1"), ["1"]);
});
