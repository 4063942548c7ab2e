/** What the modes that PostgreSQL clients connect to share: everything but where statements run. */
import { type Config } from "../config/mod.ts";
import { type Phase, startHttp } from "../http/mod.ts";
import { logger } from "../observe/log.ts";
import { createMetrics, type Metrics } from "../observe/metrics.ts";
import { observe } from "../observe/observer.ts";
import { startTraces } from "../observe/traces.ts";
import { Server, type ServerOptions } from "../server.ts";
import { Credentials } from "../wire/auth/credentials.ts";
import { RateLimiter } from "../wire/auth/rate_limit.ts";
import { openTls } from "../wire/tls.ts";
import { banner, type BannerLine } from "./banner.ts";
import { certificateFiles } from "./certificate.ts";
import { stopSignal } from "./signals.ts";
import { StartError } from "./start_problem.ts";
import type { Target } from "./target.ts";

/** What statements run on: DuckDB in this process, or workers. */
export interface Engine {
  connect: ServerOptions["connect"];
  /** How long `connect` may take, in milliseconds. */
  connectTimeout: number;
  /** What the banner says of it. */
  notes: readonly BannerLine[];
  /** Ends it; no session is left. @param limit what is left of the drain, in milliseconds */
  stop(limit: number): Promise<void>;
}

/**
 * Serves clients until SIGTERM or SIGINT, then lets running statements finish.
 *
 * @param startEngine where it throws, it has cleaned up behind itself
 * @throws {StartError} and others of {@linkcode reportingProblems} when it cannot start
 */
export async function serveClients(
  config: Config,
  target: Target,
  startEngine: (metrics: Metrics) => Promise<Engine>,
): Promise<void> {
  const limiter = new RateLimiter(config.rateLimit);
  const metrics = createMetrics({ rateLimitedIps: () => limiter.bannedAddresses });
  const traces = await startTraces({ endpoint: config.traceEndpoint, service: serviceNames[config.mode] });
  const engine = await startEngine(metrics);
  let drained = 0;
  const overdue: { timer?: ReturnType<typeof setTimeout> } = {};
  const exitWithin = (limit: number) => {
    clearTimeout(overdue.timer);
    overdue.timer = setTimeout(exitOverdue, limit + stoppingLimit);
  };
  try {
    const server = new Server({
      tls: config.tls.mode,
      identity: config.tls.mode === "off" ? undefined : openTls(certificateFiles(config), {
        onProblem: (problem) => logger("tls").warn(problem.message),
      }),
      credentials: new Credentials((user) => credentialOf(config, user)),
      limiter,
      isSuperuser: (user) => config.users.get(user)?.superuser ?? false,
      locationsAllowed: config.allowedDirectories.length > 0,
      connect: (identity, signal) => engine.connect(identity, signal),
      observer: observe({
        metrics,
        log: logger("session"),
        slowQueryThreshold: config.slowQueryThreshold,
        tracer: traces?.tracer,
      }),
      idleTimeout: config.idleTimeout,
      sessionInitTimeout: engine.connectTimeout,
    });
    drained = await serve(server, config, target, engine.notes, metrics, exitWithin);
  } finally {
    await engine.stop(Math.max(0, config.shutdownTimeout - drained));
    await traces?.stop();
    clearTimeout(overdue.timer);
  }
}

/** What the rest of stopping may take behind the drain, in milliseconds. */
const stoppingLimit = 10_000;

/** DuckDB cannot be interrupted while it binds a statement, and does not close before. What was committed is in its log. */
function exitOverdue(): never {
  logger("server").warn("a statement does not let itself be interrupted: exiting without its end");
  Deno.exit(1);
}

/** @returns how long it drained, in milliseconds */
async function serve(
  server: Server,
  config: Config,
  target: Target,
  notes: readonly BannerLine[],
  metrics: Metrics,
  exitWithin: (limit: number) => void,
): Promise<number> {
  const state: { phase: Phase } = { phase: "starting" };
  const { host, httpPort, metricsPort } = config;
  const http = await startHttp({ host, httpPort, metricsPort, state, metrics });
  try {
    const postgres = await server.listen(host, config.port).catch((error) =>
      Promise.reject(listenProblem(error, config))
    );
    state.phase = "accepting";
    const ports = { postgres, http: http.httpPort ?? 0, metrics: http.metricsPort ?? 0 };
    console.log(banner(config, target, ports, notes));
    await stopSignal(() => {
      server.abort();
      exitWithin(0);
    });
    exitWithin(config.shutdownTimeout);
    state.phase = "draining";
    const began = performance.now();
    logger("server").info("shutting down", { sessions: server.sessionCount });
    await server.stop(config.shutdownTimeout);
    return performance.now() - began;
  } finally {
    await http.stop();
  }
}

/** What OpenTelemetry calls each mode. */
export const serviceNames = {
  "standalone": "duckgres",
  "control-plane": "duckgres-control-plane",
  "worker": "duckgres-worker",
} as const satisfies Record<Config["mode"], string>;

function credentialOf(config: Config, user: string): { kind: "password"; password: string } | null {
  const found = config.users.get(user);
  return found ? { kind: "password", password: found.password } : null;
}

/** What the operator can mend, in a sentence; any other error as it is. */
function listenProblem(error: unknown, { host, port }: Config): unknown {
  const where = `port ${port} on ${host}`;
  switch ((error as { code?: string }).code) {
    case "EADDRINUSE":
      return new StartError(
        `${where} is already in use: choose another with --port, DUCKGRES_PORT or port: in duckgres.yaml`,
      );
    case "EACCES":
      return new StartError(`${where} needs privileges: choose one above 1023 with --port`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new StartError(`${host} is not an address of this machine: choose another with --host`);
    default:
      return error;
  }
}
