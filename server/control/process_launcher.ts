/** Workers as processes of this machine. */
import { Buffer } from "node:buffer";
import type { Owner } from "../../worker/api/flight/actions.ts";
import { connectWorker } from "../flight/worker_client.ts";
import { forwardLog } from "./worker_log.ts";
import { type Program, thisProgram } from "./program.ts";
import { openSocketFolder, type SocketFolder } from "./socket_folder.ts";
import { type ListeningSocket, listenUnix } from "./unix_socket.ts";
import { type LaunchedWorker, SpawnError, type WorkerLauncher, type WorkerLink } from "./worker.ts";

export interface ProcessLauncherOptions {
  /** Where sockets are made; empty for the default. */
  socketDir: string;
  /** Flags for the worker besides its mode and its socket, e.g. where extensions lie. */
  args: readonly string[];
  /** Added to this process's environment. */
  env?: Readonly<Record<string, string>>;
  /** What this control plane calls itself towards its workers. */
  instanceId: string;
  /** Default: this program. */
  program?: Program;
  /** Called when a worker's process has ended, however it did: removes what it left. Must not reject. */
  onEnded?: () => Promise<void>;
}

export interface ProcessLauncher extends WorkerLauncher {
  /** Removes the sockets' folder; call it when all workers are gone. */
  close(): Promise<void>;
}

/** Milliseconds until a worker must answer, from one question to the next, and for one answer. */
const readyLimit = 20_000;
const readyPeriod = 100;
const answerLimit = 2_000;

/** @throws {Error} where sockets can't be made in the configured folder */
export async function createProcessLauncher(options: ProcessLauncherOptions): Promise<ProcessLauncher> {
  const folder = await openSocketFolder(options.socketDir);
  return {
    launch: (id, signal) => launch(id, signal, folder, options),
    close: () => folder.remove(),
  };
}

async function launch(
  id: number,
  signal: AbortSignal,
  folder: SocketFolder,
  options: ProcessLauncherOptions,
): Promise<LaunchedWorker> {
  if (signal.aborted) throw new SpawnError("canceled", `worker ${id} is not started any more`);
  const address = folder.socket(id);
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex");
  const child = await start(id, address, token, options);
  const owner: Owner = { worker_id: id, cp_instance_id: options.instanceId, owner_epoch: 1 };
  const link = connectWorker({ address: `unix:${address}`, token, owner });
  const exited = ended(id, child, address, options.onEnded);
  const worker: LaunchedWorker = {
    pid: child.pid,
    link,
    exited,
    stop: (signal, patience) => stop(child, exited, signal, patience),
    kill: () => kill(child, "SIGKILL"),
  };
  try {
    await answering(id, worker, signal);
    return worker;
  } catch (error) {
    worker.kill();
    await exited;
    link.close();
    throw error;
  }
}

/** Starts the process with its socket. Its standard input stays open: its end tells the worker that we are gone. */
async function start(
  id: number,
  address: string,
  token: string,
  { program = thisProgram(), args, env }: ProcessLauncherOptions,
): Promise<Deno.ChildProcess> {
  let socket: ListeningSocket | null = null;
  try {
    await Deno.remove(address).catch(() => {});
    const { fd, inherited } = socket = listenUnix(address);
    const command = new Deno.Command(program.command, {
      args: [
        ...program.args,
        "--mode=duckdb-service",
        `--duckdb-listen-fd=${fd}`,
        "--log-format=json",
        ...args,
      ],
      env: { ...environment(), ...env, DUCKGRES_DUCKDB_TOKEN: token },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // Ctrl-C in a terminal is for us; workers end when we say so.
      detached: true,
    });
    return inherited(() => command.spawn());
  } catch (error) {
    await Deno.remove(address).catch(() => {});
    throw new SpawnError("start", `worker ${id} could not be started: ${(error as Error).message}`, error);
  } finally {
    socket?.close();
  }
}

/** Ours, but for what configures a server: that a worker is told by flags. */
function environment(): Record<string, string> {
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("DUCKGRES_"));
  return { ...Object.fromEntries(kept), NO_COLOR: "1" };
}

/** Resolves when the process is gone with all it left, and everything it printed is logged; with how it ended. */
async function ended(
  id: number,
  child: Deno.ChildProcess,
  address: string,
  onEnded: ProcessLauncherOptions["onEnded"],
): Promise<string> {
  const logged = Promise.all([
    forwardLog(id, child.stdout, "info"),
    forwardLog(id, child.stderr, "warn"),
  ]);
  const { code, signal } = await child.status;
  await logged;
  await child.stdin.close().catch(() => {}); // broken, as nobody reads it any more
  await Deno.remove(address).catch(() => {});
  await onEnded?.();
  return signal === null ? `exit status ${code}` : `signal ${signal}`;
}

/** Waits until the worker answers a health check. @throws {SpawnError} */
async function answering(id: number, { link, exited }: LaunchedWorker, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(readyLimit);
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => {});
  const fail = (reason: SpawnError["reason"], what: string) =>
    over.reject(new SpawnError(reason, `worker ${id} ${what}`));
  exited.then((how) => fail("exited", `ended before it answered (${how})`));
  late.addEventListener("abort", () => fail("not_ready", `did not answer within ${readyLimit / 1000} s`));
  const cancel = () => fail("canceled", "is not needed any more");
  signal.addEventListener("abort", cancel);
  try {
    while (!await Promise.race([answers(link), over.promise])) {
      await Promise.race([new Promise((resolve) => setTimeout(resolve, readyPeriod)), over.promise]);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

function answers(link: WorkerLink): Promise<boolean> {
  return link.health(AbortSignal.timeout(answerLimit)).then(({ healthy }) => healthy, () => false);
}

async function stop(
  child: Deno.ChildProcess,
  exited: Promise<string>,
  signal: "SIGINT" | "SIGTERM",
  patience: number,
): Promise<void> {
  kill(child, signal);
  const timer = setTimeout(() => kill(child, "SIGKILL"), patience);
  await exited;
  clearTimeout(timer);
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended.
  }
}
