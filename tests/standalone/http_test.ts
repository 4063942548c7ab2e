/** The operator's side: health, readiness, metrics and logs. */
import assert from "node:assert/strict";
import { freePort } from "../support/postgres.ts";
import { loggedIn } from "../support/raw_client.ts";
import { startServer } from "../support/server.ts";
import { waitFor } from "../support/wait.ts";

Deno.test("health, readiness and metrics", async (t) => {
  const http = { httpPort: await freePort(), metricsPort: await freePort() };
  await using server = await startServer({ http });
  const get = async (port: number, path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, body: await response.text() };
  };

  await t.step("/health and /ready", async () => {
    assert.deepEqual(await get(http.httpPort, "/health"), { status: 200, body: '{"status":"healthy"}' });
    assert.equal((await get(http.httpPort, "/ready")).status, 200);
    assert.equal((await get(http.httpPort, "/nowhere")).status, 404);
  });

  await t.step("/metrics counts sessions and queries", async () => {
    await using client = await loggedIn(server);
    await client.query("select 1");
    await client.query("select * from nowhere");
    const text = async () => (await get(http.metricsPort, "/metrics")).body;
    assert.match(await text(), /^duckgres_connections_open\S* 1$/m);
    assert.match(await text(), /^duckgres_query_total\{[^}]*status="success"[^}]*\} 1$/m);
    assert.match(await text(), /^duckgres_query_total\{[^}]*status="failure"[^}]*\} 1$/m);
    await client.close();
    await waitFor(
      "the session's end to be counted",
      async () => /^duckgres_connections_open\S* 0$/m.test(await text()),
    );
  });

  assert.equal(await server.stop(), 0);
});

Deno.test("logs: a line a connection, failures, and never a secret", async () => {
  await using server = await startServer({ flags: ["--log-level=debug"] });
  await using client = await loggedIn(server, { parameters: { application_name: "tester" } });
  await client.query("create secret s (type s3, key_id 'AKIAEXAMPLE', secret 'geheim')");
  await client.query("select 1 / nothing");
  await client.close();
  await waitFor("the log of the session's end", () => /application=tester/.test(server.output()));
  await server.stop();
  assert.doesNotMatch(server.output(), /geheim|password=postgres/);
  assert.match(server.output(), /user=postgres/);
});
