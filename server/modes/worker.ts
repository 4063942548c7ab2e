import { Databases } from "../../worker/databases.ts";
import type { DatabaseTarget } from "../../worker/api/flight/actions.ts";
import type { LocalDatabase } from "../../worker/database.ts";
import { parentGone } from "./parent.ts";
import {
  type FlightServer,
  type FlightServerOptions,
  startFlightServer,
} from "../../worker/flight/server.ts";
import { flightSqlHandlers } from "../../worker/flight/sql/mod.ts";
import type { Config } from "../config/mod.ts";
import { type Phase, startHttp } from "../http/mod.ts";
import { configureLogs, errorFacts, logger } from "../observe/log.ts";
import { createWorkerMetrics } from "../observe/worker_metrics.ts";
import { type QueryWatcher, queryWatcher } from "../observe/query_watcher.ts";
import { startTraces } from "../observe/traces.ts";
import { openTls } from "../wire/tls.ts";
import { hostPort } from "./banner.ts";
import { bootstrap } from "./bootstrap.ts";
import { certificateFiles } from "./certificate.ts";
import { databaseSpec, removeSpillFolder, sharedTarget, sweepSpillFolders } from "./databases.ts";
import { bundledExtensions } from "./extensions.ts";
import { tolerateGoneConnections, unlessGone } from "./http2_faults.ts";
import { serviceNames } from "./serving.ts";
import { stopSignal } from "./signals.ts";
import { reportingProblems, StartError } from "./start_problem.ts";
import { resolveTarget } from "./target.ts";
import { watchQueries } from "./watched_queries.ts";

type Service = NonNullable<Config["service"]>;

/**
 * A DuckDB behind Arrow Flight SQL. Runs until SIGTERM (running queries may finish), SIGINT (at once), or, where it was
 * given a socket by the process that started it, until that process is gone.
 *
 * @returns the exit status
 */
export async function runWorker(given: Config): Promise<number> {
  const config = { ...given, extensionDirectory: given.extensionDirectory || bundledExtensions() };
  configureLogs({ level: config.logLevel, format: config.logFormat });
  tolerateGoneConnections();
  const databases = new Databases();
  try {
    return await reportingProblems(async () => {
      await serve(config, databases);
      return 0;
    });
  } finally {
    await databases.close();
    await removeSpillFolder(config);
  }
}

async function serve(config: Config, databases: Databases): Promise<void> {
  await sweepSpillFolders(config);
  const log = logger("worker");
  const traces = await startTraces({ endpoint: config.traceEndpoint, service: serviceNames.worker });
  const watcher = queryWatcher({ log: logger("query"), tracer: traces?.tracer });
  const target = resolveTarget(config.target);
  const own = sharedTarget(target.kind === "users" ? { kind: "memory" } : target, false, config);
  const always = await bootstrap(config);
  const watch = watcher === null ? (database: LocalDatabase) => database : watching(watcher);
  const open = async (wanted: DatabaseTarget) =>
    watch(await databases.get(databaseSpec(config, always, wanted)));
  // What is wrong with the worker's own database is the start's problem, not the first client's.
  if (config.target !== null) await open(own);
  const server = await listen(config, {
    openDatabase: (wanted) => open(wanted ?? own),
    flightSql: flightSqlHandlers,
    onLogQuery: (entries) => {
      for (const entry of entries) log.debug("query log", { entry: JSON.stringify(entry) });
    },
    onFault: (error) => log.error("internal error", errorFacts(error)),
  });
  try {
    await serveUntilStopped(server, config);
  } finally {
    await Promise.all([server.stop().catch(unlessGone), traces?.stop()]);
  }
}

/** The same database, always by the same object, whose sessions' queries the watcher hears of. */
function watching(watcher: QueryWatcher): (database: LocalDatabase) => LocalDatabase {
  const watched = new Map<LocalDatabase, LocalDatabase>();
  return (database) => {
    const known = watched.get(database);
    if (known) return known;
    const made: LocalDatabase = {
      async connect(identity) {
        const executor = await database.connect(identity);
        watchQueries(executor, identity, watcher);
        return executor;
      },
      close: () => database.close(),
    };
    watched.set(database, made);
    return made;
  };
}

/** @throws {StartError} where the address cannot be had */
async function listen(
  config: Config,
  parts: Pick<FlightServerOptions, "openDatabase" | "flightSql" | "onLogQuery" | "onFault">,
): Promise<FlightServer> {
  const { listen, token, maxSessions } = config.service!;
  const address = "host" in listen && config.tls.mode !== "off"
    ? { ...listen, ...await certificateOf(config) }
    : listen;
  try {
    return await startFlightServer({ ...parts, listen: address, token, maxSessions });
  } catch (error) {
    throw new StartError(
      `cannot listen on ${nameOf(listen)}: ${(error as Error).message}; ` +
        "choose another address with --duckdb-listen or DUCKGRES_DUCKDB_LISTEN",
    );
  }
}

async function certificateOf(config: Config): Promise<{ cert: string; key: string }> {
  const files = certificateFiles(config);
  openTls(files); // makes one where there is none, and says what is wrong with the one there is
  const [cert, key] = await Promise.all([Deno.readTextFile(files.cert), Deno.readTextFile(files.key)]);
  return { cert, key };
}

async function serveUntilStopped(server: FlightServer, config: Config): Promise<void> {
  const { host, httpPort, metricsPort, shutdownTimeout } = config;
  const { listen } = config.service!;
  const state: { phase: Phase } = { phase: "starting" };
  const metrics = createWorkerMetrics(() => server.health());
  const http = await startHttp({ host, httpPort, metricsPort, state, metrics });
  try {
    state.phase = "accepting";
    console.log(`duckgres worker listening on ${nameOf(listen, server.port)}`);
    const stopped = stopSignal(() => void server.drain(0));
    const reason = await ("fd" in listen ? Promise.race([stopped, parentGone()]) : stopped);
    state.phase = "draining";
    logger("worker").info("shutting down", { reason, sessions: server.health().sessions });
    if (reason === "parent gone") endSoon();
    await server.drain(reason === "SIGTERM" ? shutdownTimeout : 0);
  } finally {
    await http.stop();
  }
}

/** Nobody is left to end a worker that takes long to close. What was acknowledged is in the databases' logs. */
function endSoon(): void {
  Deno.unrefTimer(setTimeout(() => Deno.exit(1), orphanLimit));
}

/** Milliseconds. */
const orphanLimit = 5_000;

function nameOf(listen: Service["listen"], port?: number | null): string {
  if ("fd" in listen) return `descriptor ${listen.fd}`;
  return "path" in listen ? `unix:${listen.path}` : hostPort(listen.host, port ?? listen.port);
}
