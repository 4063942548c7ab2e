import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import v8 from "node:v8";
import vm from "node:vm";
import { PgError } from "../../worker/api/error.ts";
import { cancelSecret, negotiate, type NegotiateOptions, type Outcome } from "./startup.ts";
import {
  gssRequest,
  int32,
  message,
  RawClient,
  sslRequest,
  startupPacket,
  TempDir,
  testIdentity,
  TestServer,
  withLength,
} from "./test_support.ts";
import type { TlsIdentity } from "./tls.ts";
import { waitFor, within } from "../../tests/support/wait.ts";

interface Setup extends AsyncDisposable {
  port: number;
  /** The next outcome. */
  outcome(): Promise<Outcome>;
}

async function setup(options: Partial<NegotiateOptions> & { identity?: TlsIdentity }): Promise<Setup> {
  const outcomes: Outcome[] = [];
  let wake: ((outcome: Outcome) => void) | null = null;
  const server = await TestServer.negotiating(
    { tls: options.identity ? "required" : "off", ...options },
    (outcome) => {
      if (wake === null) return outcomes.push(outcome);
      wake(outcome);
      wake = null;
    },
  );
  return {
    port: server.port,
    outcome: () => {
      const ready = outcomes.shift();
      return ready !== undefined ? Promise.resolve(ready) : new Promise((resolve) => wake = resolve);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function started(outcome: Outcome): Extract<Outcome, { kind: "startup" }> {
  assert.ok(outcome.kind === "startup", `${outcome.kind} ${"reason" in outcome ? outcome.reason : ""}`);
  return outcome;
}

const ann = { user: "ann", database: "d", application_name: "tést", "_pq_": "x" };

Deno.test("a plain startup", async () => {
  await using server = await setup({ tls: "optional" });
  using client = await RawClient.connect(server.port);
  client.send(startupPacket(ann));
  const { connection, protocol, parameters, serverName } = started(await server.outcome());
  assert.deepEqual(protocol, { major: 3, minor: 0 });
  assert.deepEqual(Object.fromEntries(parameters), ann);
  assert.equal(serverName, null);
  assert.equal(connection.encrypted, false);
  assert.equal(connection.writer.size, 0);
});

Deno.test("a startup over TLS", async () => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir) });
  using client = await RawClient.connectTls(server.port, { servername: "Lake.example" });
  client.send(startupPacket(ann));
  const { connection, serverName } = started(await server.outcome());
  assert.equal(serverName, "lake.example");
  assert.equal(connection.encrypted, true);
  assert.equal(connection.tls?.version, "TLSv1.3");
});

Deno.test("TLS 1.2 is still spoken, 1.1 is not", async () => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir) });
  using client = await RawClient.connectTls(server.port, { maxVersion: "TLSv1.2" });
  client.send(startupPacket(ann));
  assert.equal(started(await server.outcome()).connection.tls?.version, "TLSv1.2");
});

Deno.test("direct TLS", async (t) => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir) });
  await t.step("with ALPN", async () => {
    using client = await RawClient.connectDirectTls(server.port, { ALPNProtocols: ["postgresql"] });
    assert.equal((client.socket as TLSSocket).alpnProtocol, "postgresql");
    client.send(startupPacket(ann));
    assert.equal(started(await server.outcome()).connection.tls?.protocol, "postgresql");
  });
  await t.step("without ALPN is refused", async () => {
    using client = await RawClient.connectDirectTls(server.port);
    const error = await client.error();
    assert.equal(error.C, "08P01");
    assert.equal(
      error.M,
      "received direct SSL connection request without ALPN protocol negotiation extension",
    );
    assert.equal((await server.outcome()).kind, "closed");
  });
  await t.step("an SSLRequest inside is declined", async () => {
    using client = await RawClient.connectDirectTls(server.port, { ALPNProtocols: ["postgresql"] });
    client.send(sslRequest);
    assert.deepEqual(Buffer.from(await client.read(1)).toString(), "N");
    client.send(startupPacket(ann));
    started(await server.outcome());
  });
});

Deno.test("direct TLS where TLS is off is not answered", async () => {
  await using server = await setup({ tls: "off" });
  using client = await RawClient.connect(server.port);
  client.send(Uint8Array.of(0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5));
  await client.end();
  assert.deepEqual(await server.outcome(), {
    kind: "closed",
    reason: "direct TLS connection while TLS is off",
  });
});

Deno.test("encryption is declined where it is off, and the client may go on", async () => {
  await using server = await setup({ tls: "off" });
  using client = await RawClient.connect(server.port);
  client.send(gssRequest);
  assert.equal(Buffer.from(await client.read(1)).toString(), "N");
  client.send(sslRequest);
  assert.equal(Buffer.from(await client.read(1)).toString(), "N");
  client.send(startupPacket(ann));
  started(await server.outcome());
});

Deno.test("after GSSAPI is declined TLS can still be had", async () => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir) });
  using raw = await RawClient.connect(server.port);
  raw.send(gssRequest);
  assert.equal(Buffer.from(await raw.read(1)).toString(), "N");
  raw.send(sslRequest);
  assert.equal(Buffer.from(await raw.read(1)).toString(), "S");
});

Deno.test("bytes in clear text behind an SSLRequest are refused", async () => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir) });
  using client = await RawClient.connect(server.port);
  client.send(sslRequest, startupPacket(ann));
  const error = await client.error();
  assert.deepEqual([error.S, error.C, error.M], [
    "FATAL",
    "08P01",
    "received unencrypted data after SSL request",
  ]);
  assert.equal((await server.outcome()).kind, "closed");
});

Deno.test("what follows the startup packet in the same piece is not lost", async () => {
  await using server = await setup({ tls: "optional" });
  using client = await RawClient.connect(server.port);
  client.send(startupPacket(ann), message("p", "secret\0"), message("Q", "x\0"));
  const { connection } = started(await server.outcome());
  assert.equal((await connection.read())?.type, 0x70);
  assert.equal((await connection.read())?.type, 0x51);
});

const versions: [string, number, Record<string, string>, number, string[]][] = [
  ["3.0", 0, {}, 0, []],
  ["3.1", 1, {}, 1, []],
  ["3.2", 2, {}, 2, []],
  ["3.3", 3, {}, 2, []],
  ["3.9999", 9999, { "_pq_.a": "1", "_pq_.b": "" }, 2, ["_pq_.a", "_pq_.b"]],
  ["3.0 with an option", 0, { "_pq_.a": "1" }, 0, ["_pq_.a"]],
];

for (const [name, minor, options, spoken, unknown] of versions) {
  Deno.test(`protocol ${name}`, async () => {
    await using server = await setup({ tls: "optional" });
    using client = await RawClient.connect(server.port);
    client.send(startupPacket({ user: "ann", ...options }, minor));
    const { connection, protocol, parameters } = started(await server.outcome());
    assert.deepEqual(protocol, { major: 3, minor: spoken });
    assert.deepEqual([...parameters.keys()], ["user"]);
    assert.equal(cancelSecret(protocol).length, spoken >= 2 ? 32 : 4);
    connection.writer.readyForQuery("I");
    await connection.flush();
    const first = await client.message();
    if (spoken === minor && unknown.length === 0) return assert.equal(first?.type, "Z");
    const text = unknown.map((option) => option + "\0").join("");
    const body = Buffer.concat([int32((3 << 16) | spoken), int32(unknown.length), Buffer.from(text)]);
    assert.equal(first?.type, "v");
    assert.deepEqual(Buffer.from(first.body), body);
  });
}

const packet = (text: string) => withLength(Buffer.concat([int32(3 << 16), Buffer.from(text, "latin1")]));
const layout = "08P01 invalid startup packet layout: expected terminator as last byte";

const refused: [string, Uint8Array, string, Partial<NegotiateOptions>?][] = [
  [
    "protocol 4.1",
    startupPacket(ann, 1, 4),
    "0A000 unsupported frontend protocol 4.1: server supports 3.0 to 3.2",
  ],
  ["no user", startupPacket({ database: "d" }), "28000 no PostgreSQL user name specified in startup packet"],
  ["empty user", startupPacket({ user: "" }), "28000 no PostgreSQL user name specified in startup packet"],
  ["no parameters", packet("\0"), "28000 no PostgreSQL user name specified in startup packet"],
  ["no terminator", packet("user\0ann\0"), layout],
  ["a name without a value", packet("user\0ann\0database"), layout],
  ["bytes behind the terminator", packet("user\0ann\0\0x"), layout],
  ["nothing but a version", packet(""), layout],
  ["not UTF-8", packet("user\0\xff\0\0"), '22021 invalid byte sequence for encoding "UTF8": 0xff'],
  ["a client too many", startupPacket(ann), "53300 sorry, too many clients already", {
    refusal: new PgError("53300", "sorry, too many clients already", { severity: "FATAL" }),
  }],
  ["clear text where TLS is required", startupPacket(ann), "28000 SSL/TLS connection required", {
    tls: "required",
  }],
];

for (const [name, bytes, expected, options] of refused) {
  Deno.test(`startup refused: ${name}`, async () => {
    await using server = await setup({ tls: "optional", ...options });
    using client = await RawClient.connect(server.port);
    client.send(bytes);
    const error = await client.error();
    assert.equal(`${error.C} ${error.M}`, expected);
    assert.equal(error.S, "FATAL");
    await client.end();
    assert.deepEqual(await server.outcome(), { kind: "closed", reason: expected.slice(6) });
  });
}

Deno.test("startup refused: protocol 2.0 gets a line, as it knows no error fields", async () => {
  await using server = await setup({ tls: "optional" });
  using client = await RawClient.connect(server.port);
  const reason = "unsupported frontend protocol 2.0: server supports 3.0 to 3.2";
  const line = `EFATAL:  ${reason}\n\0`;
  client.send(startupPacket(ann, 0, 2));
  assert.equal(Buffer.from(await client.read(line.length)).toString("latin1"), line);
  await client.end();
  assert.deepEqual(await server.outcome(), { kind: "closed", reason });
});

Deno.test("a second SSLRequest after the first was declined is a wrong version", async () => {
  await using server = await setup({ tls: "off" });
  using client = await RawClient.connect(server.port);
  client.send(sslRequest);
  await client.read(1);
  client.send(sslRequest);
  assert.equal(
    (await client.error()).M,
    "unsupported frontend protocol 1234.5679: server supports 3.0 to 3.2",
  );
});

const unanswered: [string, Uint8Array, string][] = [
  ["HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n"), "invalid length of startup packet"],
  ["an empty packet", int32(4), "invalid length of startup packet"],
  [
    "a cancel request without a key",
    withLength(Buffer.concat([int32(80877102), int32(1)])),
    "invalid length of cancel request packet",
  ],
  [
    "a cancel request with an endless key",
    withLength(Buffer.concat([int32(80877102), int32(1), new Uint8Array(257)])),
    "invalid length of cancel request packet",
  ],
];

for (const [name, bytes, reason] of unanswered) {
  Deno.test(`not answered: ${name}`, async () => {
    await using server = await setup({ tls: "optional" });
    using client = await RawClient.connect(server.port);
    client.send(bytes);
    assert.equal((await client.read(1)).length, 0);
    assert.deepEqual(await server.outcome(), { kind: "closed", reason });
  });
}

Deno.test("cancel requests", async (t) => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir) });
  for (const length of [4, 32, 256]) {
    for (const encrypted of [false, true]) {
      await t.step(`${length} bytes of key, ${encrypted ? "TLS" : "plain"}`, async () => {
        const secret = Uint8Array.from({ length }, (_, i) => i);
        using client = encrypted
          ? await RawClient.connectTls(server.port)
          : await RawClient.connect(server.port);
        client.send(withLength(Buffer.concat([int32(80877102), int32(-5), secret])));
        const outcome = await server.outcome();
        assert.ok(outcome.kind === "cancel");
        assert.equal(outcome.pid, -5);
        assert.deepEqual(outcome.secret, secret);
        outcome.close();
        assert.equal((await client.read(1)).length, 0);
      });
    }
  }
});

Deno.test("a client that goes before it has said anything", async () => {
  await using server = await setup({ tls: "optional" });
  using client = await RawClient.connect(server.port);
  client.socket.end();
  assert.deepEqual(await server.outcome(), { kind: "closed", reason: "client closed the connection" });
});

Deno.test("a client that says nothing in time", async () => {
  await using server = await setup({ tls: "optional", startupTimeout: 30 });
  using client = await RawClient.connect(server.port);
  client.send(Uint8Array.of(0, 0, 0));
  await client.end();
  assert.deepEqual(await server.outcome(), { kind: "closed", reason: "no startup packet in time" });
});

Deno.test("a handshake that does not end in time", async () => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir), handshakeTimeout: 30 });
  using client = await RawClient.connect(server.port);
  client.send(sslRequest);
  await client.end();
  assert.deepEqual(await server.outcome(), { kind: "closed", reason: "TLS handshake failed" });
});

Deno.test("a client that goes in the middle of a handshake is not waited for", async () => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir), handshakeTimeout: 2 ** 31 - 1 });
  using client = await RawClient.connect(server.port);
  client.send(sslRequest);
  await client.read(1);
  client.socket.end(Uint8Array.of(0x16, 0x03, 0x01));
  const outcome = await within("the handshake to be given up", server.outcome());
  assert.deepEqual(outcome, { kind: "closed", reason: "TLS handshake failed" });
});

Deno.test("a socket whose handshake did not end is not kept", async () => {
  using dir = new TempDir();
  const refs: WeakRef<Socket>[] = [];
  const closed = Promise.withResolvers<void>();
  const identity = testIdentity(dir);
  await using server = await TestServer.start(async (socket) => {
    refs.push(new WeakRef(socket));
    await negotiate(socket, { tls: "required", identity });
    if (refs.length === 10) closed.resolve();
  });
  for (let round = 0; round < 10; round++) {
    using client = await RawClient.connect(server.port);
    client.send(sslRequest);
    await client.read(1);
    client.socket.end(Buffer.from("this is no handshake at all"));
    await client.end();
  }
  await closed.promise;
  v8.setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = vm.runInNewContext("gc");
  await waitFor("the sockets to be collected", () => {
    collectGarbage();
    // The last ones may still be held by a stack frame or a timer that is due.
    return refs.filter((ref) => ref.deref() !== undefined).length <= 2;
  });
});

Deno.test("a client that goes right behind its startup packet is noticed", async () => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir) });
  for (let round = 0; round < 10; round++) {
    using client = await RawClient.connectTls(server.port);
    client.socket.end(startupPacket(ann));
    const { connection } = started(await server.outcome());
    assert.equal(await within("the end", connection.read()), null);
    connection.destroy();
  }
});

Deno.test("a handshake that fails", async () => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir) });
  using client = await RawClient.connect(server.port);
  client.send(sslRequest);
  await client.read(1);
  client.send(Buffer.from("this is no handshake at all"));
  await client.end();
  assert.deepEqual(await server.outcome(), { kind: "closed", reason: "TLS handshake failed" });
});

Deno.test("an application protocol that is not PostgreSQL fails the handshake", async () => {
  using dir = new TempDir();
  await using server = await setup({ identity: testIdentity(dir) });
  using client = await RawClient.connect(server.port);
  client.send(sslRequest);
  await client.read(1);
  client.socket.removeAllListeners("data");
  const wrong = tls.connect({ socket: client.socket, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  wrong.on("error", () => {});
  assert.deepEqual(await server.outcome(), { kind: "closed", reason: "TLS handshake failed" });
  wrong.destroy();
});

Deno.test("two hundred TLS connections one after the other", async () => {
  using dir = new TempDir();
  const identity = testIdentity(dir);
  await using server = await TestServer.start(async (socket) => {
    const outcome = await negotiate(socket, { tls: "required", identity });
    if (outcome.kind !== "startup") return;
    outcome.connection.writer.readyForQuery("I");
    await outcome.connection.end();
  });
  for (let i = 0; i < 200; i++) {
    using client = await RawClient.connectTls(server.port);
    client.send(startupPacket(ann));
    assert.equal((await client.message())?.type, "Z", `connection ${i}`);
  }
});
