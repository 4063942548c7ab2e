/** How the server starts, stops and lives with trouble: signals, broken files, clients that vanish. */
import assert from "node:assert/strict";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { cancelRequest, query } from "../support/messages.ts";
import { isBusy } from "../support/process.ts";
import {
  cancelRunning,
  connectRaw,
  errorOf,
  fieldsOf,
  keyOf,
  loggedIn,
  type RawClient,
  rowsOf,
  statusOf,
} from "../support/raw_client.ts";
import { type Server, startServer } from "../support/server.ts";
import { tempDir } from "../support/temp.ts";
import { waitFor, within } from "../support/wait.ts";

/** Runs for hours unless something ends it. */
const endless = "select sum(a.i * b.i) from range(10000000) a(i), range(10000000) b(i)";

const threeUsers = "users: {postgres: {password: postgres, superuser: true}, ann: ann, bob: bob}\n";

Deno.test("SIGTERM ends a server though a statement hears no interrupt", async () => {
  await using server = await startServer({ flags: ["--shutdown-timeout=1s"] });
  await using client = await loggedIn(server);
  await client.query("create table t (k int)");
  // DuckDB thinks about their order for minutes, and is deaf meanwhile.
  const joins = Array.from({ length: 200 }, (_, i) => `join t t${i + 1} on t${i + 1}.k = t${i}.k`);
  client.send(query(`select count(*) from t t0 ${joins.join(" ")}`));
  await waitFor("the statement to run", () => isBusy(server.pid));
  server.signal("SIGTERM");
  assert.equal(errorOf(await client.until("E")).C, "57P01");
  assert.equal((await within("the end", server.status)).code, 1);
});

Deno.test("SIGTERM ends idle sessions with 57P01 and the server with status 0", async () => {
  await using server = await startServer();
  const clients = [await loggedIn(server), await loggedIn(server)];
  await clients[1].query("begin; create table t (i int)");
  server.signal("SIGTERM");
  for (const client of clients) {
    const { S, C, M } = errorOf(await client.until("E"));
    assert.deepEqual({ S, C, M }, {
      S: "FATAL",
      C: "57P01",
      M: "terminating connection due to administrator command",
    });
    await within("the connection's end", client.closed);
  }
  assert.equal((await server.status).code, 0);
});

Deno.test("SIGINT ends it too; a statement still running is given up after shutdown_timeout", async () => {
  await using server = await startServer({ flags: ["--shutdown-timeout=1s"] });
  await using client = await loggedIn(server);
  client.send(query(endless));
  await waitFor("the statement to run", () => isBusy(server.pid));
  server.signal("SIGINT");
  assert.match(errorOf(await client.until("E")).C, /^57(P01|014)$/);
  assert.equal((await within("the server's end", server.status)).code, 0);
});

Deno.test("a statement that ends in time is still answered when the server stops", async () => {
  await using server = await startServer();
  await using client = await loggedIn(server);
  client.send(query("select sum(i) from range(1000000000) t(i)"));
  await waitFor("the statement to run", () => isBusy(server.pid));
  server.signal("SIGTERM");
  assert.deepEqual(rowsOf(await client.until("Z")), [["499999999500000000"]]);
  assert.equal(errorOf(await client.until("E")).C, "57P01");
  assert.equal((await server.status).code, 0);
});

Deno.test("a connection that never says who it is does not hold up the end", async () => {
  await using server = await startServer({ flags: ["--shutdown-timeout=10m"] });
  await using silent = await connectRaw({ port: server.port, tls: "off" });
  await using handshaken = await connectRaw(server);
  server.signal("SIGTERM");
  assert.equal((await within("the server's end", server.status)).code, 0);
  await Promise.all([silent.closed, handshaken.closed]);
});

Deno.test("a damaged database is FATAL for its user only", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(path.join(dir.path, "ann.duckdb"), "not a database ".repeat(1000));
  await using server = await startServer({ dataDir: dir.path, config: threeUsers });
  await assertRefused(server, "ann", /ann\.duckdb|not a valid DuckDB database/i);
  await using bob = await loggedIn(server, { user: "bob", password: "bob" });
  assert.deepEqual(rowsOf(await bob.query("select 1")), [["1"]]);
  await server.stop();
});

Deno.test("a database that another process holds is FATAL for its user, until it is free", async () => {
  await using dir = await tempDir();
  const held = await DuckDBInstance.create(path.join(dir.path, "ann.duckdb"));
  const connection = await held.connect();
  await using server = await startServer({ dataDir: dir.path, config: threeUsers });
  await assertRefused(server, "ann", /another process/);
  connection.closeSync();
  held.closeSync();
  await using ann = await loggedIn(server, { user: "ann", password: "ann" });
  assert.deepEqual(rowsOf(await ann.query("select 1")), [["1"]]);
  await server.stop();
});

Deno.test("a cancelled statement ends at once and leaves the session usable", async () => {
  await using server = await startServer();
  await using client = await connectRaw(server);
  const key = keyOf(await client.login());
  client.send(query(endless));
  const answer = await within(
    "the cancelled statement's answer",
    cancelRunning(client, server.port, key),
  );
  const { S, C, M } = errorOf(answer);
  assert.deepEqual({ S, C, M }, { S: "ERROR", C: "57014", M: "canceling statement due to user request" });
  assert.equal(statusOf(answer), "I");
  assert.deepEqual(rowsOf(await client.query("select 1")), [["1"]]);
  await server.stop();
});

Deno.test("a wrong cancel key stops nothing", async () => {
  await using server = await startServer();
  await using client = await connectRaw(server);
  const key = keyOf(await client.login());
  client.send(query("select sum(i) from range(100000000) t(i)"));
  const wrong = key.map((byte, i) => i < 4 ? byte : byte ^ 1);
  await using intruder = await connectRaw({ port: server.port, tls: "off" });
  intruder.send(cancelRequest(wrong));
  await intruder.closed;
  assert.deepEqual(rowsOf(await client.until("Z")), [["4999999950000000"]]);
  await server.stop();
});

Deno.test("the statement of a client that vanishes stops", async () => {
  await using server = await startServer();
  const client = await loggedIn(server);
  client.send(query(endless));
  await waitFor("the statement to run", () => isBusy(server.pid));
  client.socket.destroy();
  await waitFor("the statement to stop", async () => !await isBusy(server.pid));
  await server.stop();
});

Deno.test("a transaction of a client that vanishes is rolled back", async () => {
  await using server = await startServer();
  await using keeper = await loggedIn(server);
  await keeper.query("create table t (i int)");
  const client = await loggedIn(server);
  assert.equal(statusOf(await client.query("begin; insert into t values (1)")), "T");
  client.socket.destroy();
  await client.closed;
  assert.deepEqual(rowsOf(await keeper.query("select count(*) from t")), [["0"]]);
  await server.stop();
});

Deno.test("the wrong password and the unknown user get the same answer", async () => {
  await using server = await startServer();
  for (const login of [{ password: "wrong" }, { user: "nobody" }]) {
    await using client = await connectRaw(server);
    const { S, C, M } = errorOf(await client.login(login));
    const user = login.user ?? "postgres";
    assert.deepEqual({ S, C, M }, {
      S: "FATAL",
      C: "28P01",
      M: `password authentication failed for user "${user}"`,
    });
  }
  await server.stop();
});

Deno.test("TLS is required unless the operator says otherwise", async () => {
  await using strict = await startServer();
  await using refused = await connectRaw({ port: strict.port, tls: "off" });
  const { S, C } = errorOf(await refused.login());
  assert.deepEqual({ S, C }, { S: "FATAL", C: "28000" });
  await strict.stop();

  await using lax = await startServer({ flags: ["--tls=optional"] });
  for (const tls of ["off", "require", "direct"] as const) {
    await using client = await loggedIn({ port: lax.port, tls });
    assert.deepEqual(rowsOf(await client.query("select 1")), [["1"]]);
  }
  await lax.stop();

  await using off = await startServer({ flags: ["--tls=off"] });
  await using plain = await loggedIn({ port: off.port, tls: "off" });
  assert.deepEqual(rowsOf(await plain.query("select 1")), [["1"]]);
  await assert.rejects(connectRaw({ port: off.port }), /SSLRequest answered with "N"/);
  await off.stop();
});

Deno.test("spill files and the like are gone after the end", async () => {
  await using dir = await tempDir();
  await using server = await startServer({ dataDir: dir.path });
  await using client = await loggedIn(server);
  const spilling =
    "set memory_limit = '100MB'; create table t as select i, repeat('x', 100) as s from range(2000000) r(i)";
  assert.deepEqual(errorOf(await client.query(`${spilling} order by i % 1000, s`)), {});
  await server.stop();
  const files: string[] = [];
  for await (const file of filesIn(dir.path)) files.push(path.relative(dir.path, file));
  const [catalog, ...others] = files.sort();
  assert.match(catalog, /^catalog\/catalog-[0-9a-f]{16}\.duckdb$/);
  assert.deepEqual(others, ["certs/server.crt", "certs/server.key", "postgres.duckdb"]);
});

async function* filesIn(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory) yield* filesIn(full);
    else yield full;
  }
}

async function assertRefused(server: Server, user: string, message: RegExp): Promise<void> {
  await using client: RawClient = await connectRaw(server);
  const error = (await client.login({ user, password: user })).find(({ type }) => type === "E");
  assert.equal(fieldsOf(error).S, "FATAL");
  assert.match(fieldsOf(error).M, message);
}
