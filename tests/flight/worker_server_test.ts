/** Who may use a worker, what its actions answer, and how its sessions end. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { type Executor } from "../../worker/api/executor.ts";
import { PgError } from "../../worker/api/error.ts";
import { actions } from "../../worker/api/flight/actions.ts";
import { headers } from "../../worker/api/flight/headers.ts";
import { flightService } from "../../worker/api/flight/service.ts";
import { encodeFrame, frameLimits, FrameReader, preamble } from "../../worker/api/session/frames.ts";
import type { SessionAnswer, SessionHello } from "../../worker/api/session/messages.ts";
import { flightSqlHandlers } from "../../worker/flight/sql/mod.ts";
import { query, request } from "../../worker/engine/testing.ts";
import { waitFor, within } from "../support/wait.ts";
import { type InProcess, owner, token, withWorker } from "./in_process.ts";

const endless = "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range = 3";

function failure<E = PgError>(work: Promise<unknown>): Promise<E> {
  return work.then(() => assert.fail("it did not fail"), (error) => error);
}

function lostReason(executor: Executor): Promise<PgError> {
  return new Promise((resolve) => executor.onLost = resolve);
}

/** A client without any of ours. */
async function withRawClient(
  { socket }: InProcess,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client(`unix:${socket}`, credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
  try {
    await work(client);
  } finally {
    client.close();
  }
}

type Method = keyof typeof flightService;

/** Makes a call with no more than its headers; answers its status. */
function call(client: Client, name: Method, given: Record<string, string>): Promise<ServiceError["code"]> {
  const { path, requestStream, responseStream, requestSerialize, responseDeserialize } = flightService[name];
  const metadata = Metadata.fromHttp2Headers({});
  for (const [key, value] of Object.entries(given)) metadata.set(key, value);
  const serialize = requestSerialize as (value: object) => Buffer;
  const deserialize = responseDeserialize as (bytes: Buffer) => object;
  return new Promise((resolve) => {
    const settle = ({ code }: { code: status }) => resolve(code);
    if (!responseStream) {
      client.makeUnaryRequest(path, serialize, deserialize, {}, metadata, () => {}).on("status", settle);
      return;
    }
    const made = requestStream
      ? client.makeBidiStreamRequest(path, serialize, deserialize, metadata)
      : client.makeServerStreamRequest(path, serialize, deserialize, {}, metadata);
    made.on("error", () => {});
    made.on("status", settle);
    made.resume();
    if ("writable" in made) (made as ClientDuplexStream<object, object>).end();
  });
}

const methods = Object.keys(flightService) as Method[];

Deno.test("every method is for bearers of the token only, and for the worker's owner", () =>
  withWorker((place) =>
    withRawClient(place, async (client) => {
      await place.connect().health(); // makes `owner` the owner
      for (const name of methods.filter((name) => name !== "handshake" && name !== "listFlights")) {
        const authorization = `Bearer ${token}`;
        assert.equal(await call(client, name, {}), status.UNAUTHENTICATED, name);
        assert.equal(
          await call(client, name, { [headers.authorization]: "Bearer wrong" }),
          status.UNAUTHENTICATED,
          name,
        );
        const stale = { authorization, [headers.ownerEpoch]: "0", [headers.controlPlane]: "old" };
        assert.equal(await call(client, name, stale), status.FAILED_PRECONDITION, name);
        const wrong = { authorization, [headers.ownerEpoch]: "first" };
        assert.equal(await call(client, name, wrong), status.INVALID_ARGUMENT, name);
      }
    }), { flightSql: flightSqlHandlers }));

Deno.test("DoExchange is not served", () =>
  withWorker((place) =>
    withRawClient(place, async (client) => {
      const authorization = `Bearer ${token}`;
      assert.equal(await call(client, "doExchange", { authorization }), status.UNIMPLEMENTED);
    })
  ));

Deno.test("a session's connection is for bearers of the token, the worker's owner, and one client", () =>
  withWorker(async ({ socket, connect, server }) => {
    const { token: session } = await connect().createSession({ username: "ann" });
    await waitFor("the session's connection", () => [...server.sessions][0].onEnd !== null);
    const hello: SessionHello = { op: "hello", authorization: token, session, ...owner };
    const refused: [Partial<SessionHello>, status][] = [
      [{ authorization: "wrong" }, status.UNAUTHENTICATED],
      [{ owner_epoch: 0 }, status.FAILED_PRECONDITION],
      [{ worker_id: 1, owner_epoch: 1, cp_instance_id: "another" }, status.FAILED_PRECONDITION],
      [{ session: "0".repeat(64) }, status.NOT_FOUND],
      [{}, status.ALREADY_EXISTS],
    ];
    for (const [changes, code] of refused) {
      assert.deepEqual(await answersTo(socket, [encodeFrame({ ...hello, ...changes })]), [["over", code]]);
    }
    assert.equal(server.sessions.size, 1);
  }));

Deno.test("what is no message of a session ends it", () =>
  withWorker(async ({ socket, connect, server }) => {
    const client = connect();
    const messages = ["no json", "null", '"text"', '{"op":"unknown"}', '{"op":"hello"}'];
    for (const text of [...messages, null]) {
      const created = await client.action(actions.createSession, { username: "ann" });
      const hello = encodeFrame({ op: "hello", authorization: token, session: created.session_token });
      const sent = text === null ? Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0) : frameOf(text);
      assert.deepEqual(
        await answersTo(socket, [hello, sent]),
        [["over", status.INVALID_ARGUMENT]],
        text ?? "",
      );
      await waitFor("the session's end", () => server.sessions.size === 0);
    }
    for (const first of [frameOf("no json"), frameOf('{"op":"close"}'), frameOf("x".repeat(20_000))]) {
      assert.deepEqual(await answersTo(socket, [first]), [["over", status.INVALID_ARGUMENT]]);
    }
    assert.deepEqual(await answersTo(socket, [], "GET / HTTP/1.1\r\n"), [["over", status.INVALID_ARGUMENT]]);
    assert.equal((await client.health()).healthy, true);
  }));

/** What a session's connection answers to bytes, until it ends: each message's name, and the code of the last. */
async function answersTo(path: string, frames: Uint8Array[], greeting = preamble): Promise<unknown[]> {
  const conn = await Deno.connect({ transport: "unix", path });
  const answers: unknown[] = [];
  const reader = new FrameReader<SessionAnswer>(
    (answer) => answers.push(answer.op === "over" ? [answer.op, answer.code] : [answer.op]),
    frameLimits,
  );
  for (const bytes of [new TextEncoder().encode(greeting), ...frames]) await conn.write(bytes);
  for (;;) {
    const count = await within("an answer", conn.read(reader.space()));
    if (count === null) break;
    reader.filled(count);
  }
  conn.close();
  return answers;
}

function frameOf(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, bytes.length);
  return Uint8Array.of(...new Uint8Array(head.buffer), ...bytes);
}

Deno.test("actions say what is wrong with their request", () =>
  withWorker(async ({ connect, faults }) => {
    const client = connect();
    const { token: session } = await client.createSession({ username: "ann" });
    const wrong: [string, object, keyof typeof status][] = [
      [actions.createSession, {}, "INVALID_ARGUMENT"],
      [actions.createSession, { username: 7 }, "INVALID_ARGUMENT"],
      [actions.createSession, [], "INVALID_ARGUMENT"],
      [actions.createSession, { username: "ann", owner_epoch: 0 }, "FAILED_PRECONDITION"],
      [actions.destroySession, {}, "NOT_FOUND"],
      [actions.destroySession, { session_token: "x" }, "NOT_FOUND"],
      [actions.setLimits, { session_token: "x", memory_limit: "1GB", threads: 1 }, "NOT_FOUND"],
      [actions.setLimits, { session_token: session, memory_limit: 7, threads: 1 }, "INVALID_ARGUMENT"],
      [actions.setLimits, { session_token: session, memory_limit: "1GB", threads: "2" }, "INVALID_ARGUMENT"],
      [actions.waitSessionIdle, { session_token: "x" }, "NOT_FOUND"],
      [actions.releaseQueryHandle, { session_token: session }, "INVALID_ARGUMENT"],
      [actions.releaseQueryHandle, { session_token: session, ticket: "query-7" }, "NOT_FOUND"],
      [actions.logQuery, { entries: "all" }, "INVALID_ARGUMENT"],
      [actions.activateTenant, {}, "INVALID_ARGUMENT"],
      [actions.activateTenant, { org_id: "acme", ducklake: { DataPath: "x" } }, "INVALID_ARGUMENT"],
      [
        actions.activateTenant,
        { org_id: "acme", ducklake: { MetadataStore: "x", DataPath: "s3://b", S3Provider: "magic" } },
        "INVALID_ARGUMENT",
      ],
      ["NoSuchAction", {}, "UNIMPLEMENTED"],
      ["constructor", {}, "UNIMPLEMENTED"],
    ];
    for (const [name, asked, code] of wrong) {
      const error = await failure<Error & { code?: string; sqlstate?: string }>(client.action(name, asked));
      const told = error.sqlstate === undefined ? error.code : "INVALID_ARGUMENT";
      assert.equal(told, code, `${name} ${JSON.stringify(asked)}: ${error}`);
    }
    assert.deepEqual(faults, []);
  }));

Deno.test("actions answer as the Go system's do", () =>
  withWorker(async ({ connect, server }) => {
    const client = connect();
    const created = await client.action(actions.createSession, { username: "ann", pid: 7 });
    assert.match(String(created.session_token), /^[0-9a-f]{64}$/);
    assert.deepEqual(created.secret_warnings, []);
    const session_token = String(created.session_token);
    assert.deepEqual(Object.keys(await client.health()).sort(), [
      "active_queries",
      "draining",
      "healthy",
      "instance_invalid_reason",
      "instance_invalidated",
      "memory_bytes",
      "session_progress",
      "sessions",
      "uptime_ns",
    ]);
    await client.action(actions.activateTenant, { org_id: "acme" });
    const [session] = server.sessions;
    session.addHandle("query-1", () => {});
    await client.action(actions.releaseQueryHandle, { session_token, ticket: "query-1" });
    const done = session.begin();
    let idle = false;
    const waiting = client.action(actions.waitSessionIdle, { session_token }).then(() => idle = true);
    await client.health();
    assert.equal(idle, false);
    done();
    await waiting;
    await client.destroySession(session_token);
    assert.equal(server.sessions.size, 0);
  }));

Deno.test("the query log reaches the worker", async () => {
  const logged: unknown[] = [];
  await withWorker(async ({ connect }) => {
    await connect().logQuery([{ query: "select 1" }, { query: "select 2" }]);
  }, { onLogQuery: (entries) => logged.push(...entries) });
  assert.deepEqual(logged, [{ query: "select 1" }, { query: "select 2" }]);
});

Deno.test("limits reach the database of a session while it is busy", () =>
  withWorker(async ({ connect, server }) => {
    const client = connect();
    const { executor, token: session_token } = await client.createSession({ username: "ann" });
    const running = failure(executor.run(endless));
    await waitFor("it to run", () => server.health().active_queries === 1);
    await client.setLimits({ session_token, memory_limit: "300MiB", threads: 1 });
    executor.interrupt();
    await running;
    assert.deepEqual(
      await query(executor, "select current_setting('memory_limit'), current_setting('threads')"),
      [["300.0 MiB", "1"]],
    );
  }));

Deno.test("a database that does not open is told with its own error", () =>
  withWorker(async ({ connect, server }) => {
    const error = await failure(connect().createSession({ username: "ann" }));
    assert.deepEqual(
      [error.name, error.severity, error.sqlstate, error.message, error.detail],
      ["PgError", "FATAL", "58P01", "what is wrong", "and why"],
    );
    assert.equal(server.sessions.size, 0);
  }, {
    openDatabase: () =>
      Promise.reject(new PgError("58P01", "what is wrong", { severity: "FATAL", detail: "and why" })),
  }));

Deno.test("a full worker says so as a call's error: another worker may have room", () =>
  withWorker(async ({ connect }) => {
    const client = connect();
    await client.createSession({ username: "ann" });
    const { code, message, name } = await failure<Error & { code: string }>(
      client.createSession({ username: "bob" }),
    );
    assert.deepEqual(
      [name, code, message],
      ["WorkerCallError", "RESOURCE_EXHAUSTED", "create session: max sessions reached (1)"],
    );
  }, { maxSessions: 1 }));

Deno.test("a new owner ends the sessions of the one before, who is stale from then on", () =>
  withWorker(async ({ connect, server }) => {
    const old = connect();
    const { executor } = await old.createSession({ username: "ann" });
    await executor.run("select 1");
    const lost = lostReason(executor);
    const running = failure(executor.run(endless));
    const young = connect({ owner: { ...owner, owner_epoch: 2, cp_instance_id: "another" } });
    await young.health();
    for (const reason of [await within("the loss", lost), await within("what ran", running)]) {
      assert.deepEqual([reason.sqlstate, reason.severity], ["57P01", "FATAL"]);
      assert.match(reason.message, /^terminating connection because its worker has a new owner$/);
    }
    await waitFor("the session's end", () => server.sessions.size === 0);
    assert.equal((await failure<{ code: string }>(old.health())).code, "FAILED_PRECONDITION");
    await assert.rejects(executor.run("select 1"), { sqlstate: "57P01" });
    await (await young.createSession({ username: "ann" })).executor.run("select 1");
  }));

Deno.test("a draining worker lets statements finish, tells its sessions, and takes no new ones", () =>
  withWorker(async ({ connect, server }) => {
    const client = connect();
    const [idle, busy] = [
      await client.createSession({ username: "idle" }),
      await client.createSession({ username: "busy" }),
    ];
    const prepared = await busy.executor.prepare("select sum(range::double) from range(50000000)");
    const lost = [idle, busy].map(({ executor }) => lostReason(executor));
    const running = prepared.execute(request());
    await waitFor("it to run", () => server.health().active_queries === 1);
    const drained = server.drain(60_000);
    const { code, message } = await failure<{ code: string; message: string }>(
      client.createSession({ username: "late" }),
    );
    assert.deepEqual([code, message], ["UNAVAILABLE", "worker is draining"]);
    assert.equal((await client.health()).draining, true);
    const { rows } = await running;
    assert.ok(await rows!.next());
    await drained;
    for (const reason of await Promise.all(lost)) {
      assert.equal(reason.sqlstate, "57P01");
      assert.equal(reason.message, "terminating connection due to administrator command");
    }
    assert.equal(server.health().sessions, 0);
  }));

Deno.test("what does not finish while the worker drains is ended", () =>
  withWorker(async ({ connect, server }) => {
    const { executor } = await connect().createSession({ username: "ann" });
    const running = failure(executor.run(endless));
    await waitFor("it to run", () => server.health().active_queries === 1);
    await within("the drain", server.drain(50));
    assert.equal((await running).sqlstate, "57P01");
  }));

Deno.test("a client that vanishes takes its session and what it runs with it", () =>
  withWorker(async ({ connect, server }) => {
    const client = connect();
    const { executor } = await client.createSession({ username: "ann" });
    const running = failure(executor.run(endless));
    await waitFor("it to run", () => server.health().active_queries === 1);
    client.close();
    assert.equal((await running).sqlstate, "57P01");
    await waitFor("the session's end", () => server.sessions.size === 0);
  }));

Deno.test("a session that its worker ends says so, and who listens late hears it too", () =>
  withWorker(async ({ connect, server }) => {
    const client = connect();
    const { executor, token: session } = await client.createSession({ username: "ann" });
    await executor.run("select 1");
    await client.destroySession(session);
    const reason = await failure(within("the loss", executor.run(endless)));
    assert.match(reason.message, /^terminating connection because its worker ended the session$/);
    assert.equal(await within("the late listener", lostReason(executor)), reason);
    await executor.close();
    assert.equal(server.sessions.size, 0);
  }));

Deno.test("a session is not created for who has given up, and none is left behind", () =>
  withWorker(async ({ connect, server, database }) => {
    const client = connect();
    const early = new AbortController();
    early.abort(new Error("no more"));
    await assert.rejects(client.createSession({ username: "ann" }, early.signal), /no more/);
    const { promise: opening, resolve: open } = Promise.withResolvers<void>();
    const connectNow = database.connect;
    database.connect = async (identity) => {
      await opening;
      return await connectNow(identity);
    };
    const late = new AbortController();
    const creating = failure<Error>(client.createSession({ username: "ann" }, late.signal));
    late.abort(new Error("no more"));
    assert.equal((await creating).message, "no more");
    open();
    await (await client.createSession({ username: "bob" })).executor.run("select 1");
    await waitFor("the unwanted session's end", () => server.sessions.size === 1);
  }));

Deno.test("a client's close tells its sessions why", () =>
  withWorker(async ({ connect }) => {
    const client = connect();
    const { executor } = await client.createSession({ username: "ann" });
    const prepared = await executor.prepare("select range from range(10000000)");
    const { rows } = await prepared.execute(request());
    const lost = lostReason(executor);
    const reason = new PgError("57P01", "the worker is silent", { severity: "FATAL" });
    client.close(reason);
    assert.equal(await lost, reason);
    await assert.rejects(async () => {
      while (await rows!.next());
    }, reason);
    await assert.rejects(executor.run("select 1"), reason);
  }));
