/**
 * Every option once. YAML keys, `DUCKGRES_*` environment variables, command line flags, `--help` and
 * `docs/configuration.md` are all made from this table.
 */
import {
  address,
  boolean,
  duration,
  extension,
  type Kind,
  listOf,
  location,
  memory,
  oneOf,
  orEmpty,
  path,
  port,
  wholeNumber,
} from "./kinds.ts";

/** One option. Names are `null` where it cannot be given that way. */
export interface Option<T> {
  /** Key in the configuration file, with dots for nesting. */
  yaml: string | null;
  /** Environment variable, without `DUCKGRES_`. */
  env: string | null;
  /** Command line flag, without dashes. */
  flag: string | null;
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
export const groups = ["General", "Network", "TLS", "Data", "Limits", "Logs"] as const;
export type Group = typeof groups[number];

/** Only so that each row's type is that of its kind. */
function option<const T>(row: Option<T>): Option<T> {
  return row;
}

export const options = {
  mode: option({
    yaml: null,
    env: "MODE",
    flag: "mode",
    kind: oneOf("MODE", ["standalone"], ["control-plane", "worker", "duckdb-service", "reshard-runner"]),
    default: "standalone",
    group: "General",
    help: "What this process is. standalone: a server with DuckDB in it.",
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
    help: "How long running statements may go on after SIGINT or SIGTERM.",
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
    help: "Whether clients must use TLS. In the file also short: tls: optional.",
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
    kind: boolean,
    default: "true",
    group: "Data",
    help:
      "Keep each user's database in <data_dir>/<user>.duckdb; false keeps it in memory while the server runs.",
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
    help: "How long opening a session's database may take.",
  }),
  maxConnections: option({
    yaml: "rate_limit.max_connections",
    env: "MAX_CONNECTIONS",
    flag: "max-connections",
    kind: wholeNumber(1, 1_000_000),
    default: "1024",
    group: "Limits",
    help: "Connections at a time.",
  }),
  maxConnectionsPerIp: option({
    yaml: "rate_limit.max_connections_per_ip",
    env: null,
    flag: null,
    kind: wholeNumber(1, 1_000_000),
    default: "500",
    group: "Limits",
    help: "Connections at a time from one address.",
  }),
  maxFailedAttempts: option({
    yaml: "rate_limit.max_failed_attempts",
    env: null,
    flag: null,
    kind: wholeNumber(1, 1_000_000),
    default: "5",
    group: "Limits",
    help: "Failed logins from one address within the window before it is banned.",
  }),
  failedAttemptWindow: option({
    yaml: "rate_limit.failed_attempt_window",
    env: null,
    flag: null,
    kind: duration("refused"),
    default: "5m",
    group: "Limits",
    help: "The time in which failed logins are counted.",
  }),
  banDuration: option({
    yaml: "rate_limit.ban_duration",
    env: null,
    flag: null,
    kind: duration("refused"),
    default: "15m",
    group: "Limits",
    help: "How long an address stays banned.",
  }),
  logLevel: option({
    yaml: "log_level",
    env: "LOG_LEVEL",
    flag: "log-level",
    kind: oneOf("LEVEL", ["debug", "info", "warn", "error"]),
    default: "info",
    group: "Logs",
    help: "The least important lines to log. debug logs every statement.",
  }),
  logFormat: option({
    yaml: "log_format",
    env: "LOG_FORMAT",
    flag: "log-format",
    kind: oneOf("FORMAT", ["text", "json"]),
    default: "text",
    group: "Logs",
    help: "Lines to read, or one JSON object a line.",
  }),
  slowQueryThreshold: option({
    yaml: "slow_query_threshold",
    env: "SLOW_QUERY_THRESHOLD",
    flag: "slow-query-threshold",
    kind: duration("off"),
    default: "1s",
    group: "Logs",
    help: "Statements that take at least this long are logged at info. 0 or less: none.",
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

/** How problems name an option: its YAML key, else its flag's name. */
export function nameOf(name: OptionName): string {
  return options[name].yaml ?? options[name].flag ?? name;
}
