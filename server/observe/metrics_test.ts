import assert from "node:assert/strict";
import { createMetrics, type Metrics } from "./metrics.ts";
import { queryOutcomes, startOutcome } from "./outcome.ts";

/** Prometheus' text format: the samples by name with labels, and each family's type. */
async function scrape(
  metrics: Metrics,
): Promise<{ samples: Map<string, number>; types: Map<string, string> }> {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  for (const line of (await metrics.text()).split("\n")) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type) types.set(type[1], type[2]);
    if (line === "" || line.startsWith("#")) continue;
    const sample = /^([a-z_]+(?:\{(?:[a-z]+="[^"]*",?)*\})?) (\S+)$/.exec(line);
    assert.ok(sample, `not a sample: ${line}`);
    samples.set(sample[1], Number(sample[2]));
  }
  return { samples, types };
}

Deno.test("a new server's families, with their types", async () => {
  const { samples, types } = await scrape(createMetrics());
  const families: [name: string, type: string][] = [
    ["duckgres_connections_open", "gauge"],
    ["duckgres_connection_duration_seconds", "histogram"],
    ["duckgres_query_total", "counter"],
    ["duckgres_query_duration_seconds", "histogram"],
    ["duckgres_query_cancellations_total", "counter"],
    ["duckgres_auth_failures_total", "counter"],
    ["duckgres_rate_limit_rejects_total", "counter"],
    ["duckgres_rate_limited_ips", "gauge"],
    ["duckgres_session_start_duration_seconds", "histogram"],
    ["duckgres_postgres_session_start_total", "counter"],
    ["duckgres_rows_sent_total", "counter"],
    ["duckgres_bytes_sent_total", "counter"],
    ["process_start_time_seconds", "gauge"],
    ["process_cpu_seconds_total", "counter"],
    ["process_resident_memory_bytes", "gauge"],
  ];
  for (const [name, type] of families) assert.deepEqual([name, types.get(name)], [name, type]);
  assert.equal(samples.get("duckgres_connections_open"), 0);
  assert.equal(samples.get("duckgres_auth_failures_total"), 0);
  assert.ok(!samples.has('duckgres_query_total{org="",status="success",reason="none"}'));
});

Deno.test("every outcome of a known organisation starts at zero", async () => {
  const metrics = createMetrics();
  metrics.org("");
  const { samples } = await scrape(metrics);
  for (const { status, reason } of Object.values(queryOutcomes)) {
    assert.equal(samples.get(`duckgres_query_total{org="",status="${status}",reason="${reason}"}`), 0);
  }
});

Deno.test("what happens is counted", async () => {
  let banned = 0;
  const metrics = createMetrics({ rateLimitedIps: () => banned });
  const org = metrics.org("");
  metrics.connectionOpened();
  metrics.connectionOpened();
  metrics.connectionClosed();
  metrics.authFailed();
  metrics.rateLimited();
  metrics.queryCanceled();
  org.sessionStarted(0.02);
  org.sessionRefused(startOutcome("28P01"));
  org.queryFinished(queryOutcomes.none, 0.002);
  org.queryFinished(queryOutcomes.none, 4);
  org.queryFinished(queryOutcomes.canceled, 4000);
  org.rowsSent(7);
  org.rowsSent(0);
  org.bytesSent(1000);
  org.sessionEnded(90);
  banned = 3;
  const { samples } = await scrape(metrics);
  const expected: [name: string, value: number][] = [
    ["duckgres_connections_open", 1],
    ["duckgres_auth_failures_total", 1],
    ["duckgres_rate_limit_rejects_total", 1],
    ["duckgres_rate_limited_ips", 3],
    ["duckgres_query_cancellations_total", 1],
    ['duckgres_postgres_session_start_total{org="",outcome="success",reason="none"}', 1],
    ['duckgres_postgres_session_start_total{org="",outcome="failure",reason="auth"}', 1],
    ['duckgres_session_start_duration_seconds_count{org="",protocol="postgres",outcome="success"}', 1],
    ['duckgres_query_total{org="",status="success",reason="none"}', 2],
    ['duckgres_query_total{org="",status="failure",reason="canceled"}', 1],
    ['duckgres_query_total{org="",status="failure",reason="user"}', 0],
    ['duckgres_query_duration_seconds_bucket{le="0.001",org=""}', 0],
    ['duckgres_query_duration_seconds_bucket{le="0.0025",org=""}', 1],
    ['duckgres_query_duration_seconds_bucket{le="5",org=""}', 2],
    ['duckgres_query_duration_seconds_bucket{le="1800",org=""}', 2],
    ['duckgres_query_duration_seconds_bucket{le="+Inf",org=""}', 3],
    ['duckgres_query_duration_seconds_sum{org=""}', 4004.002],
    ['duckgres_query_duration_seconds_count{org=""}', 3],
    ['duckgres_rows_sent_total{org=""}', 7],
    ['duckgres_bytes_sent_total{org=""}', 1000],
    ['duckgres_connection_duration_seconds_bucket{le="60",org=""}', 0],
    ['duckgres_connection_duration_seconds_bucket{le="600",org=""}', 1],
  ];
  for (const [name, value] of expected) assert.deepEqual([name, samples.get(name)], [name, value]);
});

Deno.test("organisations are counted apart, and each is bound once", async () => {
  const metrics = createMetrics();
  assert.equal(metrics.org("a"), metrics.org("a"));
  metrics.org("a").rowsSent(1);
  metrics.org("b").rowsSent(2);
  const { samples } = await scrape(metrics);
  assert.equal(samples.get('duckgres_rows_sent_total{org="a"}'), 1);
  assert.equal(samples.get('duckgres_rows_sent_total{org="b"}'), 2);
});

Deno.test("two servers in a process share nothing", async () => {
  const one = createMetrics();
  const other = createMetrics();
  one.authFailed();
  assert.equal((await scrape(one)).samples.get("duckgres_auth_failures_total"), 1);
  assert.equal((await scrape(other)).samples.get("duckgres_auth_failures_total"), 0);
});

Deno.test("the process tells of itself", async () => {
  const { samples } = await scrape(createMetrics());
  const now = Date.now() / 1000;
  const started = samples.get("process_start_time_seconds") ?? 0;
  assert.ok(started > now - 86_400 && started <= now, `${started}`);
  assert.ok(samples.get("process_cpu_seconds_total")! > 0);
  assert.ok(samples.get("process_resident_memory_bytes")! > 1e6);
  assert.ok(samples.get("process_heap_bytes")! > 1e5);
});

Deno.test({
  name: "the process tells of its descriptors",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const metrics = createMetrics();
    const before = (await scrape(metrics)).samples;
    const file = await Deno.open("/dev/null");
    const after = (await scrape(metrics)).samples;
    file.close();
    assert.equal(after.get("process_open_fds")! - before.get("process_open_fds")!, 1);
    assert.ok(before.get("process_max_fds")! >= before.get("process_open_fds")!);
  },
});
