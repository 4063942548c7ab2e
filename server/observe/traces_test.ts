import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import { configureLogs } from "./log.ts";
import { type QueryFacts, startTraces, type Traces } from "./traces.ts";
import { type Collected, startCollector } from "../../tests/support/collector.ts";

const query: QueryFacts = {
  id: "0190b1c2-0000-7000-8000-000000000001",
  sql: "select 1",
  user: "ann",
  database: "sales",
  pid: 7,
};
const noError = { rows: 1, error: null };

/** What a collector got of the spans that `act` made. */
async function traced(act: (traces: Traces) => void): Promise<Collected[]> {
  await using collector = startCollector();
  const traces = await startTraces({ endpoint: collector.url, service: "duckgres-test" });
  assert.ok(traces);
  act(traces);
  await traces.stop();
  return collector.spans();
}

Deno.test("without a collector there are no traces", async () => {
  assert.equal(await startTraces({ endpoint: "", service: "duckgres" }), null);
});

Deno.test("a query is a span that says who ran what, and how many rows it had", async () => {
  const [span, ...rest] = await traced(({ tracer }) => tracer.start(query).end({ rows: 3, error: null }));
  assert.deepEqual(rest, []);
  assert.deepEqual([span.service, span.name, span.parentSpanId, span.failed], [
    "duckgres-test",
    "SELECT",
    "",
    false,
  ]);
  assert.deepEqual(span.attributes, {
    "db.system": "duckdb",
    "db.statement": "select 1",
    "db.user": "ann",
    "db.name": "sales",
    "duckgres.pid": 7,
    "duckgres.query_id": query.id,
    "duckgres.rows": 3,
  });
});

Deno.test("a failed query's span has its SQLSTATE, and no secret in it", async () => {
  const sql = "CREATE SECRET s (TYPE s3, SECRET 'geheim')";
  const error = new PgError("42601", "syntax error: password 'geheim'");
  const [span] = await traced(({ tracer }) => tracer.start({ ...query, sql }).end({ rows: 0, error }));
  assert.equal(span.failed, true);
  assert.equal(span.attributes["db.response.status_code"], "42601");
  assert.match(String(span.attributes["db.statement"]), /^CREATE SECRET s \(/);
  assert.doesNotMatch(JSON.stringify(span), /geheim/);
});

Deno.test("a span continues the trace it is given, and begins one where that is malformed", async () => {
  const spans = await traced(({ tracer }) => {
    const parent = tracer.start(query);
    tracer.start({ ...query, sql: "child" }, parent.traceparent).end(noError);
    parent.end(noError);
    for (const wrong of ["", "nonsense", `00-${"0".repeat(32)}-${"0".repeat(16)}-01`]) {
      tracer.start({ ...query, sql: "alone" }, wrong).end(noError);
    }
  });
  const [child] = spans.filter(({ name }) => name === "CHILD");
  const [parent] = spans.filter(({ name }) => name === "SELECT");
  assert.deepEqual([child.parentSpanId, child.traceId], [parent.spanId, parent.traceId]);
  const alone = spans.filter(({ name }) => name === "ALONE");
  assert.deepEqual(alone.map(({ parentSpanId }) => parentSpanId), ["", "", ""]);
});

Deno.test("a span's name is a word, whatever the text", async () => {
  const texts = ["  -- x\nselect 1", "(select 1)", "", "\n with x as (select 1) from x"];
  const spans = await traced(({ tracer }) => {
    for (const sql of texts) tracer.start({ ...query, sql }).end(noError);
  });
  assert.deepEqual(spans.map(({ name }) => name), ["query", "query", "query", "WITH"]);
});

Deno.test("a collector that refuses is told of once, and ends nothing", async () => {
  const lines: string[] = [];
  configureLogs({ level: "info", format: "json", sink: (line) => lines.push(line) });
  await using collector = startCollector(400);
  const traces = await startTraces({ endpoint: collector.url, service: "duckgres" });
  assert.ok(traces);
  // More than a batch takes.
  for (let i = 0; i < 600; i++) traces.tracer.start(query).end(noError);
  await traces.stop();
  const messages = lines.map((line) => JSON.parse(line)).map((
    { level, logger, message },
  ) => [level, logger, message]);
  assert.deepEqual(messages, [["warn", "traces", "traces cannot be sent"]]);
});
