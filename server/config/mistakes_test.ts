/** Every way to get a configuration wrong, with the exact line it answers. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadConfig } from "./mod.ts";

/** A wrong configuration. `CWD` in a line stands for the folder it is loaded in. */
interface Mistake {
  flags?: string[];
  env?: Record<string, string>;
  /** Text of duckgres.yaml. */
  yaml?: string;
  /** Other files by path. */
  files?: Record<string, string>;
  lines: string[];
}

const mode = "standalone, control-plane, worker, duckdb-service";
const tokenMissing =
  "duckdb-token: a worker needs one; allowed: DUCKGRES_DUCKDB_TOKEN or --duckdb-token with a secret that its clients bring";
const port = "a whole number from 0 to 65535";
const user = "a password, or a mapping of password and superuser";
const userNames = "1 to 63 bytes without /, \\, .. or control characters";
const duration = (zero: string) => `a duration such as 300ms, 10s or 1h30m, at most 596h (${zero})`;
const size =
  "a size of at least 64MB in KB, MB, GB, TB, KiB, MiB, GiB or TiB such as 4GB, or 1% to 100% of the memory";
const address = "an IPv4 or IPv6 address or a host name, without a port";
const target = "a .duckdb or .db file, a folder, or :memory:";
const extension =
  "a list, each an extension's name such as tpch, or with its repository such as h3 FROM community";
const loopback = "127.0.0.1, or set users in the configuration file";

const certificate = "-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n";
const privateKey = "-----BEGIN PRIVATE KEY-----\nMAo=\n-----END PRIVATE KEY-----\n";

const mistakes: Record<string, Mistake> = {
  // Names
  "a misspelt flag": {
    flags: ["--prot", "5433"],
    lines: ["--prot: unknown flag; did you mean --port?"],
  },
  "a flag like no other": {
    flags: ["--frobnicate=1"],
    lines: ["--frobnicate: unknown flag; see --help for all there are"],
  },
  "an unknown flag with one dash": {
    flags: ["-hots", "::1"],
    lines: ["-hots: unknown flag; did you mean --host?"],
  },
  "a flag with an underscore": {
    flags: ["--data_dir", "x"],
    lines: ["--data_dir: unknown flag; did you mean --data-dir?"],
  },
  "a misspelt variable": {
    env: { DUCKGRES_PROT: "1" },
    lines: ["DUCKGRES_PROT: unknown environment variable; did you mean DUCKGRES_PORT?"],
  },
  "a variable like no other": {
    env: { DUCKGRES_SOMETHING_ELSE_ENTIRELY: "1" },
    lines: ["DUCKGRES_SOMETHING_ELSE_ENTIRELY: unknown environment variable; see --help for all there are"],
  },
  "a misspelt key": {
    yaml: "data_dir: ./data\nhttp-port: 8081\n",
    lines: ["http-port (duckgres.yaml:2): unknown key; did you mean http_port?"],
  },
  "a key like no other": {
    yaml: "frobnicate: 1\n",
    lines: ["frobnicate (duckgres.yaml:1): unknown key; see --help for all there are"],
  },
  "a misspelt key within another": {
    yaml: "rate_limit:\n  max_conections: 5\n",
    lines: [
      "rate_limit.max_conections (duckgres.yaml:2): unknown key; did you mean rate_limit.max_connections?",
    ],
  },
  "a key in the wrong place": {
    yaml: "max_connections: 5\n",
    lines: ["max_connections (duckgres.yaml:1): unknown key; did you mean rate_limit.max_connections?"],
  },
  "a misspelt mapping": {
    yaml: "rate_limits:\n  max_connections: 5\n",
    lines: ["rate_limits (duckgres.yaml:1): unknown key; did you mean rate_limit?"],
  },

  // Not in this version
  "a lake in the file": {
    yaml: "ducklake:\n  metadata_store: postgres:host=db\n  data_path: /lake\n",
    lines: [
      "ducklake.metadata_store (duckgres.yaml:2) is not available in this version",
      "ducklake.data_path (duckgres.yaml:3) is not available in this version",
    ],
  },
  "a lake in the environment": {
    env: { DUCKGRES_DUCKLAKE_METADATA_STORE: "postgres:password=geheim" },
    lines: ["ducklake.metadata_store (DUCKGRES_DUCKLAKE_METADATA_STORE) is not available in this version"],
  },
  "a variable that has no key": {
    env: { DUCKGRES_TRINO_URL: "http://trino" },
    lines: ["DUCKGRES_TRINO_URL is not available in this version"],
  },
  "a worker's flag for a server": {
    flags: ["-duckdb-listen", "unix:///tmp/x.sock", "--duckdb-token=geheim"],
    lines: [
      "duckdb-listen (-duckdb-listen): means nothing to --mode standalone; allowed: with --mode worker",
      "duckdb-token (--duckdb-token): means nothing to --mode standalone; allowed: with --mode worker",
    ],
  },
  "a server's flags for a worker": {
    env: { DUCKGRES_MODE: "worker", DUCKGRES_DUCKDB_TOKEN: "geheim" },
    flags: ["--port=1", "--memory-rebalance"],
    lines: [
      "port (--port): means nothing to --mode worker; allowed: with --mode standalone or control-plane",
      "memory_rebalance (--memory-rebalance): means nothing to --mode worker; allowed: with --mode control-plane",
    ],
  },
  "a switch before the target": {
    flags: ["--repl", ":memory:"],
    lines: ["--repl is not available in this version"],
  },
  "a mode of later": {
    flags: ["--mode", "reshard-runner"],
    lines: [`mode (--mode): "reshard-runner" is not available in this version; allowed: ${mode}`],
  },
  "no mode at all": {
    flags: ["--mode=cluster"],
    lines: [`mode (--mode): "cluster" is not known; allowed: ${mode}`],
  },
  "workers of later": {
    env: { DUCKGRES_MODE: "control-plane", DUCKGRES_WORKER_BACKEND: "remote" },
    lines: [
      'worker_backend (DUCKGRES_WORKER_BACKEND): "remote" is not available in this version; allowed: process',
    ],
  },

  // Control plane and workers
  "more workers always there than there may be": {
    flags: ["--mode=control-plane"],
    yaml: "process:\n  min_workers: 4\n  max_workers: 3\n",
    lines: [
      "process.min_workers (duckgres.yaml:2): 4 is more than the 3 of process.max_workers; allowed: at most 3",
    ],
  },
  "a session that may not wait for a worker": {
    env: { DUCKGRES_WORKER_QUEUE_TIMEOUT: "0" },
    lines: [
      `worker_queue_timeout (DUCKGRES_WORKER_QUEUE_TIMEOUT): "0" is too short; allowed: ${
        duration("more than 0")
      }`,
    ],
  },
  "a worker without a token": {
    flags: ["--mode=duckdb-service"],
    lines: [tokenMissing],
  },
  "a token that no header takes": {
    flags: ["--mode=worker"],
    env: { DUCKGRES_DUCKDB_TOKEN: "sehr geheim" },
    lines: [
      "duckdb-token (DUCKGRES_DUCKDB_TOKEN): it cannot be sent in a header; " +
      "allowed: letters, digits and signs of ASCII without spaces",
      tokenMissing,
    ],
  },
  "a worker's token in clear text": {
    flags: ["--mode=worker", "--duckdb-listen=:8816", "--tls=off"],
    env: { DUCKGRES_DUCKDB_TOKEN: "geheim" },
    lines: [
      'tls.mode (--tls): off would show the token to whoever is between a client and "0.0.0.0"; ' +
      "allowed: required, or off on a loopback address",
    ],
  },
  "a worker that leaves TLS to its clients": {
    flags: ["--mode=worker"],
    env: { DUCKGRES_DUCKDB_TOKEN: "geheim", DUCKGRES_TLS: "optional" },
    lines: [
      "tls.mode (DUCKGRES_TLS): a worker cannot leave it to its clients; allowed: required, or off on a loopback address",
    ],
  },
  "a descriptor that is not one": {
    flags: ["--mode=worker", "--duckdb-listen-fd=2"],
    env: { DUCKGRES_DUCKDB_TOKEN: "geheim" },
    lines: [
      'duckdb-listen-fd (--duckdb-listen-fd): "2" is not in range; allowed: a whole number from 3 to 1000000',
    ],
  },
  "a socket's path that is too long": {
    flags: ["--mode=worker", `--duckdb-listen=unix:/${"x".repeat(103)}`],
    env: { DUCKGRES_DUCKDB_TOKEN: "geheim" },
    lines: [
      `duckdb-listen (--duckdb-listen): "unix:/${
        "x".repeat(103)
      }" is longer than the 103 bytes of a socket's path; ` +
      "allowed: unix:PATH, HOST:PORT or :PORT",
    ],
  },
  "a collector that is not there by HTTP": {
    flags: ["--trace-endpoint=grpc://collector:4317"],
    lines: [
      'trace_endpoint (--trace-endpoint): "grpc://collector:4317" is not of http or https; ' +
      "allowed: a URL such as http://collector:4318/v1/traces, or HOST:PORT",
    ],
  },

  // Values
  "a port that is a word": {
    flags: ["--port", "postgres"],
    lines: [`port (--port): "postgres" is not a whole number; allowed: ${port}`],
  },
  "a port too high": {
    env: { DUCKGRES_PORT: "65536" },
    lines: [`port (DUCKGRES_PORT): "65536" is not in range; allowed: ${port}`],
  },
  "a port below zero": {
    yaml: "\nport: -1\n",
    lines: [`port (duckgres.yaml:2): "-1" is not in range; allowed: ${port}`],
  },
  "a port with a fraction": {
    flags: ["--http-port=80.5"],
    lines: [`http_port (--http-port): "80.5" is not a whole number; allowed: ${port}`],
  },
  "an empty value": {
    flags: ["--metrics-port="],
    lines: [`metrics_port (--metrics-port): "" is not a whole number; allowed: ${port}`],
  },
  "no value at the end": {
    flags: ["--port"],
    lines: [`port (--port): no value given; allowed: ${port}`],
  },
  "no value before another flag": {
    flags: ["-port", "-host", "localhost"],
    lines: [`port (-port): no value given; allowed: ${port}`],
  },
  "an address with a port": {
    flags: ["--host", "127.0.0.1:5432"],
    lines: [`host (--host): "127.0.0.1:5432" is not an address; allowed: ${address}`],
  },
  "an address out of range": {
    yaml: "host: 127.0.0.256\n",
    lines: [`host (duckgres.yaml:1): "127.0.0.256" is not an address; allowed: ${address}`],
  },
  "an address cut short": {
    flags: ["--host", "10.0.1"],
    lines: [`host (--host): "10.0.1" is not an address; allowed: ${address}`],
  },
  "an address with a line break": {
    env: { DUCKGRES_HOST: "local\nhost" },
    lines: [`host (DUCKGRES_HOST): "local\\nhost" is not an address; allowed: ${address}`],
  },
  "a duration without a unit": {
    flags: ["--idle-timeout", "30"],
    lines: [
      `idle_timeout (--idle-timeout): "30" has no unit; allowed: ${duration("0 or less switches it off")}`,
    ],
  },
  "a duration in days": {
    yaml: "idle_timeout: 2d\n",
    lines: [
      `idle_timeout (duckgres.yaml:1): "2d" is not a duration; allowed: ${
        duration("0 or less switches it off")
      }`,
    ],
  },
  "a duration no timer can keep": {
    env: { DUCKGRES_IDLE_TIMEOUT: "1000h" },
    lines: [
      `idle_timeout (DUCKGRES_IDLE_TIMEOUT): "1000h" is too long; allowed: ${
        duration("0 or less switches it off")
      }`,
    ],
  },
  "a duration that must be some": {
    env: { DUCKGRES_SESSION_INIT_TIMEOUT: "0s" },
    lines: [
      `session_init_timeout (DUCKGRES_SESSION_INIT_TIMEOUT): "0s" is too short; allowed: ${
        duration("more than 0")
      }`,
    ],
  },
  "a drain of less than nothing": {
    flags: ["--shutdown-timeout", "-5s"],
    lines: [`shutdown_timeout (--shutdown-timeout): "-5s" is too short; allowed: ${duration("0 for none")}`],
  },
  "a memory limit without a unit": {
    yaml: "memory_limit: 4000000000\n",
    lines: [`memory_limit (duckgres.yaml:1): "4000000000" has no unit; allowed: ${size}`],
  },
  "a memory limit in elephants": {
    flags: ["--memory-limit", "4elephants"],
    lines: [`memory_limit (--memory-limit): "4elephants" is not a size; allowed: ${size}`],
  },
  "more than all the memory": {
    flags: ["--memory-limit", "150%"],
    lines: [`memory_limit (--memory-limit): "150%" is not from 1% to 100%; allowed: ${size}`],
  },
  "too little memory": {
    env: { DUCKGRES_MEMORY_LIMIT: "1MB" },
    lines: [`memory_limit (DUCKGRES_MEMORY_LIMIT): "1MB" is too little; allowed: ${size}`],
  },
  "threads below zero": {
    flags: ["--threads", "-4"],
    lines: ['threads (--threads): "-4" is not in range; allowed: a whole number from 0 to 1024'],
  },
  "no connections": {
    yaml: "rate_limit: {max_connections: 0}\n",
    lines: [
      'rate_limit.max_connections (duckgres.yaml:1): "0" is not in range; allowed: a whole number from 1 to 1000000',
    ],
  },
  "a window that is a word": {
    yaml: "rate_limit:\n  failed_attempt_window: often\n",
    lines: [
      `rate_limit.failed_attempt_window (duckgres.yaml:2): "often" is not a duration; allowed: ${
        duration("more than 0")
      }`,
    ],
  },
  "a log level PostgreSQL has": {
    flags: ["--log-level", "notice"],
    lines: ['log_level (--log-level): "notice" is not known; allowed: debug, info, warn, error'],
  },
  "a log format": {
    env: { DUCKGRES_LOG_FORMAT: "xml" },
    lines: ['log_format (DUCKGRES_LOG_FORMAT): "xml" is not known; allowed: text, json'],
  },
  "a boolean that is none": {
    flags: ["--file-persistence=maybe"],
    lines: ['file_persistence (--file-persistence): "maybe" is not true or false; allowed: true or false'],
  },
  "an extension with a path": {
    yaml: "extensions:\n  - tpch\n  - ./evil.so\n",
    lines: [`extensions (duckgres.yaml:1): "./evil.so" is not an extension; allowed: ${extension}`],
  },
  "an extension with SQL": {
    env: { DUCKGRES_EXTENSIONS: "tpch,x; drop table t" },
    lines: [`extensions (DUCKGRES_EXTENSIONS): "x; drop table t" is not an extension; allowed: ${extension}`],
  },
  "an extension's unknown repository": {
    yaml: "extensions: [h3 FROM elsewhere]\n",
    lines: [`extensions (duckgres.yaml:1): "h3 FROM elsewhere" is not an extension; allowed: ${extension}`],
  },
  "a text where a list belongs": {
    yaml: "allowed_directories: /data\n",
    lines: [
      "allowed_directories (duckgres.yaml:1): not a list of values; allowed: a list, each a folder or a URL prefix such as s3://bucket/",
    ],
  },
  "a list of mappings": {
    yaml: "extensions:\n  - name: tpch\n",
    lines: [`extensions (duckgres.yaml:1): not a list of values; allowed: ${extension}`],
  },
  "an empty folder name": {
    yaml: 'allowed_directories: [""]\n',
    lines: [
      'allowed_directories (duckgres.yaml:1): "" is not a folder; allowed: a list, each a folder or a URL prefix such as s3://bucket/',
    ],
  },
  "a list where a value belongs": {
    yaml: "port: [5432, 5433]\n",
    lines: [`port (duckgres.yaml:1): not a single value; allowed: ${port}`],
  },
  "a value where a mapping belongs": {
    yaml: "rate_limit: 5\n",
    lines: [
      "rate_limit (duckgres.yaml:1): not a mapping; allowed: a mapping of max_connections, max_connections_per_ip, max_failed_attempts, failed_attempt_window, ban_duration",
    ],
  },
  "a value where a mapping of later belongs": {
    yaml: "ducklake: on\n",
    lines: ["ducklake (duckgres.yaml:1): not a mapping; allowed: nothing in this version"],
  },

  // The file itself
  "a file that is not there": {
    flags: ["--config", "other.yaml"],
    lines: ['config (--config): "other.yaml" cannot be read: no such file; allowed: a readable YAML file'],
  },
  "a folder as the file": {
    env: { DUCKGRES_CONFIG: "." },
    lines: ['config (DUCKGRES_CONFIG): "." cannot be read: it is a folder; allowed: a readable YAML file'],
  },
  "a mistake in the syntax": {
    yaml: "port: 5432\nextensions: [tpch\nhost: localhost\n",
    lines: [
      "duckgres.yaml:3: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
  },
  "a file that may have named users": {
    flags: ["--host", "0.0.0.0"],
    yaml: "users:\n  ann: secret\n bob: secret\n",
    lines: ["duckgres.yaml:3: not valid YAML: All mapping items must start at the same column"],
  },
  "a tab": {
    yaml: "tls:\n\tmode: off\n",
    lines: ["duckgres.yaml:2: not valid YAML: Tabs are not allowed as indentation"],
  },
  "two documents": {
    yaml: "port: 1\n---\nport: 2\n",
    lines: ["duckgres.yaml:2: not valid YAML: more than one document"],
  },
  "a list at the top": {
    yaml: "- port: 5432\n",
    lines: ["duckgres.yaml: not a mapping; allowed: key: value, one a line"],
  },
  "a key given twice": {
    yaml: "port: 5432\nhost: localhost\nport: 5433\n",
    lines: ["port (duckgres.yaml:3): already given at duckgres.yaml:1"],
  },
  "an inner key given twice": {
    yaml: "tls:\n  mode: off\n  mode: required\n",
    lines: ["tls.mode (duckgres.yaml:3): already given at duckgres.yaml:2"],
  },
  "a key that is a list": {
    yaml: "? [port]\n: 5432\n",
    lines: ["duckgres.yaml:1: a key must be a plain text"],
  },

  // Users
  "users without any": {
    yaml: "users:\n",
    lines: ["users (duckgres.yaml:1): no users given; allowed: at least one name: password"],
  },
  "an empty mapping of users": {
    yaml: "port: 5432\nusers: {}\n",
    lines: ["users (duckgres.yaml:2): no users given; allowed: at least one name: password"],
  },
  "a list of users": {
    yaml: "users:\n  - ann: secret\n",
    lines: ["users (duckgres.yaml:1): not a mapping; allowed: name: password, one a line"],
  },
  "an empty password": {
    yaml: 'users:\n  ann: ""\n',
    lines: [`users.ann (duckgres.yaml:2): no password given; allowed: ${user}`],
  },
  "no password": {
    yaml: "users:\n  ann:\n",
    lines: [`users.ann (duckgres.yaml:2): no password given; allowed: ${user}`],
  },
  "no password beside superuser": {
    yaml: "users:\n  ann: {superuser: true}\n",
    lines: [`users.ann (duckgres.yaml:2): no password given; allowed: ${user}`],
  },
  "a list of passwords": {
    yaml: "users:\n  ann: [geheim, secret]\n",
    lines: [`users.ann (duckgres.yaml:2): not a password; allowed: ${user}`],
  },
  "a list for a password": {
    yaml: "users:\n  ann: {password: [geheim]}\n",
    lines: [`users.ann (duckgres.yaml:2): no password given; allowed: ${user}`],
  },
  "a NUL in a password": {
    yaml: 'users:\n  ann: "a\\0b"\n',
    lines: ["users.ann (duckgres.yaml:2): the password has a NUL in it; allowed: any other character"],
  },
  "a misspelt key of a user": {
    yaml: "users:\n  ann:\n    pasword: geheim\n    password: geheim\n",
    lines: ["users.ann.pasword (duckgres.yaml:3): unknown key; did you mean password?"],
  },
  "superuser that is not a boolean": {
    yaml: "users:\n  ann: {password: geheim, superuser: maybe}\n",
    lines: [
      'users.ann.superuser (duckgres.yaml:2): "maybe" is not true or false; allowed: true or false',
    ],
  },
  "a user given twice": {
    yaml: "users:\n  ann: geheim\n  ann: secret\n",
    lines: ["users.ann (duckgres.yaml:3): already given at duckgres.yaml:2"],
  },
  "a user name with a slash": {
    yaml: "users:\n  a/b: geheim\n",
    lines: [`users (duckgres.yaml:2): "a/b" is not a user name; allowed: ${userNames}`],
  },
  "a user name with a backslash": {
    yaml: "users:\n  a\\b: geheim\n",
    lines: [`users (duckgres.yaml:2): "a\\\\b" is not a user name; allowed: ${userNames}`],
  },
  "a user name with dots": {
    yaml: "users:\n  ..: geheim\n",
    lines: [`users (duckgres.yaml:2): ".." is not a user name; allowed: ${userNames}`],
  },
  "a user name with a NUL": {
    yaml: 'users:\n  "a\\0": geheim\n',
    lines: [`users (duckgres.yaml:2): "a\\u0000" is not a user name; allowed: ${userNames}`],
  },
  "an empty user name": {
    yaml: 'users:\n  "": geheim\n',
    lines: [`users (duckgres.yaml:2): "" is not a user name; allowed: ${userNames}`],
  },
  "a user name too long": {
    yaml: `users:\n  ${"ä".repeat(32)}: geheim\n`,
    lines: [`users (duckgres.yaml:2): "${"ä".repeat(32)}" is not a user name; allowed: ${userNames}`],
  },
  "a password that is a tag": {
    yaml: "users:\n  ann: !geheim\n",
    lines: ["duckgres.yaml:2: not valid YAML: an unknown tag; quote a value that begins with !"],
  },
  "a password that is an alias": {
    yaml: "users:\n  ann: *geheim\n",
    lines: [
      "duckgres.yaml:2: not valid YAML: an alias without its anchor; quote a value that begins with *",
      `users.ann (duckgres.yaml:2): no password given; allowed: ${user}`,
    ],
  },

  // What does not fit together
  "the default user open to all": {
    flags: ["--host", "0.0.0.0"],
    lines: [
      `host (--host): "0.0.0.0" is open to other machines, while user postgres has the password postgres; allowed: ${loopback}`,
    ],
  },
  "the default user open to all of IPv6": {
    env: { DUCKGRES_HOST: "::" },
    lines: [
      `host (DUCKGRES_HOST): "::" is open to other machines, while user postgres has the password postgres; allowed: ${loopback}`,
    ],
  },
  "the default password among others": {
    yaml: "host: db.example.com\nusers:\n  ann: geheim\n  postgres: {password: postgres}\n",
    lines: [
      `host (duckgres.yaml:1): "db.example.com" is open to other machines, while user postgres (duckgres.yaml:2) has the password postgres; allowed: ${loopback}`,
    ],
  },
  "a certificate without its key": {
    flags: ["--cert", "server.crt"],
    files: { "server.crt": certificate },
    lines: [
      "tls.cert (--cert): given without tls.key; allowed: both, or neither for a generated certificate",
    ],
  },
  "a key without its certificate": {
    yaml: "tls:\n  key: server.key\n",
    lines: [
      "tls.key (duckgres.yaml:2): given without tls.cert; allowed: both, or neither for a generated certificate",
    ],
  },
  "a certificate that is not there": {
    flags: ["--cert", "no.crt", "--key", "no.key"],
    lines: [
      'tls.cert (--cert): "CWD/no.crt" cannot be read: no such file; allowed: a readable PEM certificate',
      'tls.key (--key): "CWD/no.key" cannot be read: no such file; allowed: a readable PEM private key',
    ],
  },
  "certificate and key exchanged": {
    flags: ["--cert", "a", "--key", "b"],
    files: { a: privateKey, b: certificate },
    lines: [
      'tls.cert (--cert): "CWD/a" has no PEM CERTIFICATE in it; allowed: a readable PEM certificate',
      'tls.key (--key): "CWD/b" has no PEM PRIVATE KEY in it; allowed: a readable PEM private key',
    ],
  },
  "a TLS mode that is none": {
    yaml: "tls: sometimes\n",
    lines: ['tls.mode (duckgres.yaml:1): "sometimes" is not known; allowed: required, optional, off'],
  },
  "a list for tls": {
    yaml: "tls: [off]\n",
    lines: ["tls (duckgres.yaml:1): not a mapping; allowed: a mapping of mode, cert, key"],
  },
  "automatic certificates": {
    yaml: "tls:\n  acme:\n    domain: example.com\n",
    lines: ["tls.acme.domain (duckgres.yaml:3) is not available in this version"],
  },
  "one port twice": {
    flags: ["--port", "9090"],
    lines: ["metrics_port: 9090 is taken by port; allowed: a port of its own"],
  },
  "one port twice for HTTP": {
    env: { DUCKGRES_METRICS_PORT: "8080" },
    lines: [
      "metrics_port (DUCKGRES_METRICS_PORT): 8080 is taken by http_port; allowed: a port of its own",
    ],
  },
  "a data folder that is a file": {
    flags: ["--data-dir", "file"],
    files: { file: "" },
    lines: [
      'data_dir (--data-dir): "CWD/file" cannot be created: CWD/file is not a folder; allowed: a folder to write in',
    ],
  },
  "a data folder below a file": {
    yaml: "data_dir: file/data\n",
    files: { file: "" },
    lines: [
      'data_dir (duckgres.yaml:1): "CWD/file/data" cannot be created: CWD/file is not a folder; allowed: a folder to write in',
    ],
  },
  "an empty data folder": {
    yaml: "data_dir: ''\n",
    lines: ['data_dir (duckgres.yaml:1): "" is not a path; allowed: a path'],
  },
  "extensions that are not there": {
    flags: ["--extension-directory", "extensions"],
    lines: [
      'extension_directory (--extension-directory): "CWD/extensions" does not exist; allowed: a folder',
    ],
  },

  // The target
  "a folder that is not there": {
    flags: ["./parquet"],
    lines: [`TARGET: "./parquet" does not exist; allowed: ${target}`],
  },
  "a database in a folder that is not there": {
    flags: ["no/sales.duckdb"],
    lines: [`TARGET: "no/sales.duckdb" cannot be created: its folder does not exist; allowed: ${target}`],
  },
  "a file that is no database": {
    flags: ["sales.parquet"],
    files: { "sales.parquet": "PAR1" },
    lines: [`TARGET: "sales.parquet" is neither a .duckdb or .db file nor a folder; allowed: ${target}`],
  },
  "two targets": {
    flags: ["a.duckdb", "--port", "0", "b.duckdb"],
    lines: ['TARGET: "a.duckdb" and "b.duckdb" given; allowed: at most one'],
  },
  "a target below a file": {
    flags: ["file/sales.duckdb"],
    files: { file: "" },
    lines: [
      `TARGET: "file/sales.duckdb" cannot be created: its folder is not a folder; allowed: ${target}`,
    ],
  },
  "an empty target": {
    flags: [""],
    lines: [`TARGET: "" is empty; allowed: ${target}`],
  },
  "a target behind --": {
    flags: ["--", "--port"],
    lines: [`TARGET: "--port" does not exist; allowed: ${target}`],
  },

  // All together
  "mistakes everywhere": {
    flags: ["--prot", "1", "--log-level", "loud"],
    env: { DUCKGRES_PORT: "high", DUCKGRES_K8S_WORKER_IMAGE: "x" },
    yaml: "port: low\nusres: {}\n",
    lines: [
      "--prot: unknown flag; did you mean --port?",
      "k8s.worker_image (DUCKGRES_K8S_WORKER_IMAGE) is not available in this version",
      "usres (duckgres.yaml:2): unknown key; did you mean users?",
      `port (duckgres.yaml:1): "low" is not a whole number; allowed: ${port}`,
      `port (DUCKGRES_PORT): "high" is not a whole number; allowed: ${port}`,
      'log_level (--log-level): "loud" is not known; allowed: debug, info, warn, error',
    ],
  },
};

for (const [name, mistake] of Object.entries(mistakes)) {
  Deno.test(`mistake: ${name}`, async () => {
    const cwd = await mkdtemp(join(tmpdir(), "duckgres-config-"));
    try {
      const { flags = [], env = {}, yaml, files = {} } = mistake;
      const all = yaml === undefined ? files : { ...files, "duckgres.yaml": yaml };
      for (const [file, text] of Object.entries(all)) {
        await mkdir(dirname(join(cwd, file)), { recursive: true });
        await writeFile(join(cwd, file), text);
      }
      const loaded = await loadConfig({ argv: flags, env, cwd });
      assert.equal(loaded.kind, "problems");
      const lines = loaded.kind === "problems" ? loaded.problems : [];
      assert.deepEqual(lines.map((line) => line.replaceAll(cwd, "CWD")), mistake.lines);
      assert.ok(lines.every((line) => !line.includes("\n") && !line.includes("geheim")));
    } finally {
      await rm(cwd, { recursive: true });
    }
  });
}
