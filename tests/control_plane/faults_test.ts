/** One crash is one worker's: what its clients see, what others see, what is left. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { query } from "../support/messages.ts";
import { errorOf, loggedIn, type RawClient, rowsOf } from "../support/raw_client.ts";
import { type Server, startServer } from "../support/server.ts";
import { tempDir } from "../support/temp.ts";
import { waitFor, within } from "../support/wait.ts";
import { isRunning, ownerOf, ticksOf, workersOf } from "./workers.ts";

/** Runs for hours unless something ends it. */
const endless = "select sum(a.i * b.i) from range(10000000) a(i), range(10000000) b(i)";

const users = "users: {postgres: {password: postgres, superuser: true}, ann: ann, bob: bob}\n";

interface Fleet extends AsyncDisposable {
  server: Server;
  socketDir: string;
  login(user: string): Promise<RawClient>;
  /** The worker that has the user's database open. */
  ownerOf(user: string): number;
  sockets(): string[];
}

/** A control plane with two workers ready, and a folder of its own for their sockets. */
async function startFleet(flags: readonly string[] = []): Promise<Fleet> {
  const dir = await tempDir();
  const socketDir = join(dir.path, "sockets");
  const options = ["--mode=control-plane", "--process-min-workers=2", "--process-max-workers=4"];
  const server = await startServer({
    flags: [...options, `--socket-dir=${socketDir}`, ...flags],
    config: users,
    dataDir: join(dir.path, "data"),
  });
  const clients: RawClient[] = [];
  await waitFor("two workers", () => workersOf(server.pid).length === 2);
  return {
    server,
    socketDir,
    async login(user) {
      const client = await loggedIn(server, { user, password: user });
      clients.push(client);
      return client;
    },
    ownerOf: (user) => ownerOf(server.pid, join(Deno.realPathSync(server.dataDir), `${user}.duckdb`)),
    sockets: () => [...Deno.readDirSync(socketDir)].map(({ name }) => name),
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.close();
      const workers = workersOf(server.pid);
      await server[Symbol.asyncDispose]();
      await waitFor("the workers to end", () => !workers.some(isRunning));
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** Sends a statement and waits until its worker computes. */
async function startEndless(client: RawClient, worker: number): Promise<void> {
  const before = ticksOf(worker);
  client.send(query(endless));
  await waitFor("the statement to run", () => ticksOf(worker) > before + 20);
}

/** What the client is told last. */
async function lastWord(client: RawClient): Promise<Record<string, string>> {
  const error = errorOf(await within("the end of the session", client.until("E")));
  await within("the end of the connection", client.closed);
  return error;
}

Deno.test("kill -9 of a worker: its sessions are told, others notice nothing, what was acknowledged is there", async () => {
  await using fleet = await startFleet();
  const [idle, busy, inBlock] = [
    await fleet.login("ann"),
    await fleet.login("ann"),
    await fleet.login("ann"),
  ];
  await idle.query("create table t as select range as i from range(1000)");
  await inBlock.query("begin; insert into t values (-1)");
  const elsewhere = await fleet.login("bob");
  const [worker, other] = [fleet.ownerOf("ann"), fleet.ownerOf("bob")];
  assert.notEqual(worker, other);
  await startEndless(busy, worker);
  elsewhere.send(query("select sum(range) from range(200000000)"));
  Deno.kill(worker, "SIGKILL");
  for (const client of [idle, busy, inBlock]) {
    const { S, C, M } = await lastWord(client);
    assert.deepEqual([S, C], ["FATAL", "57P01"]);
    assert.match(M, /^terminating connection because its worker process/);
  }
  const again = await fleet.login("ann");
  assert.deepEqual(rowsOf(await again.query("select count(*), min(i) from t")), [["1000", "0"]]);
  assert.deepEqual(rowsOf(await elsewhere.until("Z")), [["19999999900000000"]]);
  assert.equal(fleet.ownerOf("bob"), other);
  await waitFor("the replacement", () => workersOf(fleet.server.pid).length >= 2);
});

Deno.test("a stopped worker is noticed, its client told, its process killed, its database opened elsewhere", async () => {
  await using fleet = await startFleet();
  const [client, elsewhere] = [await fleet.login("ann"), await fleet.login("bob")];
  await client.query("create table t as select 1 as i");
  const worker = fleet.ownerOf("ann");
  Deno.kill(worker, "SIGSTOP");
  const { S, C, M } = await lastWord(client);
  assert.deepEqual([S, C, M], [
    "FATAL",
    "57P01",
    "terminating connection because its worker process does not answer",
  ]);
  await waitFor("the process to be killed", () => !isRunning(worker));
  const again = await fleet.login("ann");
  assert.deepEqual(rowsOf(await again.query("select i from t")), [["1"]]);
  assert.deepEqual(rowsOf(await elsewhere.query("select 1")), [["1"]]);
});

Deno.test("a worker that is told to end by the operator: its database waits for it and moves on", async () => {
  await using fleet = await startFleet();
  const client = await fleet.login("ann");
  await client.query("create table t as select 1 as i");
  const worker = fleet.ownerOf("ann");
  Deno.kill(worker, "SIGTERM");
  assert.equal((await lastWord(client)).C, "57P01");
  const again = await fleet.login("ann");
  assert.deepEqual(rowsOf(await again.query("select i from t")), [["1"]]);
  assert.notEqual(fleet.ownerOf("ann"), worker);
});

Deno.test("SIGTERM of the control plane leaves no process, no socket and no temporary file", async () => {
  await using fleet = await startFleet();
  const { server } = fleet;
  const [idle, busy] = [await fleet.login("ann"), await fleet.login("bob")];
  await startEndless(busy, fleet.ownerOf("bob"));
  const workers = workersOf(server.pid);
  assert.equal(fleet.sockets().length, workers.length);
  server.signal("SIGTERM");
  assert.equal((await lastWord(idle)).C, "57P01");
  await waitFor("new clients to be refused", () =>
    loggedIn(server).then(
      async (client) => void await client.close(),
      (error) => /57P03|ECONNREFUSED|closed/.test(error.message),
    ));
  server.signal("SIGTERM"); // a second one ends what still runs
  assert.match((await lastWord(busy)).C, /^57(P01|014)$/);
  assert.equal((await within("the server's end", server.status)).code, 0);
  assert.deepEqual(workers.filter(isRunning), []);
  assert.throws(() => fleet.sockets(), Deno.errors.NotFound);
  assert.deepEqual([...Deno.readDirSync(join(server.dataDir, "tmp"))], []);
});

Deno.test("kill -9 of the control plane: its workers end by themselves, and the next one starts clean", async () => {
  await using fleet = await startFleet();
  const { server, socketDir } = fleet;
  const [client, busy] = [await fleet.login("ann"), await fleet.login("bob")];
  await client.query("create table t as select 1 as i");
  await startEndless(busy, fleet.ownerOf("bob"));
  const workers = workersOf(server.pid);
  server.signal("SIGKILL");
  await waitFor("the workers to end", () => !workers.some(isRunning));
  await within("the end of the connections", Promise.all([client.closed, busy.closed]));
  await using next = await startServer({
    flags: ["--mode=control-plane", `--socket-dir=${socketDir}`],
    config: users,
    dataDir: server.dataDir,
  });
  assert.deepEqual(fleet.sockets(), []);
  const again = await loggedIn(next, { user: "ann", password: "ann" });
  assert.deepEqual(rowsOf(await again.query("select i from t")), [["1"]]);
  await again.close();
  assert.equal(await next.stop(), 0);
});
