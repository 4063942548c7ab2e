/** A worker as a process, for clients that speak Flight to it. */
import { extensionDirectory } from "../setup/machine.ts";
import { cleanEnvironment, kill, spawn } from "./command.ts";
import { Output } from "./output.ts";
import { fromSource } from "./server.ts";
import { tempDir } from "./temp.ts";
import { waitFor, within } from "./wait.ts";

export interface WorkerOptions {
  /** Default: a unix socket in a temporary folder. */
  listen?: string;
  /** Flags and target, besides the ports and the data folder. */
  flags?: readonly string[];
  env?: Record<string, string>;
}

export interface Worker extends AsyncDisposable {
  readonly pid: number;
  /** As gRPC names it: `unix:/path` or `host:port`. */
  readonly address: string;
  readonly token: string;
  readonly dataDir: string;
  output(): string;
  signal(signal: Deno.Signal): void;
  readonly status: Promise<Deno.CommandStatus>;
}

/** Starts a worker and waits until it listens. @throws with its output when it ends or stays silent */
export async function startWorker({ listen, flags = [], env = {} }: WorkerOptions = {}): Promise<Worker> {
  const temp = await tempDir();
  const token = crypto.randomUUID();
  const dataDir = `${temp.path}/data`;
  const args = [
    ...fromSource.args,
    "--mode=worker",
    `--duckdb-listen=${listen ?? `unix:${temp.path}/worker.sock`}`,
    "--http-port=0",
    "--metrics-port=0",
    `--data-dir=${dataDir}`,
    `--extension-directory=${extensionDirectory}`,
    ...flags,
  ];
  const child = spawn(fromSource.command, args, {
    cwd: temp.path,
    env: { ...cleanEnvironment(), DUCKGRES_DUCKDB_TOKEN: token, ...env },
  });
  const output = new Output(child.stdout, child.stderr);
  let ended = false;
  child.status.then(() => ended = true);
  const address = () => output.text.match(/^duckgres worker listening on (\S+)$/m)?.[1];
  await waitFor("the worker to listen", () => address() ?? ended);
  if (address() === undefined) throw new Error(`the worker ended at once; it printed: ${output.text}`);
  return {
    pid: child.pid,
    address: address()!,
    token,
    dataDir,
    output: () => output.text,
    signal: (signal) => kill(child, signal),
    status: child.status,
    [Symbol.asyncDispose]: async () => {
      kill(child, "SIGKILL");
      await within("the worker's end", child.status);
      await output.ended;
      await temp[Symbol.asyncDispose]();
    },
  };
}
