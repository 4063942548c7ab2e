/** A control plane as a process, and what it says of its workers. */
import path from "node:path";
import { type Server, type ServerOptions, startServer } from "./server.ts";
import { tempDir } from "./temp.ts";
import { waitFor } from "./wait.ts";

export interface ControlPlane extends Server {
  /** The folder of its workers' sockets; nothing else is in it. */
  readonly socketDir: string;
  /** The processes of the workers that have started so far, ended ones included, oldest first. */
  workerPids(): number[];
  /** Waits until so many have started, and answers them. */
  workersStarted(count: number): Promise<number[]>;
}

/** As {@linkcode startServer}, with workers. */
export async function startControlPlane(options: ServerOptions = {}): Promise<ControlPlane> {
  const temp = await tempDir();
  const socketDir = path.join(temp.path, "sockets");
  const flags = ["--mode=control-plane", `--socket-dir=${socketDir}`, ...(options.flags ?? [])];
  const server = await startServer({ ...options, flags });
  const workerPids = () => {
    return [...server.output().matchAll(/worker started .*worker_pid=(\d+)/g)].map(([, pid]) => Number(pid));
  };
  return {
    ...server,
    socketDir,
    workerPids,
    workersStarted(count) {
      return waitFor(`${count} workers`, () => workerPids().length >= count ? workerPids() : null);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await temp[Symbol.asyncDispose]();
    },
  };
}
