/** OpenTelemetry: one trace from the client's query to the worker that ran it. */
import assert from "node:assert/strict";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { headers } from "../../worker/api/flight/headers.ts";
import { descriptorType, FlightDescriptor } from "../../worker/api/flight/messages.ts";
import { flightService } from "../../worker/api/flight/service.ts";
import { pack } from "../../worker/api/flight/sql_messages.ts";
import { startCollector } from "../support/collector.ts";
import { startControlPlane } from "../support/control_plane.ts";
import { freePort } from "../support/postgres.ts";
import { rows } from "../support/psql.ts";
import { loggedIn } from "../support/raw_client.ts";
import { startServer } from "../support/server.ts";
import { waitFor } from "../support/wait.ts";
import { startWorker } from "../support/worker.ts";

Deno.test("a query is a span of the control plane, and below it one of the worker", async () => {
  await using collector = startCollector();
  const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: "50" };
  await using server = await startControlPlane({ env });
  await using client = await loggedIn(server);
  await client.query("select i from range(10) t(i)");
  await client.query("select * from nowhere");
  const spans = await waitFor("three spans", () => {
    const all = collector.spans().filter(({ name }) => name === "SELECT");
    return all.length >= 3 ? all : null;
  });
  const [good] = spans.filter(({ attributes }) => attributes["duckgres.rows"] === 10)
    .filter(({ service }) => service === "duckgres-control-plane");
  const [below] = spans.filter(({ service }) => service === "duckgres-worker");
  assert.deepEqual([below.traceId, below.parentSpanId], [good.traceId, good.spanId]);
  assert.equal(below.attributes["duckgres.query_id"], good.attributes["duckgres.query_id"]);
  assert.equal(below.attributes["duckgres.pid"], good.attributes["duckgres.pid"]);
  assert.equal(below.attributes["duckgres.rows"], 10);
  const [failed] = spans.filter((span) => span.failed);
  assert.equal(failed.attributes["db.response.status_code"], "42P01");
});

Deno.test("a Flight SQL client's trace goes on in the worker", async () => {
  await using collector = startCollector();
  const env = { DUCKGRES_TRACE_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: "50" };
  await using worker = await startWorker({ env });
  const client = new Client(worker.address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set(headers.authorization, `Bearer ${worker.token}`);
  metadata.set(headers.traceparent, `00-${"1".repeat(32)}-${"2".repeat(16)}-01`);
  metadata.set(headers.queryId, "mine");
  const { path, requestSerialize, responseDeserialize } = flightService.doPut;
  const put = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
  const cmd = pack("CommandStatementUpdate", { query: "create table t as select 1 as i" });
  put.end({ descriptor: FlightDescriptor.encode({ type: descriptorType.command, cmd }) });
  assert.equal((await put.toArray()).length, 1);
  const [span] = await waitFor("the span", () => collector.spans().length > 0 ? collector.spans() : null);
  assert.deepEqual(
    [span.service, span.name, span.traceId, span.parentSpanId, span.attributes["duckgres.query_id"]],
    ["duckgres-worker", "CREATE", "1".repeat(32), "2".repeat(16), "mine"],
  );
  client.close();
});

Deno.test("a standalone server's queries are spans, sent before it ends", async () => {
  await using collector = startCollector();
  await using server = await startServer({ flags: [`--trace-endpoint=${collector.url}`] });
  await using client = await loggedIn(server);
  await client.query("create secret s (type s3, key_id 'AKIAEXAMPLE', secret 'geheim')");
  assert.equal(await server.stop(), 0);
  const [{ service, name, attributes }] = collector.spans();
  assert.deepEqual([service, name], ["duckgres", "CREATE"]);
  assert.deepEqual([attributes["db.user"], attributes["db.system"]], ["postgres", "duckdb"]);
  assert.doesNotMatch(JSON.stringify(attributes), /geheim|AKIAEXAMPLE/);
});

Deno.test("a collector that is not there holds nothing up: the workers still end by themselves", async () => {
  await using server = await startControlPlane({ flags: [`--trace-endpoint=127.0.0.1:${await freePort()}`] });
  assert.deepEqual(await rows(server.url(), "select 1"), ["1"]);
  assert.equal(await server.stop(), 0);
  assert.match(server.output(), /worker ended .*reason=shutdown how="exit status 0"/);
});
