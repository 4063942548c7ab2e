import assert from "node:assert/strict";
import type { Socket } from "node:net";
import pg from "pg";
import type { PgError } from "../../../worker/api/error.ts";
import { negotiate } from "../startup.ts";
import { message, RawClient, startupPacket, TempDir, testIdentity, TestServer } from "../test_support.ts";
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
