/**
 * Every option once. YAML keys, `DUCKGRES_*` environment variables, command line flags, `--help` and
 * `docs/configuration.md` are all made from this table.
 */
import {
  address,
  boolean,
  duration,
  endpoint,
  extension,
  type Kind,
  listenAddress,
  listOf,
  location,
  memory,
  oneOf,
  orEmpty,
  orNull,
  path,
  port,
  token,
  wholeNumber,
} from "./kinds.ts";

/** What a process can be. */
export const modes = ["standalone", "control-plane", "worker"] as const;
export type Mode = typeof modes[number];

/** One option. Names are `null` where it cannot be given that way. */
export interface Option<T> {
  /** Key in the configuration file, with dots for nesting. */
  yaml: string | null;
  /** Environment variable, without `DUCKGRES_`. */
  env: string | null;
  /** Command line flag, without dashes. */
  flag: string | null;
  /** A variable that other programs read too, by its whole name; it decides over `env`. */
  sharedEnv?: string;
  /** The modes it means something in, where not in all. */
  modes?: readonly Mode[];
  kind: Kind<T>;
  /** As it would be written; empty for an empty list or text. */
  default: string;
  /** What an empty default means, for the reader. */
  defaultMeans?: string;
  group: Group;
  /** Whole sentences, for `--help` and the reference page. */
  help: string;
}

/** Headings of `--help` and the reference page, in their order. */
export const groups = [
  "General",
  "Network",
  "TLS",
  "Data",
  "Limits",
  "Control plane",
  "Worker",
  "Logs and traces",
] as const;
export type Group = typeof groups[number];

/** Only so that each row's type is that of its kind. */
function option<const T>(row: Option<T>): Option<T> {
  return row;
}

/** The modes that PostgreSQL clients connect to. */
const serving = ["standalone", "control-plane"] as const;

export const options = {
  mode: option({
    yaml: null,
    env: "MODE",
    flag: "mode",
    kind: oneOf("MODE", [...modes, "duckdb-service"], ["reshard-runner"]),
    default: "standalone",
    group: "General",
    help:
      "What this process is. standalone: a server with DuckDB in it. control-plane: a server whose DuckDBs are in " +
      "worker processes. worker (also duckdb-service): a DuckDB behind Arrow Flight SQL.",
  }),
  configFile: option({
    yaml: null,
    env: "CONFIG",
    flag: "config",
    kind: orEmpty(path),
    default: "",
    defaultMeans: "duckgres.yaml in the current folder, if there is one",
    group: "General",
    help: "The configuration file (YAML).",
  }),
  shutdownTimeout: option({
    yaml: "shutdown_timeout",
    env: "SHUTDOWN_TIMEOUT",
    flag: "shutdown-timeout",
    kind: duration("at once"),
    default: "30s",
    group: "General",
    help:
      "How long running statements may go on after SIGTERM or SIGINT: the drain of a standalone server, a control plane " +
      "and a worker. (A worker that gets SIGINT ends at once.)",
  }),
  host: option({
    yaml: "host",
    env: "HOST",
    flag: "host",
    kind: address,
    default: "127.0.0.1",
    group: "Network",
    help:
      "Address to listen on. Any but a loopback address needs users other than postgres with password postgres.",
  }),
  port: option({
    yaml: "port",
    env: "PORT",
    flag: "port",
    kind: port,
    default: "5432",
    group: "Network",
    modes: serving,
    help: "Port for PostgreSQL clients. 0 takes any free one.",
  }),
  httpPort: option({
    yaml: "http_port",
    env: "HTTP_PORT",
    flag: "http-port",
    kind: port,
    default: "8080",
    group: "Network",
    help: "Port for HTTP: /health and /ready. 0 switches it off.",
  }),
  metricsPort: option({
    yaml: "metrics_port",
    env: "METRICS_PORT",
    flag: "metrics-port",
    kind: port,
    default: "9090",
    group: "Network",
    help: "Port for Prometheus metrics: /metrics. 0 switches it off.",
  }),
  tlsMode: option({
    yaml: "tls.mode",
    env: "TLS",
    flag: "tls",
    kind: oneOf("MODE", ["required", "optional", "off"]),
    default: "required",
    group: "TLS",
    help:
      "Whether clients must use TLS. In the file also short: tls: optional. For a worker that listens on TCP: " +
      "required, or off on a loopback address.",
  }),
  cert: option({
    yaml: "tls.cert",
    env: "CERT",
    flag: "cert",
    kind: orEmpty(path),
    default: "",
    defaultMeans: "certs/server.crt in data_dir, generated",
    group: "TLS",
    help: "Certificate chain (PEM). Needs tls.key.",
  }),
  key: option({
    yaml: "tls.key",
    env: "KEY",
    flag: "key",
    kind: orEmpty(path),
    default: "",
    defaultMeans: "certs/server.key in data_dir, generated",
    group: "TLS",
    help: "Private key (PEM). Needs tls.cert.",
  }),
  dataDir: option({
    yaml: "data_dir",
    env: "DATA_DIR",
    flag: "data-dir",
    kind: path,
    default: "./data",
    group: "Data",
    help: "Folder of the users' databases, generated certificates and spill files; created when missing.",
  }),
  filePersistence: option({
    yaml: "file_persistence",
    env: "FILE_PERSISTENCE",
    flag: "file-persistence",
    modes: serving,
    kind: boolean,
    default: "true",
    group: "Data",
    help:
      "Keep each user's database in <data_dir>/<user>.duckdb; false keeps it in memory while the server runs (with a " +
      "control plane: each worker for itself).",
  }),
  allowedDirectories: option({
    yaml: "allowed_directories",
    env: "ALLOWED_DIRECTORIES",
    flag: "allowed-directories",
    kind: listOf(location),
    default: "",
    defaultMeans: "none",
    group: "Data",
    help: "Folders and URL prefixes that users who are not superusers may read and write.",
  }),
  extensions: option({
    yaml: "extensions",
    env: "EXTENSIONS",
    flag: "extensions",
    kind: listOf(extension),
    default: "",
    defaultMeans: "none",
    group: "Data",
    help: "DuckDB extensions to load into every database.",
  }),
  extensionDirectory: option({
    yaml: "extension_directory",
    env: "EXTENSION_DIRECTORY",
    flag: "extension-directory",
    kind: orEmpty(path),
    default: "",
    defaultMeans: "DuckDB's own",
    group: "Data",
    help: "Folder of DuckDB extensions already there, for machines without a network.",
  }),
  memoryLimit: option({
    yaml: "memory_limit",
    env: "MEMORY_LIMIT",
    flag: "memory-limit",
    kind: orEmpty(memory),
    default: "",
    defaultMeans: "DuckDB's own",
    group: "Limits",
    help: "Memory DuckDB may use for a database before it spills.",
  }),
  threads: option({
    yaml: "threads",
    env: "THREADS",
    flag: "threads",
    kind: wholeNumber(0, 1024),
    default: "0",
    group: "Limits",
    help: "Threads of a database. 0 leaves it to DuckDB: one a core.",
  }),
  idleTimeout: option({
    yaml: "idle_timeout",
    env: "IDLE_TIMEOUT",
    flag: "idle-timeout",
    modes: serving,
    kind: duration("off"),
    default: "24h",
    group: "Limits",
    help: "How long a connection may be idle before it is ended. 0 or less: for ever.",
  }),
  sessionInitTimeout: option({
    yaml: "session_init_timeout",
    env: "SESSION_INIT_TIMEOUT",
    flag: "session-init-timeout",
    kind: duration("refused"),
    default: "10s",
    group: "Limits",
    modes: serving,
    help:
      "How long opening a session's database may take; with a control plane, besides the wait for a worker.",
  }),
  maxConnections: option({
    yaml: "rate_limit.max_connections",
    env: "MAX_CONNECTIONS",
    flag: "max-connections",
    modes: serving,
    kind: wholeNumber(1, 1_000_000),
    default: "1024",
    group: "Limits",
    help: "Connections at a time.",
  }),
  maxConnectionsPerIp: option({
    yaml: "rate_limit.max_connections_per_ip",
    env: null,
    flag: null,
    modes: serving,
    kind: wholeNumber(1, 1_000_000),
    default: "500",
    group: "Limits",
    help: "Connections at a time from one address.",
  }),
  maxFailedAttempts: option({
    yaml: "rate_limit.max_failed_attempts",
    env: null,
    flag: null,
    modes: serving,
    kind: wholeNumber(1, 1_000_000),
    default: "5",
    group: "Limits",
    help: "Failed logins from one address within the window before it is banned.",
  }),
  failedAttemptWindow: option({
    yaml: "rate_limit.failed_attempt_window",
    env: null,
    flag: null,
    modes: serving,
    kind: duration("refused"),
    default: "5m",
    group: "Limits",
    help: "The time in which failed logins are counted.",
  }),
  banDuration: option({
    yaml: "rate_limit.ban_duration",
    env: null,
    flag: null,
    modes: serving,
    kind: duration("refused"),
    default: "15m",
    group: "Limits",
    help: "How long an address stays banned.",
  }),
  minWorkers: option({
    yaml: "process.min_workers",
    env: "PROCESS_MIN_WORKERS",
    flag: "process-min-workers",
    modes: ["control-plane"],
    kind: wholeNumber(0, 10_000),
    default: "0",
    group: "Control plane",
    help: "Workers that are always there, started before anyone asks for them.",
  }),
  maxWorkers: option({
    yaml: "process.max_workers",
    env: "PROCESS_MAX_WORKERS",
    flag: "process-max-workers",
    modes: ["control-plane"],
    kind: wholeNumber(0, 10_000),
    default: "0",
    group: "Control plane",
    help: "Workers at most; more sessions share them. 0: one for each 256 MB of memory_budget.",
  }),
  retireOnSessionEnd: option({
    yaml: "process.retire_on_session_end",
    env: "PROCESS_RETIRE_ON_SESSION_END",
    flag: "process-retire-on-session-end",
    modes: ["control-plane"],
    kind: boolean,
    default: "false",
    group: "Control plane",
    help: "Whether a worker ends with its last session instead of waiting for another.",
  }),
  workerBackend: option({
    yaml: "worker_backend",
    env: "WORKER_BACKEND",
    flag: "worker-backend",
    modes: ["control-plane"],
    kind: oneOf("BACKEND", ["process"], ["remote"]),
    default: "process",
    group: "Control plane",
    help: "What workers are. process: processes on this machine.",
  }),
  workerQueueTimeout: option({
    yaml: "worker_queue_timeout",
    env: "WORKER_QUEUE_TIMEOUT",
    flag: "worker-queue-timeout",
    modes: ["control-plane"],
    kind: duration("refused"),
    default: "60s",
    group: "Control plane",
    help: "How long a new session may wait for a worker before it is refused with 53300.",
  }),
  workerIdleTimeout: option({
    yaml: "worker_idle_timeout",
    env: "WORKER_IDLE_TIMEOUT",
    flag: "worker-idle-timeout",
    modes: ["control-plane"],
    kind: duration("off"),
    default: "5m",
    group: "Control plane",
    help:
      "How long a worker beyond process.min_workers may be without a session before it ends. 0 or less: for ever.",
  }),
  memoryBudget: option({
    yaml: "memory_budget",
    env: "MEMORY_BUDGET",
    flag: "memory-budget",
    modes: ["control-plane"],
    kind: memory,
    default: "75%",
    group: "Control plane",
    help: "Memory that sessions may use: each of them, or with memory_rebalance all of them together.",
  }),
  memoryRebalance: option({
    yaml: "memory_rebalance",
    env: "MEMORY_REBALANCE",
    flag: "memory-rebalance",
    modes: ["control-plane"],
    kind: boolean,
    default: "false",
    group: "Control plane",
    help:
      "Whether memory_budget is divided among the sessions there are, at least 256 MB each, instead of being the " +
      "limit of each.",
  }),
  socketDir: option({
    yaml: "socket_dir",
    env: "SOCKET_DIR",
    flag: "socket-dir",
    modes: ["control-plane"],
    kind: orEmpty(path),
    default: "",
    defaultMeans:
      "/var/run/duckgres, or where that cannot be written a private folder among the temporary ones",
    group: "Control plane",
    help: "Folder of the sockets between the control plane and its workers.",
  }),
  duckdbListen: option({
    yaml: null,
    env: "DUCKDB_LISTEN",
    flag: "duckdb-listen",
    modes: ["worker"],
    kind: listenAddress,
    default: "127.0.0.1:8816",
    group: "Worker",
    help:
      "Where Flight SQL clients and control planes connect: unix:PATH, HOST:PORT or :PORT (all addresses). TCP is " +
      "over TLS, with tls.cert or a generated certificate.",
  }),
  duckdbListenFd: option({
    yaml: null,
    env: "DUCKDB_LISTEN_FD",
    flag: "duckdb-listen-fd",
    modes: ["worker"],
    kind: orNull(wholeNumber(3, 1_000_000, "FD")),
    default: "",
    defaultMeans: "none",
    group: "Worker",
    help:
      "An inherited socket that listens already; it decides over duckdb_listen. Its worker ends with the process " +
      "that started it.",
  }),
  duckdbToken: option({
    yaml: null,
    env: "DUCKDB_TOKEN",
    flag: "duckdb-token",
    modes: ["worker"],
    kind: token,
    default: "",
    defaultMeans: "none; a worker needs one",
    group: "Worker",
    help:
      "The secret that every call must bring (authorization: Bearer). Whoever has it may do what a superuser may. A " +
      "flag is seen in the list of processes; the variable is not.",
  }),
  duckdbMaxSessions: option({
    yaml: null,
    env: "DUCKDB_MAX_SESSIONS",
    flag: "duckdb-max-sessions",
    modes: ["worker"],
    kind: wholeNumber(0, 1_000_000),
    default: "0",
    group: "Worker",
    help: "Sessions at a time. 0: any number.",
  }),
  logLevel: option({
    yaml: "log_level",
    env: "LOG_LEVEL",
    flag: "log-level",
    kind: oneOf("LEVEL", ["debug", "info", "warn", "error"]),
    default: "info",
    group: "Logs and traces",
    help: "The least important lines to log. debug logs every statement.",
  }),
  logFormat: option({
    yaml: "log_format",
    env: "LOG_FORMAT",
    flag: "log-format",
    kind: oneOf("FORMAT", ["text", "json"]),
    default: "text",
    group: "Logs and traces",
    help: "Lines to read, or one JSON object a line.",
  }),
  slowQueryThreshold: option({
    yaml: "slow_query_threshold",
    env: "SLOW_QUERY_THRESHOLD",
    flag: "slow-query-threshold",
    kind: duration("off"),
    default: "1s",
    group: "Logs and traces",
    help: "Statements that take at least this long are logged at info. 0 or less: none.",
  }),
  traceEndpoint: option({
    yaml: "trace_endpoint",
    env: "TRACE_ENDPOINT",
    flag: "trace-endpoint",
    sharedEnv: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    kind: orEmpty(endpoint),
    default: "",
    defaultMeans: "none: no traces",
    group: "Logs and traces",
    help:
      "Where OpenTelemetry spans go, by OTLP over HTTP: a URL, or HOST:PORT for http://HOST:PORT/v1/traces.",
  }),
};

export type OptionName = keyof typeof options;

/** The value of every option, by its name in the table. */
export type Values = {
  [Name in OptionName]: (typeof options)[Name] extends Option<infer T> ? T : never;
};

/** The same table, typed so that the option of a name is known to have that name's values. */
export const table: { readonly [Name in OptionName]: Option<Values[Name]> } = options;

export const optionNames = Object.keys(options) as OptionName[];

export const envPrefix = "DUCKGRES_";

/** Options by one of their names. */
function byName(way: "yaml" | "env" | "flag"): ReadonlyMap<string, OptionName> {
  const names = new Map<string, OptionName>();
  for (const name of optionNames) {
    const given = options[name][way];
    if (given !== null) names.set(given, name);
  }
  return names;
}

export const byYaml = byName("yaml");
export const byEnv = byName("env");
export const byFlag = byName("flag");

/** Options by the variables they share with other programs. */
export const bySharedEnv: ReadonlyMap<string, OptionName> = new Map(
  optionNames.flatMap((name): [string, OptionName][] => {
    const { sharedEnv }: Option<unknown> = options[name];
    return sharedEnv === undefined ? [] : [[sharedEnv, name]];
  }),
);

/** How problems name an option: its YAML key, else its flag's name. */
export function nameOf(name: OptionName): string {
  return options[name].yaml ?? options[name].flag ?? name;
}
