/** A pool with real workers, without a server and its clients in front of it. */
import { join } from "node:path";
import type { MemoryPolicy } from "../../server/control/memory.ts";
import { createPool, type WorkerPool } from "../../server/control/pool.ts";
import { createProcessLauncher } from "../../server/control/process_launcher.ts";
import type { Executor } from "../../worker/api/executor.ts";
import { extensionDirectory } from "../setup/machine.ts";
import { tempDir } from "../support/temp.ts";

export interface RealPool extends AsyncDisposable {
  pool: WorkerPool;
  /** A session on the user's own database. */
  connect(user: string): Promise<Executor>;
}

/** Starts two workers. */
export async function startPool(memory: MemoryPolicy): Promise<RealPool> {
  const dir = await tempDir();
  const launcher = await createProcessLauncher({
    socketDir: join(dir.path, "sockets"),
    args: [
      "--config=",
      "--http-port=0",
      "--metrics-port=0",
      `--extension-directory=${extensionDirectory}`,
      `--data-dir=${join(dir.path, "data")}`,
    ],
    instanceId: crypto.randomUUID(),
  });
  const pool = createPool({
    launcher,
    minWorkers: 2,
    maxWorkers: 2,
    retireOnSessionEnd: false,
    queueTimeout: 60_000,
    idleTimeout: 0,
    sessionInitTimeout: 0,
    memory,
  });
  await pool.start();
  return {
    pool,
    connect: (user) =>
      pool.connect(
        { user, database: user, pid: 1 },
        { path: join(dir.path, `${user}.duckdb`), sandbox: true, allowed_directories: [], bootstrap: [] },
        new AbortController().signal,
      ),
    async [Symbol.asyncDispose]() {
      await pool.stop(0);
      await launcher.close();
      await dir[Symbol.asyncDispose]();
    },
  };
}
