import assert from "node:assert/strict";
import { createMetrics } from "../observe/metrics.ts";
import { configureLogs } from "../observe/log.ts";
import { HttpListenError, type HttpOptions, type Phase, startHttp } from "./mod.ts";
import { listen } from "./listen.ts";

const host = "127.0.0.1";

function options(extra: Partial<HttpOptions> = {}): HttpOptions {
  return {
    host,
    httpPort: "ephemeral",
    metricsPort: "ephemeral",
    state: { phase: "accepting" },
    metrics: createMetrics(),
    ...extra,
  };
}

async function get(
  port: number | null,
  path: string,
): Promise<{ status: number; type: string; body: unknown }> {
  const response = await fetch(`http://${host}:${port}${path}`);
  const type = response.headers.get("content-type") ?? "";
  const text = await response.text();
  return { status: response.status, type, body: type.includes("json") ? JSON.parse(text) : text };
}

const answers: [phase: Phase, path: string, status: number, body: unknown][] = [
  ["starting", "/health", 200, { status: "healthy" }],
  ["starting", "/ready", 503, { status: "not ready", reason: "starting" }],
  ["accepting", "/health", 200, { status: "healthy" }],
  ["accepting", "/ready", 200, { status: "ready" }],
  ["draining", "/health", 503, { status: "unhealthy" }],
  ["draining", "/ready", 503, { status: "not ready", reason: "draining" }],
  ["accepting", "/metrics", 404, { error: "not found" }],
  ["accepting", "/", 404, { error: "not found" }],
];

Deno.test("probes follow the server's phase", async () => {
  const state: { phase: Phase } = { phase: "starting" };
  const http = await startHttp(options({ state }));
  try {
    for (const [phase, path, status, body] of answers) {
      state.phase = phase;
      const answer = await get(http.httpPort, path);
      assert.deepEqual([phase, path, answer.status, answer.body], [phase, path, status, body]);
      assert.match(answer.type, /^application\/json/);
    }
  } finally {
    await http.stop();
  }
});

Deno.test("nothing may be cached, and HEAD answers as GET does", async () => {
  const http = await startHttp(options());
  try {
    const response = await fetch(`http://${host}:${http.httpPort}/health`, { method: "HEAD" });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.equal(await response.text(), "");
  } finally {
    await http.stop();
  }
});

Deno.test("metrics have a port of their own", async () => {
  const metrics = createMetrics();
  metrics.connectionOpened();
  const http = await startHttp(options({ metrics }));
  try {
    const answer = await get(http.metricsPort, "/metrics");
    assert.equal(answer.status, 200);
    assert.match(answer.type, /^text\/plain; version=0\.0\.4/);
    assert.match(String(answer.body), /^duckgres_connections_open 1$/m);
    assert.deepEqual((await get(http.metricsPort, "/health")).body, { error: "not found" });
  } finally {
    await http.stop();
  }
});

Deno.test("a fault is logged and answered without its text", async () => {
  const lines: string[] = [];
  configureLogs({ level: "info", format: "json", sink: (line) => lines.push(line) });
  const metrics = { contentType: "text/plain", text: () => Promise.reject(new Error("secret='abc'")) };
  const http = await startHttp(options({ metrics }));
  try {
    const answer = await get(http.metricsPort, "/metrics");
    assert.deepEqual([answer.status, answer.body], [500, { error: "internal server error" }]);
    const { level, logger, message, path, error } = JSON.parse(lines.join("\n"));
    assert.deepEqual([level, logger, message, path, error], [
      "error",
      "http",
      "request failed",
      "/metrics",
      "secret=***",
    ]);
  } finally {
    await http.stop();
  }
});

Deno.test("0 switches a port off", async () => {
  const http = await startHttp(options({ httpPort: 0, metricsPort: 0 }));
  assert.deepEqual([http.httpPort, http.metricsPort], [null, null]);
  await http.stop();
});

for (const flag of ["--http-port", "--metrics-port"] as const) {
  Deno.test(`a taken port names ${flag} and leaves none open`, async () => {
    const taken = Deno.listen({ hostname: host, port: 0 });
    const free = Deno.listen({ hostname: host, port: 0 });
    const freePort = free.addr.port;
    free.close();
    const ports = flag === "--http-port"
      ? { httpPort: taken.addr.port, metricsPort: freePort }
      : { httpPort: freePort, metricsPort: taken.addr.port };
    try {
      await assert.rejects(startHttp(options(ports)), (error: unknown) => {
        assert.ok(error instanceof HttpListenError);
        assert.deepEqual([error.flag, error.host, error.port], [flag, host, taken.addr.port]);
        assert.equal(
          error.message,
          `cannot listen on ${host}:${taken.addr.port} (${flag}): the port is in use; ` +
            `choose another port with ${flag}, or switch it off with ${flag} 0`,
        );
        return true;
      });
      Deno.listen({ hostname: host, port: freePort }).close();
    } finally {
      taken.close();
    }
  });
}

Deno.test("a host that is not here is said so", async () => {
  await assert.rejects(startHttp(options({ host: "192.0.2.1" })), {
    name: "HttpListenError",
    message: /^cannot listen on 192\.0\.2\.1:0 \(--http-port\): no such address on this machine; /,
  });
});

Deno.test("stopping lets a running request end", async () => {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const listening = listen(host, 0, "--http-port", () => {
    arrived.resolve();
    return answer.promise;
  });
  const fetched = fetch(`http://${host}:${listening.port}/`).then((response) => response.text());
  await arrived.promise;
  const stopped = listening.stop(60_000);
  await assert.rejects(fetch(`http://${host}:${listening.port}/`), TypeError);
  answer.resolve(new Response("done"));
  assert.equal(await fetched, "done");
  await stopped;
});

Deno.test("stopping does not wait for a request for ever", async () => {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const listening = listen(host, 0, "--http-port", () => {
    arrived.resolve();
    return answer.promise;
  });
  const fetched = fetch(`http://${host}:${listening.port}/`).then((response) => response.text());
  await arrived.promise;
  await listening.stop(0);
  answer.resolve(new Response("late"));
  assert.equal(await fetched, "late");
});

Deno.test("stopping twice is stopping once", async () => {
  const http = await startHttp(options());
  await Promise.all([http.stop(), http.stop()]);
  await assert.rejects(fetch(`http://${host}:${http.httpPort}/health`), TypeError);
});
