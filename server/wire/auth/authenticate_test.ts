import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import pg from "pg";
import type { PgError } from "../../../worker/api/error.ts";
import { negotiate } from "../startup.ts";
import {
  int32,
  message,
  RawClient,
  startupPacket,
  TempDir,
  testIdentity,
  TestServer,
} from "../test_support.ts";
import type { TlsIdentity } from "../tls.ts";
import { authenticate, type AuthenticateOptions } from "./authenticate.ts";
import { type Credential, Credentials } from "./credentials.ts";
import { formatVerifier, makeVerifier } from "./verifier.ts";

const users: Record<string, Credential> = {
  ann: { kind: "password", password: "pass wörd" },
  bob: { kind: "verifier", verifier: formatVerifier(await makeVerifier("hunter2")) },
  broken: { kind: "verifier", verifier: "md5d41d8cd98f00b204e9800998ecf8427e" },
  carol: { kind: "check", check: (password) => Promise.resolve(password === "bcrypted") },
};

/** Logs clients in and answers every query with one row. */
async function serve(
  identity: TlsIdentity | undefined,
  options: Partial<AuthenticateOptions> = {},
): Promise<TestServer> {
  const credentials = new Credentials((user) => users[user] ?? null);

  async function session(socket: Socket): Promise<void> {
    const outcome = await negotiate(socket, { tls: identity ? "required" : "off", identity });
    if (outcome.kind !== "startup") return;
    const { connection, parameters } = outcome;
    const { writer } = connection;
    try {
      const user = parameters.get("user") ?? "";
      if (!await authenticate(connection, credentials, { user, ...options })) return connection.destroy();
      writer.readyForQuery("I");
      await connection.flush();
      for (let frame = await connection.read(); frame?.type === 0x51; frame = await connection.read()) {
        writer.rowDescription([{ name: "x", type: { oid: 25, length: -1, modifier: -1 } }], []);
        writer.dataRow(["hello"]);
        writer.commandComplete("SELECT 1");
        writer.readyForQuery("I");
        await connection.flush();
      }
    } catch (error) {
      writer.errorResponse(error as PgError);
    }
    await connection.end();
  }

  return await TestServer.start(session);
}

async function login(
  port: number,
  user: string,
  password: string,
  more: pg.ClientConfig = {},
): Promise<string> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user,
    password,
    database: "d",
    ssl: { rejectUnauthorized: false },
    ...more,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query("select 1");
    return rows[0].x;
  } catch (error) {
    const { code, severity, message } = error as { code?: string; severity?: string; message: string };
    return `${severity} ${code} ${message}`;
  } finally {
    await client.end();
  }
}

Deno.test("node-postgres logs in with SCRAM over TLS", async (t) => {
  using dir = new TempDir();
  await using server = await serve(testIdentity(dir));
  const wrong = (user: string) => `FATAL 28P01 password authentication failed for user "${user}"`;
  const cases: [string, string, string][] = [
    ["ann", "pass wörd", "hello"],
    ["ann", "pass w\u006f\u0308rd", "hello"], // the same after normalisation
    ["ann", "pass word", wrong("ann")],
    ["bob", "hunter2", "hello"],
    ["bob", "hunter3", wrong("bob")],
    ["broken", "x", wrong("broken")],
    ["nobody", "x", wrong("nobody")],
    ["carol", "bcrypted", "hello"], // asked for the password in clear text
    ["carol", "x", wrong("carol")],
  ];
  for (const [user, password, expected] of cases) {
    await t.step(`${user} / ${password}`, async () => {
      assert.equal(await login(server.port, user, password), expected);
    });
  }
});

Deno.test("node-postgres binds SCRAM to the channel", async () => {
  using dir = new TempDir();
  await using server = await serve(testIdentity(dir));
  // A name of its own, so that the client does not resume a session of another test.
  const ssl = { rejectUnauthorized: false, servername: "binding.test" };
  const options = { enableChannelBinding: true, ssl } as pg.ClientConfig;
  assert.equal(await login(server.port, "ann", "pass wörd", options), "hello");
});

Deno.test("with method password the client sends it in clear text, over TLS only", async () => {
  using dir = new TempDir();
  await using server = await serve(testIdentity(dir), { method: "password" });
  assert.equal(await login(server.port, "ann", "pass wörd"), "hello");
  assert.equal(await login(server.port, "bob", "hunter2"), "hello");
  assert.equal(
    await login(server.port, "bob", "x"),
    'FATAL 28P01 password authentication failed for user "bob"',
  );
  assert.equal(
    await login(server.port, "nobody", "x"),
    'FATAL 28P01 password authentication failed for user "nobody"',
  );
  await using plain = await serve(undefined, { method: "password" });
  const refused = "FATAL 28000 password authentication requires an SSL/TLS connection";
  assert.equal(await login(plain.port, "ann", "pass wörd", { ssl: false }), refused);
});

Deno.test("SCRAM works without TLS, and then offers no channel binding", async () => {
  await using server = await serve(undefined);
  assert.equal(await login(server.port, "ann", "pass wörd", { ssl: false }), "hello");
  using client = await RawClient.connect(server.port);
  client.send(startupPacket({ user: "ann" }));
  assert.equal(text((await client.message())?.body), "\0\0\0\x0aSCRAM-SHA-256\0\0");
});

function text(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("latin1");
}

/** The salt and iterations the server names for a user. */
async function challenge(port: number, user: string): Promise<string> {
  using client = await RawClient.connect(port);
  client.send(startupPacket({ user }));
  await client.message();
  client.send(initialResponse("SCRAM-SHA-256", "n,,n=,r=abc"));
  return text((await client.message())?.body).replace(/^.*?,/, "");
}

function initialResponse(mechanism: string, data: string): Uint8Array {
  return message("p", Buffer.concat([Buffer.from(`${mechanism}\0`), int32(data.length), Buffer.from(data)]));
}

Deno.test("an unknown user's challenge looks like a user's, and stays the same", async () => {
  await using server = await serve(undefined);
  const [ann, nobody, other] = await Promise.all(
    ["ann", "nobody", "other"].map((user) => challenge(server.port, user)),
  );
  for (const each of [ann, nobody, other]) assert.match(each, /^s=[A-Za-z0-9+/]{22}==,i=4096$/);
  assert.equal(new Set([ann, nobody, other]).size, 3);
  assert.equal(await challenge(server.port, "nobody"), nobody);
  assert.equal(await challenge(server.port, "ann"), ann);
});

const answers: [string, Uint8Array, string][] = [
  ["a query", message("Q", "select 1\0"), "08P01 expected SASL response, got message type 81"],
  [
    "an unknown mechanism",
    initialResponse("SCRAM-SHA-1", "n,,n=,r=a"),
    "08P01 client selected an invalid SASL authentication mechanism",
  ],
  [
    "PLUS where it was not offered",
    initialResponse("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=a"),
    "08P01 client selected an invalid SASL authentication mechanism",
  ],
  ["an empty message", message("p"), "08P01 invalid string in message"],
  [
    "a length too large",
    message("p", "SCRAM-SHA-256\0\x7f\x7f\x7f\x7fx"),
    "08P01 insufficient data left in message",
  ],
  ["bytes left over", message("p", "SCRAM-SHA-256\0\0\0\0\0x"), "08P01 invalid message format"],
  ["an empty first message", initialResponse("SCRAM-SHA-256", ""), "08P01 malformed SCRAM message"],
  ["a message of a megabyte", Uint8Array.of(0x70, 0, 0x10, 0, 0), "08P01 invalid message length"],
];

for (const [name, bytes, expected] of answers) {
  Deno.test(`an answer refused: ${name}`, async () => {
    await using server = await serve(undefined);
    using client = await RawClient.connect(server.port);
    client.send(startupPacket({ user: "ann" }));
    await client.message();
    client.send(bytes);
    const error = await client.error();
    assert.equal(`${error.C} ${error.M}`, expected);
    assert.equal(error.S, "FATAL");
    await client.end();
  });
}

Deno.test("a mechanism named without data is asked for it", async () => {
  await using server = await serve(undefined);
  using client = await RawClient.connect(server.port);
  client.send(startupPacket({ user: "ann" }));
  await client.message();
  client.send(message("p", Buffer.concat([Buffer.from("SCRAM-SHA-256\0"), int32(-1)])));
  assert.equal(text((await client.message())?.body), "\0\0\0\x0b");
  client.send(message("p", "n,,n=,r=abc"));
  assert.match(text((await client.message())?.body).slice(4), /^r=abc.{24},s=/);
});

Deno.test("a client that does not answer in time", async () => {
  await using server = await serve(undefined, { timeout: 30 });
  using client = await RawClient.connect(server.port);
  client.send(startupPacket({ user: "ann" }));
  await client.message();
  const error = await client.error();
  assert.deepEqual([error.S, error.C, error.M], [
    "FATAL",
    "57014",
    "canceling authentication due to timeout",
  ]);
  await client.end();
});

Deno.test("verifiers are made once, until the password changes", async () => {
  let password = "first";
  const credentials = new Credentials(() => ({ kind: "password", password }));
  const verifierOf = async () => {
    const proof = await credentials.proofOf("ann");
    assert.ok(proof.kind === "verifier");
    return proof.verifier;
  };
  const first = await verifierOf();
  assert.equal(await verifierOf(), first);
  password = "second";
  assert.notDeepEqual((await verifierOf()).storedKey, first.storedKey);
});

Deno.test("two servers with the same secret name the same salt", async () => {
  const secret = new Uint8Array(32).fill(7);
  const salts = await Promise.all([1, 2].map(async () => {
    const proof = await new Credentials(() => null, secret).proofOf("nobody");
    return proof.kind === "verifier" ? Buffer.from(proof.verifier.salt).toString("hex") : "";
  }));
  assert.equal(salts[0], salts[1]);
});
