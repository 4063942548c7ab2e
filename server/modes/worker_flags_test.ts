import assert from "node:assert/strict";
import { type Config, loadConfig } from "../config/mod.ts";
import { workerFlags } from "./worker_flags.ts";

async function load(argv: string[], env: Record<string, string> = {}): Promise<Config> {
  const loaded = await loadConfig({ argv, env, cwd: "/tmp" });
  if (loaded.kind !== "run") assert.fail(JSON.stringify(loaded));
  return loaded.config;
}

Deno.test("a worker has the settings of its control plane, wherever those came from", async () => {
  const env = { DUCKGRES_EXTENSIONS: "icu,json", DUCKGRES_PROCESS_MIN_WORKERS: "2", DUCKGRES_THREADS: "3" };
  const given = ["--memory-limit=1GB", "--data-dir=x", "--log-level=debug", "--trace-endpoint=c:4318"];
  const parent = await load(["--mode=control-plane", ...given], env);
  const flags = ["--mode=worker", "--duckdb-listen-fd=3", ...workerFlags(parent)];
  const worker = await load(flags, { ...env, DUCKGRES_DUCKDB_TOKEN: "t", DUCKGRES_CONFIG: "not-there.yaml" });
  const shared = [
    "dataDir",
    "extensions",
    "extensionDirectory",
    "memoryLimit",
    "threads",
    "logLevel",
  ] as const;
  for (const name of [...shared, "shutdownTimeout", "slowQueryThreshold", "traceEndpoint"] as const) {
    assert.deepEqual(worker[name], parent[name], name);
  }
  assert.deepEqual([worker.httpPort, worker.metricsPort, worker.configFile], [0, 0, null]);
});

Deno.test("what switches a limit off does so in the worker", async () => {
  const parent = await load(["--mode=control-plane", "--slow-query-threshold=0", "--shutdown-timeout=0"]);
  const flags = ["--mode=worker", "--duckdb-token=t", ...workerFlags(parent)];
  const { slowQueryThreshold, shutdownTimeout, memoryLimit } = await load(flags);
  assert.deepEqual([slowQueryThreshold, shutdownTimeout, memoryLimit], [0, 0, ""]);
});
