import { availableParallelism } from "node:os";
import type { Config } from "../config/mod.ts";
import { leastMemory } from "../control/memory.ts";
import { createPool, type WorkerPool } from "../control/pool.ts";
import { createProcessLauncher, type ProcessLauncher } from "../control/process_launcher.ts";
import { configureLogs, errorFacts, logger } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import { poolMetrics } from "../observe/pool_metrics.ts";
import { bootstrap } from "./bootstrap.ts";
import { sweepSpillFolders, type TargetOf, targetsOf } from "./databases.ts";
import { bundledExtensions } from "./extensions.ts";
import { tolerateGoneConnections } from "./http2_faults.ts";
import { type Engine, serveClients } from "./serving.ts";
import { reportingProblems, StartError } from "./start_problem.ts";
import { resolveTarget } from "./target.ts";
import { workerFlags } from "./worker_flags.ts";

/**
 * Clients on one side, workers on the other: processes with DuckDB in them, which are started when they are needed. Runs
 * until SIGTERM or SIGINT.
 *
 * @returns the exit status
 */
export async function runControlPlane(given: Config): Promise<number> {
  const config = { ...given, extensionDirectory: given.extensionDirectory || bundledExtensions() };
  configureLogs({ level: config.logLevel, format: config.logFormat });
  tolerateGoneConnections();
  return await reportingProblems(async () => {
    const target = resolveTarget(config.target);
    const targetOf = targetsOf(config, target);
    await serveClients(config, target, (metrics) => openEngine(config, targetOf, metrics));
    return 0;
  });
}

async function openEngine(config: Config, targetOf: TargetOf, metrics: Metrics): Promise<Engine> {
  const { workers } = config;
  const maxWorkers = workers.max || defaultMaxWorkers(workers.memoryBudget);
  await bootstrap(config); // the workers find it made
  const launcher = await startLauncher(config);
  const pool: WorkerPool = createPool({
    launcher,
    minWorkers: Math.min(workers.min, maxWorkers),
    maxWorkers,
    retireOnSessionEnd: workers.retireOnSessionEnd,
    queueTimeout: workers.queueTimeout,
    idleTimeout: workers.idleTimeout,
    sessionInitTimeout: config.sessionInitTimeout,
    memory: {
      budget: workers.memoryBudget,
      rebalance: workers.memoryRebalance,
      threads: config.threads || availableParallelism(),
    },
    observer: poolMetrics(metrics.registry, () => pool.counts()),
    log: logger("control"),
  });
  // Clients need not wait for what is started ahead of them; what does not start is tried again.
  pool.start().catch((error) => logger("control").warn("not all workers have started", errorFacts(error)));
  return {
    connect: (identity, signal) => pool.connect(identity, targetOf(identity.user), signal),
    // The pool sees to its own limits: one for the wait, one for the opening.
    connectTimeout: 0,
    notes: [["workers", `up to ${maxWorkers}${workers.min > 0 ? `, ${workers.min} always` : ""}`]],
    async stop(limit) {
      await pool.stop(limit);
      await launcher.close();
    },
  };
}

/** As many as the budget has room for, where each has the least a session may have. */
export function defaultMaxWorkers(memoryBudget: number): number {
  return Math.max(1, Math.floor(memoryBudget / leastMemory));
}

async function startLauncher(config: Config): Promise<ProcessLauncher> {
  const { socketDir } = config.workers;
  try {
    return await createProcessLauncher({
      socketDir,
      args: workerFlags(config),
      instanceId: crypto.randomUUID(),
      // A worker that was killed has left its own.
      onEnded: () => sweepSpillFolders(config),
    });
  } catch (error) {
    throw new StartError(
      `the workers' sockets cannot be made${socketDir && ` in ${socketDir}`}: ${(error as Error).message}; ` +
        "choose another folder with --socket-dir",
    );
  }
}
