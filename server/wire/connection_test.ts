import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { PgError } from "../../worker/api/error.ts";
import { type CloseReason, Connection, type ConnectionLimits } from "./connection.ts";
import {
  message,
  RawClient,
  Relay,
  startupPacket,
  TempDir,
  testIdentity,
  TestServer,
} from "./test_support.ts";
import type { TlsIdentity } from "./tls.ts";
import { negotiate } from "./startup.ts";

interface Pair extends AsyncDisposable {
  client: RawClient;
  /** What the client's bytes pass through. */
  relay: Relay;
  connection: Connection;
}

/** A client and the server's connection to it, plain or over TLS. */
async function pair(identity: TlsIdentity | null, limits: Partial<ConnectionLimits> = {}): Promise<Pair> {
  const accepted = Promise.withResolvers<Connection>();
  const server = await TestServer.start(async (socket: Socket) => {
    if (identity === null) return accepted.resolve(new Connection(socket, { limits }));
    const outcome = await negotiate(socket, { tls: "required", identity, limits });
    if (outcome.kind === "startup") accepted.resolve(outcome.connection);
  });
  const relay = await Relay.start(server.port);
  const client = identity === null
    ? await RawClient.connect(relay.port)
    : await RawClient.connectTls(relay.port);
  if (identity !== null) client.send(startupPacket({ user: "ann" }));
  const connection = await accepted.promise;
  connection.phase = "session";
  return {
    client,
    relay,
    connection,
    async [Symbol.asyncDispose]() {
      client.socket.destroy();
      connection.destroy();
      await relay[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function lost(error: unknown): boolean {
  return error instanceof PgError && error.sqlstate === "08006" &&
    error.message === "connection to client lost";
}

/** What holds for plain and encrypted connections alike. */
function both(
  name: string,
  test: (connect: (limits?: Partial<ConnectionLimits>) => Promise<Pair>) => Promise<void>,
) {
  Deno.test(`${name} (plain)`, () => test((limits) => pair(null, limits)));
  Deno.test(`${name} (TLS)`, async () => {
    using dir = new TempDir();
    const identity = testIdentity(dir);
    await test((limits) => pair(identity, limits));
  });
}

both("frames are read in order, then the end", async (connect) => {
  await using link = await connect();
  const { client, connection } = link;
  client.send(message("Q", "one\0"), message("Q", "two\0"), message("S"));
  const text = new TextDecoder();
  const first = await connection.read();
  assert.equal(text.decode(first?.body), "one\0");
  assert.equal(connection.hasBuffered(), true);
  assert.equal(connection.bufferedFrames, 2);
  assert.equal(text.decode((await connection.read())?.body), "two\0");
  assert.equal((await connection.read())?.type, 0x53);
  assert.equal(connection.hasBuffered(), false);
  client.socket.end();
  assert.equal(await connection.read(), null);
  assert.equal(connection.closed, true);
});

both("what is written arrives in order: pending messages, then bytes", async (connect) => {
  await using link = await connect();
  const { client, connection } = link;
  const big = message("D", new Uint8Array(100_000).fill(7));
  connection.writer.parseComplete();
  await connection.write(message("D", "small"));
  connection.writer.bindComplete();
  await connection.write(big);
  connection.writer.readyForQuery("I");
  await connection.flush();
  const types = [];
  for (let i = 0; i < 5; i++) types.push((await client.message())?.type);
  assert.deepEqual(types, ["1", "D", "2", "D", "Z"]);
  assert.equal(connection.bytesSent, 5 + 10 + 5 + big.length + 6);
});

both(
  "what the connection has taken may be written over, and a slow client gets what it was",
  async (connect) => {
    await using link = await connect({ writeBehind: 1 << 30 });
    const { client, connection } = link;
    const spare: Uint8Array[] = [];
    const buffers = new Set<Uint8Array>();
    const count = 100;
    const write = async (value: number) => {
      const bytes = spare.pop() ?? new Uint8Array(300_000);
      buffers.add(bytes);
      bytes.set(message("D", new Uint8Array(bytes.length - 5).fill(value)));
      await connection.write(bytes, () => {
        bytes.fill(0xff);
        spare.push(bytes);
      });
    };
    for (let i = 0; i < count / 2; i++) await write(i);
    for (let i = 0; i < count / 2; i++) {
      assert.ok((await client.message())?.body.every((byte) => byte === i), `message ${i}`);
      await write(count / 2 + i);
    }
    for (let i = count / 2; i < count; i++) {
      assert.ok((await client.message())?.body.every((byte) => byte === i), `message ${i}`);
    }
    assert.ok(buffers.size < count, "none was taken");
  },
);

both("the client's end is noticed while nobody reads", async (connect) => {
  for (const [leave, reasons] of departures) {
    await using link = await connect();
    const gone = Promise.withResolvers<CloseReason>();
    link.connection.onClose = gone.resolve;
    link.client.send(message("Q", "one\0"));
    leave(link.client.socket);
    assert.ok(reasons.includes(await gone.promise));
    assert.equal(link.connection.closed, true);
  }
});

const departures: [(socket: Socket) => void, CloseReason[]][] = [
  [(socket) => socket.end(), ["end"]],
  [(socket) => socket.destroy(), ["end", "error", "closed"]],
  [(socket) => socket.resetAndDestroy(), ["end", "error", "closed"]],
];

Deno.test("onClose is not called when this side ends the connection", async () => {
  await using link = await pair(null);
  let calls = 0;
  link.connection.onClose = () => calls++;
  await link.connection.end();
  assert.equal(calls, 0);
  await link.client.end();
});

both("a client that half-closes still gets its answer", async (connect) => {
  await using link = await connect();
  const { client, connection } = link;
  client.send(message("Q", "one\0"));
  client.socket.end();
  assert.equal((await connection.read())?.type, 0x51);
  assert.equal(await connection.read(), null);
  connection.writer.readyForQuery("I");
  await connection.end();
  assert.equal((await client.message())?.type, "Z");
});

both("a slow reader holds writes back, and its departure ends them", async (connect) => {
  const writeBehind = 256 * 1024;
  await using link = await connect({ writeBehind });
  const { relay, connection } = link;
  relay.hold();
  const block = message("D", new Uint8Array(64 * 1024));
  const outcome = writeUntilHeld(connection, block);
  await outcome.held;
  assert.ok(connection.unsent <= writeBehind + block.length + 64, `${connection.unsent} bytes unsent`);
  relay.reset();
  await assert.rejects(outcome.done, lost);
  await assert.rejects(connection.flush(), lost);
  await assert.rejects(connection.write(block), lost);
});

both("a slow reader that comes back gets everything", async (connect) => {
  await using link = await connect({ writeBehind: 128 * 1024 });
  const { relay, connection } = link;
  relay.hold();
  const block = message("D", new Uint8Array(64 * 1024));
  const outcome = writeUntilHeld(connection, block);
  const written = await outcome.held;
  relay.release();
  let read = 0;
  while (read < written) {
    const received = await link.client.message();
    assert.equal(received?.body.length, 64 * 1024);
    read++;
  }
  outcome.stop();
  await outcome.done;
});

both("a slow reader can be ended", async (connect) => {
  await using link = await connect({ writeBehind: 64 * 1024 });
  const { relay, connection } = link;
  relay.hold();
  const outcome = writeUntilHeld(connection, message("D", new Uint8Array(64 * 1024)));
  await outcome.held;
  const [ended, written] = await Promise.allSettled([connection.end(20), outcome.done]);
  assert.equal(ended.status, "fulfilled");
  assert.ok(written.status === "rejected" && lost(written.reason));
});

both("destroy rejects waiting writes and reads nothing more", async (connect) => {
  await using link = await connect({ writeBehind: 64 * 1024 });
  const { relay, connection } = link;
  relay.hold();
  const reading = connection.read();
  const outcome = writeUntilHeld(connection, message("D", new Uint8Array(64 * 1024)));
  await outcome.held;
  connection.destroy();
  await assert.rejects(outcome.done, lost);
  assert.equal(await reading, null);
});

/** Writes blocks until a write has to wait. */
function writeUntilHeld(connection: Connection, block: Uint8Array) {
  const held = Promise.withResolvers<number>();
  let stopped = false;
  async function run(): Promise<void> {
    for (let written = 1; !stopped; written++) {
      const writing = connection.write(block);
      const waits = setTimeout(() => held.resolve(written), 50);
      await writing.finally(() => clearTimeout(waits));
    }
  }
  return { held: held.promise, done: run(), stop: () => stopped = true };
}

both("a client that sends ahead without end is left unread past the bound", async (connect) => {
  await using link = await connect({ readAhead: 64 * 1024 });
  const { client, relay, connection } = link;
  const one = message("d", new Uint8Array(256 * 1024));
  const all = 256;
  for (let i = 0; i < all; i++) client.socket.write(one);
  await settled(() => relay.taken);
  // Beyond the bound there are only the buffers of the sockets on the way.
  assert.ok(connection.bytesReceived < 8 << 20, `${connection.bytesReceived} bytes were read ahead`);
  assert.ok(relay.taken < 24 << 20, `${relay.taken} bytes were taken`);
  for (let i = 0; i < all; i++) assert.equal((await connection.read())?.body.length, 256 * 1024);
});

/** Waits until a growing number has stopped growing. */
async function settled(read: () => number): Promise<void> {
  let last = -1;
  for (let same = 0; same < 10;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    same = read() === last ? same + 1 : 0;
    last = read();
  }
}

both("a message larger than the read-ahead arrives when it is waited for", async (connect) => {
  await using link = await connect({ readAhead: 16 * 1024 });
  const body = new Uint8Array(3_000_000).fill(65);
  link.client.send(message("S"), message("d", body));
  assert.equal((await link.connection.read())?.type, 0x53);
  const frame = await link.connection.read();
  assert.equal(frame?.body.length, body.length);
});

both("frames before a malformed one are still read; then the error, each time", async (connect) => {
  await using link = await connect();
  const { client, connection } = link;
  client.send(message("S"), Uint8Array.of(0x51, 0, 0, 0, 1));
  assert.equal((await connection.read())?.type, 0x53);
  const violation = (error: unknown) =>
    error instanceof PgError && error.message === "invalid message length";
  await assert.rejects(connection.read(), violation);
  await assert.rejects(connection.read(), violation);
});

Deno.test("frames sent before the client left are still read", async () => {
  await using link = await pair(null);
  const gone = Promise.withResolvers<CloseReason>();
  link.connection.onClose = gone.resolve;
  link.client.send(message("Q", "one\0"), message("X"));
  link.client.socket.end();
  await gone.promise;
  assert.equal((await link.connection.read())?.type, 0x51);
  assert.equal((await link.connection.read())?.type, 0x58);
  assert.equal(await link.connection.read(), null);
});

Deno.test("a connection knows where it comes from", async () => {
  await using link = await pair(null);
  assert.equal(link.connection.remoteAddress, "127.0.0.1");
  assert.notEqual(link.connection.remotePort, 0);
  assert.equal(link.connection.encrypted, false);
});

Deno.test("a socket that ended before it was taken over reads as ended", async () => {
  const ended = Promise.withResolvers<Connection>();
  await using server = await TestServer.start(async (socket) => {
    socket.resume();
    await once(socket, "end");
    ended.resolve(new Connection(socket, { early: message("X") }));
  });
  using client = await RawClient.connect(server.port);
  client.socket.end();
  const connection = await ended.promise;
  assert.equal((await connection.read())?.type, 0x58);
  assert.equal(await connection.read(), null);
});

Deno.test("a socket that closed before it was taken over reads as ended", async () => {
  const closed = Promise.withResolvers<Connection>();
  await using server = await TestServer.start(async (socket) => {
    socket.destroy();
    await once(socket, "close");
    closed.resolve(new Connection(socket));
  });
  using _client = await RawClient.connect(server.port);
  const connection = await closed.promise;
  assert.equal(await connection.read(), null);
  await assert.rejects(connection.flush(), lost);
});
