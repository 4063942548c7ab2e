import { join } from "node:path";
import process from "node:process";
import { PgError } from "../../worker/api/error.ts";
import { Databases } from "../../worker/databases.ts";
import type { Config } from "../config/mod.ts";
import { HttpListenError, type Phase, startHttp } from "../http/mod.ts";
import { configureLogs, logger } from "../observe/log.ts";
import { createMetrics } from "../observe/metrics.ts";
import { observe } from "../observe/observer.ts";
import { Server } from "../server.ts";
import { catalogBootstrap } from "../sql/catalog/mod.ts";
import { serverVersion } from "../session/guc/table.ts";
import { operatorMacros } from "../sql/mod.ts";
import { Credentials } from "../wire/auth/credentials.ts";
import { RateLimiter } from "../wire/auth/rate_limit.ts";
import { openTls, type TlsIdentity } from "../wire/tls.ts";
import { banner } from "./banner.ts";
import { databasesOf, removeSpillFolder, sweepSpillFolders } from "./databases.ts";
import { bundledExtensions } from "./extensions.ts";
import { resolveTarget } from "./target.ts";

/** Something outside the configuration stops the start, e.g. a taken port. */
const cannotStart = 1;

/**
 * One process: clients on one side, DuckDB on the other. Runs until SIGTERM or SIGINT.
 *
 * @returns the exit status
 */
export async function runStandalone(given: Config): Promise<number> {
  const config = { ...given, extensionDirectory: given.extensionDirectory || bundledExtensions() };
  configureLogs({ level: config.logLevel, format: config.logFormat });
  const databases = new Databases();
  try {
    return await serve(config, databases);
  } catch (error) {
    const sentence = startProblem(error, config);
    if (sentence === null) throw error;
    console.error(`duckgres: ${sentence}`);
    return cannotStart;
  } finally {
    await databases.close();
    await removeSpillFolder(config);
  }
}

async function serve(config: Config, databases: Databases): Promise<number> {
  await sweepSpillFolders(config);
  const target = resolveTarget(config.target);
  const databaseOf = databasesOf(config, target, bootstrap());
  // A shared target is opened at once: what is wrong with it is the start's problem, not the first client's.
  if (target.kind !== "users") await databases.get(databaseOf(""));
  const limiter = new RateLimiter(config.rateLimit);
  const metrics = createMetrics({ rateLimitedIps: () => limiter.bannedAddresses });
  const log = logger("server");
  const server = new Server({
    tls: config.tls.mode,
    identity: tlsIdentity(config),
    credentials: new Credentials((user) => credentialOf(config, user)),
    limiter,
    isSuperuser: (user) => config.users.get(user)?.superuser ?? false,
    locationsAllowed: config.allowedDirectories.length > 0,
    connect: async (identity) => (await databases.get(databaseOf(identity.user))).connect(identity),
    observer: observe({ metrics, log: logger("session"), slowQueryThreshold: config.slowQueryThreshold }),
    idleTimeout: config.idleTimeout,
    sessionInitTimeout: config.sessionInitTimeout,
  });
  const state: { phase: Phase } = { phase: "starting" };
  const { host, httpPort, metricsPort } = config;
  const http = await startHttp({ host, httpPort, metricsPort, state, metrics });
  try {
    const postgres = await server.listen(host, config.port);
    state.phase = "accepting";
    const ports = { postgres, http: http.httpPort ?? 0, metrics: http.metricsPort ?? 0 };
    console.log(banner(config, target, ports));
    await stopSignal(() => server.abort());
    state.phase = "draining";
    log.info("shutting down", { sessions: server.sessionCount });
    await server.stop(config.shutdownTimeout);
    return 0;
  } finally {
    await http.stop();
  }
}

/** Resolves at the first SIGTERM or SIGINT; each later one calls `again`. */
function stopSignal(again: () => void): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = () => {
      if (stopping) return again();
      stopping = true;
      resolve();
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });
}

/** One line for what the operator can mend; `null` for a fault of ours. */
function startProblem(error: unknown, config: Config): string | null {
  if (error instanceof HttpListenError || error instanceof PgError) return oneLine(error);
  const code = (error as { code?: string }).code;
  const where = `port ${config.port} on ${config.host}`;
  if (code === "EADDRINUSE") {
    return `${where} is already in use: choose another with --port, DUCKGRES_PORT or port: in duckgres.yaml`;
  }
  if (code === "EACCES") return `${where} needs privileges: choose one above 1023 with --port`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return `${config.host} is not an address of this machine: choose another with --host`;
  }
  return null;
}

function oneLine(error: Error): string {
  const detail = error instanceof PgError && error.detail ? ` (${error.detail})` : "";
  return `${error.message}${detail}`.replaceAll(/\s+/g, " ");
}

/** What every database has besides the user's own: the catalogue, and the operators the SQL layer rewrites to. */
function bootstrap(): string[] {
  return [...catalogBootstrap({ version: serverVersion }), operatorMacros.join(";\n")];
}

function credentialOf(config: Config, user: string): { kind: "password"; password: string } | null {
  const found = config.users.get(user);
  return found ? { kind: "password", password: found.password } : null;
}

/** The given certificate, or a generated one that stays in the data directory. */
function tlsIdentity(config: Config): TlsIdentity | undefined {
  if (config.tls.mode === "off") return undefined;
  const folder = join(config.dataDir, "certs");
  const { cert, key } = config.tls;
  const files = cert && key
    ? { cert, key, generate: false }
    : { cert: join(folder, "server.crt"), key: join(folder, "server.key"), generate: true };
  return openTls(files, { onProblem: (problem) => logger("tls").warn(problem.message) });
}
