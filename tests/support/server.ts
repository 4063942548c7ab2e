/** The program under test: duckgres as a process, from the sources or as the compiled executable. */
import path from "node:path";
import { extensionDirectory } from "../setup/machine.ts";
import { cleanEnvironment, type Ended, kill, run, spawn } from "./command.ts";
import { Output } from "./output.ts";
import { root } from "./paths.ts";
import { tempDir } from "./temp.ts";
import { waitFor, within } from "./wait.ts";

export interface ServerOptions {
  /** Flags and target, besides the ports and the data folder. */
  flags?: readonly string[];
  /** The text of a configuration file. */
  config?: string;
  /** Default: a temporary folder that goes away with the server. */
  dataDir?: string;
  env?: Record<string, string>;
  /** Default 0, an ephemeral port. */
  port?: number;
  /** Whether `/health` and `/metrics` are served too, on free ports. */
  http?: { httpPort: number; metricsPort: number };
  /** Default: the sources on this Deno. */
  program?: Program;
  /** Whether its garbage can be collected (garbage.ts); of the sources only. */
  inspected?: boolean;
}

/** How duckgres is started. */
export interface Program {
  command: string;
  args: readonly string[];
  /** Exactly this environment, instead of the tests' own. */
  env?: Record<string, string>;
}

/** From the sources. */
export const fromSource: Program = {
  command: Deno.execPath(),
  args: ["run", "-A", "--no-check", "--config", path.join(root, "deno.json"), path.join(root, "main.ts")],
};

/** With V8's inspector on a port of its own. */
const inspected: Program = {
  ...fromSource,
  args: fromSource.args.toSpliced(1, 0, "--inspect=127.0.0.1:0"),
};

export interface Server extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** For psql and drivers; user and password `postgres` unless told otherwise. */
  url(user?: string, password?: string, database?: string): string;
  /** Everything printed so far, logs included. */
  output(): string;
  /** SIGTERM; waits for the end and returns the exit status. */
  stop(): Promise<number>;
  /** SIGKILL; waits for the end. */
  kill(): Promise<void>;
  signal(signal: Deno.Signal): void;
  /** The exit status, once it has ended. */
  readonly status: Promise<Deno.CommandStatus>;
}

/** Starts the server and waits until it accepts. @throws with its output when it ends or stays silent. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const temp = await tempDir();
  const program = options.program ?? (options.inspected ? inspected : fromSource);
  const dataDir = options.dataDir ?? path.join(temp.path, "data");
  const args = [...program.args, ...await argumentsOf(options, temp.path, dataDir)];
  const env = { ...(program.env ?? cleanEnvironment()), ...options.env };
  const child = spawn(program.command, args, { cwd: temp.path, env });
  const output = new Output(child.stdout, child.stderr);
  let ended: Deno.CommandStatus | null = null;
  child.status.then((status) => ended = status);

  async function end(signal: Deno.Signal): Promise<number> {
    if (ended === null) kill(child, signal);
    const { code } = await within(`the server to end after ${signal}: ${output.text}`, child.status);
    await output.ended;
    await temp[Symbol.asyncDispose]();
    return code;
  }

  let port: number;
  try {
    const listening = () => output.text.match(/listening on 127\.0\.0\.1:(\d+)/)?.[1];
    await waitFor("the server to listen", () => listening() ?? ended);
    if (ended !== null) throw new Error("the server ended at once");
    port = Number(listening());
  } catch (error) {
    await end("SIGKILL");
    throw new Error(`${(error as Error).message}; it printed: ${output.text}`, { cause: error });
  }
  return {
    port,
    pid: child.pid,
    dataDir,
    url: (user = "postgres", password = "postgres", database = user) =>
      `postgresql://${user}:${password}@127.0.0.1:${port}/${database}?sslmode=require`,
    output: () => output.text,
    stop: () => end("SIGTERM"),
    kill: async () => void await end("SIGKILL"),
    signal: (signal) => kill(child, signal),
    status: child.status,
    [Symbol.asyncDispose]: async () => void await end("SIGKILL"),
  };
}

/** A start that is expected to fail. */
export interface FailingStart {
  /** All the flags there are, target included. */
  flags?: readonly string[];
  env?: Record<string, string>;
  /** Files in the folder it is started in, by name. */
  files?: Record<string, string>;
  program?: Program;
}

/** Runs the program in a folder of its own until it ends by itself. */
export async function failToStart(start: FailingStart): Promise<Ended> {
  await using temp = await tempDir();
  for (const [name, text] of Object.entries(start.files ?? {})) {
    await Deno.writeTextFile(path.join(temp.path, name), text);
  }
  const program = start.program ?? fromSource;
  const env = { ...(program.env ?? cleanEnvironment()), ...start.env };
  const args = [...program.args, ...(start.flags ?? [])];
  return await run(program.command, args, { cwd: temp.path, env, timeout: 30_000 });
}

async function argumentsOf(options: ServerOptions, folder: string, dataDir: string): Promise<string[]> {
  const { httpPort, metricsPort } = options.http ?? { httpPort: 0, metricsPort: 0 };
  const args = [`--port=${options.port ?? 0}`, `--http-port=${httpPort}`, `--metrics-port=${metricsPort}`];
  args.push(`--data-dir=${dataDir}`);
  if (options.program === undefined) args.push(`--extension-directory=${extensionDirectory}`);
  if (options.config !== undefined) {
    const file = path.join(folder, "test.yaml");
    await Deno.writeTextFile(file, options.config);
    args.push(`--config=${file}`);
  }
  return [...modeFlags(options, folder), ...args, ...(options.flags ?? [])];
}

/** `deno task test --mode control-plane` runs tests that know nothing of workers with workers all the same. */
function modeFlags({ flags = [] }: ServerOptions, folder: string): string[] {
  const mode = Deno.env.get("TEST_MODE");
  if (mode === undefined || flags.some((flag) => flag.startsWith("--mode"))) return [];
  return [`--mode=${mode}`, `--socket-dir=${path.join(folder, "sockets")}`];
}
