/** A real PostgreSQL server: the oracle of the wire tests and the pace-maker of the benchmarks. */
import net from "node:net";
import path from "node:path";
import { writeSelfSigned } from "../../server/wire/self_signed.ts";
import { machine } from "../setup/machine.ts";
import { kill, run, spawn } from "./command.ts";
import { Output } from "./output.ts";
import { tempDir } from "./temp.ts";
import { waitFor } from "./wait.ts";

export interface PostgresOptions {
  /** How clients log in; user and password are `postgres`. Default `scram-sha-256`. */
  auth?: "scram-sha-256" | "trust" | "password" | "md5";
  /** Settings for `postgresql.conf`. */
  settings?: Record<string, string>;
}

export interface Postgres extends AsyncDisposable {
  port: number;
  /** A connection string for psql and drivers. */
  url: string;
  /** As `postgres --version` says, e.g. `18.4`. */
  version: string;
  /** What the server has logged. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts PostgreSQL on an ephemeral port of 127.0.0.1, TLS on, with an empty cluster that goes away with it. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const programs = machine().postgres;
  if (programs === null) {
    throw new Error('this machine has no PostgreSQL: a test needs testOn(["postgres"], …)');
  }
  const uid = programs.uid ?? undefined;
  const temp = await tempDir(0o755);
  const data = path.join(temp.path, "data");
  const password = path.join(temp.path, "password");
  await Deno.writeTextFile(password, "postgres");
  if (uid !== undefined) await Deno.chown(temp.path, uid, uid);

  const initdb = [
    "-D",
    data,
    "-U",
    "postgres",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
    "--pwfile",
    password,
  ];
  initdb.push(`--auth=${options.auth ?? "scram-sha-256"}`);
  const created = await run(path.join(programs.bin, "initdb"), initdb, { uid, cwd: temp.path });
  if (created.code !== 0) throw new Error(`initdb: ${created.stderr}`);

  const [cert, key] = [path.join(data, "server.crt"), path.join(data, "server.key")];
  writeSelfSigned(cert, key, new Date());
  if (uid !== undefined) {
    await Deno.chown(cert, uid, uid);
    await Deno.chown(key, uid, uid);
  }

  const port = await freePort();
  const settings = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    ssl: "on",
    fsync: "off",
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(path.join(programs.bin, "postgres"), ["-D", data, ...flags], { uid, cwd: temp.path });
  const output = new Output(child.stdout, child.stderr);
  let status: Deno.CommandStatus | null = null;
  child.status.then((ended) => status = ended);

  async function stop(): Promise<void> {
    kill(child, "SIGINT");
    await child.status;
    await output.ended;
    await temp[Symbol.asyncDispose]();
  }
  try {
    const ready = () => output.text.includes("ready to accept connections");
    await waitFor("PostgreSQL to accept connections", () => ready() || status);
    if (status !== null) throw new Error(`PostgreSQL ended: ${output.text}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres?sslmode=require`,
    version: programs.version,
    output: () => output.text,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** A port that was free a moment ago, for programs that cannot listen on 0 themselves. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
