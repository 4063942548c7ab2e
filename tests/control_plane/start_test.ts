/** A control plane as a process: it serves, it stops, and nothing of it is left. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { startControlPlane } from "../support/control_plane.ts";
import { query } from "../support/messages.ts";
import { freePort } from "../support/postgres.ts";
import { isAlive, isBusy } from "../support/process.ts";
import { psql, rows } from "../support/psql.ts";
import { connectRaw, errorOf, loggedIn, rowsOf } from "../support/raw_client.ts";
import { failToStart } from "../support/server.ts";
import { waitFor, within } from "../support/wait.ts";

const endless = "select sum(a.i * b.i) from range(10000000) a(i), range(10000000) b(i)";

Deno.test("psql: sessions share what they write, and SIGTERM leaves no process and no socket", async () => {
  await using server = await startControlPlane();
  assert.match(server.output(), /^duckgres \S+ control-plane listening on /);
  const input = "create table t as select i from range(100000) r(i);\nselect count(*), sum(i) from t;\n";
  const first = await psql(server.url(), input, ["-qAt"]);
  assert.deepEqual([first.code, first.stdout], [0, "100000|4999950000\n"]);
  assert.equal((await rows(server.url(), "select * from t order by i")).length, 100_000);
  const [pid, ...more] = server.workerPids();
  assert.deepEqual(more, [], "one worker has the database open; both sessions were on it");
  assert.ok(isAlive(pid));
  assert.equal(await server.stop(), 0);
  assert.equal(isAlive(pid), false);
  assert.equal(existsSync(server.socketDir), false);
});

Deno.test("SIGTERM: an idle session ends with 57P01, a running statement is answered first", async () => {
  await using server = await startControlPlane();
  await using idle = await loggedIn(server);
  await using busy = await loggedIn(server);
  const [pid] = await server.workersStarted(1);
  busy.send(query("select sum(i) from range(1000000000) t(i)"));
  await waitFor("the statement to run", () => isBusy(pid));
  server.signal("SIGTERM");
  assert.equal(errorOf(await idle.until("E")).C, "57P01");
  await assert.rejects(connectRaw(server), "no one is let in any more");
  assert.deepEqual(rowsOf(await busy.until("Z")), [["499999999500000000"]]);
  assert.equal(errorOf(await busy.until("E")).C, "57P01");
  assert.equal((await within("the end", server.status)).code, 0);
  assert.equal(isAlive(pid), false);
});

Deno.test("SIGTERM: what still runs when the time is up ends with 57P01", async () => {
  await using server = await startControlPlane({ flags: ["--shutdown-timeout=1s"] });
  await using busy = await loggedIn(server);
  const [pid] = await server.workersStarted(1);
  busy.send(query(endless));
  await waitFor("the statement to run", () => isBusy(pid));
  server.signal("SIGTERM");
  assert.equal(errorOf(await busy.until("E")).C, "57P01");
  assert.equal((await within("the end", server.status)).code, 0);
  assert.equal(isAlive(pid), false);
});

Deno.test("a control plane that is killed takes its workers with it", async () => {
  await using server = await startControlPlane({ flags: ["--process-min-workers=2"] });
  await using client = await loggedIn(server);
  const pids = await server.workersStarted(2);
  client.send(query(endless));
  await waitFor("the statement to run", async () => (await Promise.all(pids.map(isBusy))).includes(true));
  server.signal("SIGKILL");
  await waitFor("the workers to end", () => !pids.some(isAlive));
});

Deno.test("a worker that is killed is told of as such, counted, and replaced", async () => {
  const http = { httpPort: await freePort(), metricsPort: await freePort() };
  await using server = await startControlPlane({ http });
  await using client = await loggedIn(server);
  await client.query("create table t as select 42 as i");
  const [pid] = await server.workersStarted(1);
  client.send(query(endless));
  await waitFor("the statement to run", () => isBusy(pid));
  Deno.kill(pid, "SIGKILL");
  const { S, C, M } = errorOf(await client.until("E"));
  assert.deepEqual([S, C], ["FATAL", "57P01"]);
  assert.match(M, /worker/);
  assert.deepEqual(await rows(server.url(), "select * from t"), ["42"]);
  const metrics = await (await fetch(`http://127.0.0.1:${http.metricsPort}/metrics`)).text();
  assert.match(metrics, /^duckgres_org_worker_crashes_total\{org=""\} 1$/m);
  assert.match(metrics, /^duckgres_worker_retired_total\{reason="crash"\} 1$/m);
  assert.match(metrics, /^duckgres_control_plane_workers_active 1$/m);
  assert.match(metrics, /^duckgres_control_plane_worker_spawn_seconds_count 2$/m);
  assert.match(metrics, /^duckgres_control_plane_worker_acquire_seconds_count 2$/m);
  assert.equal((await fetch(`http://127.0.0.1:${http.httpPort}/ready`)).status, 200);
});

Deno.test("one query has one id in the control plane's log and in its worker's", async () => {
  await using server = await startControlPlane({ flags: ["--log-level=debug"] });
  assert.deepEqual(await rows(server.url(), "select 'find me'"), ["find me"]);
  const asked = await waitFor(
    "the control plane's line",
    () => server.output().match(/debug statement .*query=(\S+) .*find me/)?.[1],
  );
  await waitFor(
    "the worker's line",
    () => new RegExp(`debug query query=${asked} .*worker=1`).test(server.output()),
  );
});

Deno.test("a target is shared by all users, whichever worker they are on", async () => {
  await using server = await startControlPlane({
    config: "users: {postgres: {password: postgres, superuser: true}, ann: ann}\n",
    flags: ["--process-min-workers=2", "shared.duckdb"],
  });
  await server.workersStarted(2);
  await rows(server.url(), "create table t as select 7 as i");
  assert.deepEqual(await rows(server.url("ann", "ann"), "select * from t"), ["7"]);
});

Deno.test("sockets that cannot be made stop the start with a sentence", async () => {
  const flags = [
    "--mode=control-plane",
    "--port=0",
    "--http-port=0",
    "--metrics-port=0",
    "--socket-dir=file",
  ];
  const ended = await failToStart({ flags, files: { file: "" } });
  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /^duckgres: the workers' sockets cannot be made in \S+file: .*--socket-dir\n$/);
});
