import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { type State, states } from "../control/lifecycle.ts";
import type { PoolCounts } from "../control/observer.ts";
import { poolMetrics } from "./pool_metrics.ts";

function setup(given: Partial<Record<State, number>> = {}) {
  const none = Object.fromEntries(states.map((state) => [state, 0])) as Record<State, number>;
  const counts: PoolCounts = { workers: { ...none, ...given }, sessions: 5, queued: 2 };
  const registry = new Registry();
  const observer = poolMetrics(registry, () => counts);
  const sample = async (name: string) => {
    const line = (await registry.metrics()).split("\n").find((each) => each.startsWith(name + " "));
    return line === undefined ? undefined : Number(line.slice(name.length + 1));
  };
  return { observer, sample };
}

Deno.test("how things stand is asked for when the metrics are read", async () => {
  const { sample } = setup({ spawning: 1, idle: 2, hot: 3, lost: 4 });
  assert.equal(await sample("duckgres_control_plane_workers_active"), 5);
  assert.equal(await sample("duckgres_control_plane_worker_queue_depth"), 2);
  assert.equal(await sample('duckgres_org_sessions_active{org=""}'), 5);
  assert.equal(await sample('duckgres_worker_lifecycle_count{state="hot",binding="neutral"}'), 3);
  assert.equal(await sample('duckgres_worker_lifecycle_count{state="hot_idle",binding="neutral"}'), 0);
});

Deno.test("a crash is counted with its reason, from zero", async () => {
  const { observer, sample } = setup();
  assert.equal(await sample('duckgres_org_worker_crashes_total{org=""}'), 0);
  observer.transition("hot", "lost");
  observer.lost("health_check");
  observer.retired("health_check");
  assert.equal(await sample('duckgres_org_worker_crashes_total{org=""}'), 1);
  assert.equal(await sample('duckgres_worker_retired_total{reason="health_check"}'), 1);
  const moved =
    'duckgres_worker_lifecycle_transitions_total{operation="lost",outcome="success",origin="hot"}';
  assert.equal(await sample(moved), 1);
});

Deno.test("starts, waits and checks", async () => {
  const { observer, sample } = setup();
  observer.spawned(0.2);
  observer.spawnFailed("exited");
  observer.acquired(0.03);
  observer.acquireFailed("timeout");
  observer.instanceInvalidated();
  observer.healthCheck(true);
  observer.healthCheck(false);
  assert.equal(await sample("duckgres_control_plane_worker_spawn_seconds_sum"), 0.2);
  assert.equal(await sample('duckgres_worker_spawn_failures_total{reason="exited"}'), 1);
  assert.equal(await sample("duckgres_control_plane_worker_acquire_seconds_count"), 1);
  assert.equal(await sample('duckgres_control_plane_worker_acquire_failures_total{reason="timeout"}'), 1);
  assert.equal(await sample("duckgres_control_plane_worker_instance_invalidated_total"), 1);
  assert.equal(await sample('duckgres_worker_health_checks_total{result="pass"}'), 1);
  assert.equal(await sample('duckgres_worker_health_checks_total{result="fail"}'), 1);
});
