/** What a control plane's pool of workers tells, as metrics. Names and labels are those of the Go system. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { type State, states } from "../control/lifecycle.ts";
import type { PoolCounts, PoolObserver } from "../control/observer.ts";

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** States of workers that answer. */
const active: readonly State[] = ["idle", "reserved", "activating", "hot", "hot_idle", "draining"];

/**
 * Adds the pool's metrics to a registry.
 *
 * @param counts asked when the metrics are read
 */
export function poolMetrics(registry: Registry, counts: () => PoolCounts): PoolObserver {
  const registers = [registry];
  registerCounts(registry, counts);
  const acquire = new Histogram({
    name: "duckgres_control_plane_worker_acquire_seconds",
    help: "How long sessions waited for a worker.",
    buckets: seconds,
    registers,
  });
  const spawn = new Histogram({
    name: "duckgres_control_plane_worker_spawn_seconds",
    help: "How long workers took from their start to their first answer.",
    buckets: seconds,
    registers,
  });
  const acquireFailures = new Counter({
    name: "duckgres_control_plane_worker_acquire_failures_total",
    help: "Sessions that got no worker, by why.",
    labelNames: ["reason"],
    registers,
  });
  const spawnFailures = new Counter({
    name: "duckgres_worker_spawn_failures_total",
    help: "Workers that did not come up, by why.",
    labelNames: ["reason"],
    registers,
  });
  const transitions = new Counter({
    name: "duckgres_worker_lifecycle_transitions_total",
    help: "Workers that went from one state (origin) to another (operation).",
    labelNames: ["operation", "outcome", "origin"],
    registers,
  });
  const retired = new Counter({
    name: "duckgres_worker_retired_total",
    help: "Workers that ended, by why.",
    labelNames: ["reason"],
    registers,
  });
  const crashes = new Counter({
    name: "duckgres_org_worker_crashes_total",
    help: "Workers that ended by themselves or were given up.",
    labelNames: ["org"],
    registers,
  });
  const invalidated = new Counter({
    name: "duckgres_control_plane_worker_instance_invalidated_total",
    help: "Workers whose DuckDB gave up after a fatal error.",
    registers,
  });
  const healthChecks = new Counter({
    name: "duckgres_worker_health_checks_total",
    help: "Health checks of workers, by result.",
    labelNames: ["result"],
    registers,
  });
  const passed = healthChecks.labels("pass");
  const failed = healthChecks.labels("fail");
  // A rate needs a zero to rise from.
  for (const counter of [passed, failed, crashes.labels("")]) counter.inc(0);
  return {
    spawned: (took) => spawn.observe(took),
    spawnFailed: (reason) => spawnFailures.labels(reason).inc(),
    acquired: (took) => acquire.observe(took),
    acquireFailed: (reason) => acquireFailures.labels(reason).inc(),
    transition: (from, to) => transitions.labels(to, "success", from).inc(),
    retired: (reason) => retired.labels(reason).inc(),
    lost: () => crashes.labels("").inc(),
    instanceInvalidated: () => invalidated.inc(),
    healthCheck: (pass) => (pass ? passed : failed).inc(),
  };
}

function registerCounts(registry: Registry, counts: () => PoolCounts): void {
  const registers = [registry];
  new Gauge({
    name: "duckgres_control_plane_workers_active",
    help: "Workers that answer.",
    registers,
    collect() {
      const { workers } = counts();
      this.set(active.reduce((sum, state) => sum + workers[state], 0));
    },
  });
  new Gauge({
    name: "duckgres_control_plane_worker_queue_depth",
    help: "Sessions that wait for a worker.",
    registers,
    collect() {
      this.set(counts().queued);
    },
  });
  new Gauge({
    name: "duckgres_org_sessions_active",
    help: "Sessions on workers.",
    labelNames: ["org"],
    registers,
    collect() {
      this.set({ org: "" }, counts().sessions);
    },
  });
  new Gauge({
    name: "duckgres_worker_lifecycle_count",
    help: "Workers by state.",
    labelNames: ["state", "binding"],
    registers,
    collect() {
      const { workers } = counts();
      for (const state of states) this.set({ state, binding: "neutral" }, workers[state]);
    },
  });
}
