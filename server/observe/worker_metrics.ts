import { Gauge, Registry } from "prom-client";
import type { Health } from "../../worker/api/flight/actions.ts";
import { registerProcessMetrics } from "./process_metrics.ts";

/** A worker's own metrics in Prometheus' text format. */
export interface WorkerMetrics {
  readonly contentType: string;
  text(): Promise<string>;
}

/** @param health asked when the metrics are read */
export function createWorkerMetrics(health: () => Health): WorkerMetrics {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: (health: Health) => number) => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value(health()));
      },
    });
  };
  gauge("duckgres_worker_sessions", "Sessions on this worker.", ({ sessions }) => sessions);
  gauge("duckgres_worker_active_queries", "Sessions that run a query.", (now) => now.active_queries);
  gauge("duckgres_worker_memory_bytes", "Memory DuckDB uses, in bytes.", (now) => now.memory_bytes);
  gauge(
    "duckgres_worker_instance_invalidated",
    "Whether DuckDB gave up after a fatal error: 1 or 0.",
    (now) => Number(now.instance_invalidated),
  );
  registerProcessMetrics(registry);
  return { contentType: registry.contentType, text: () => registry.metrics() };
}
