import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, type Input, isLoopback, loadConfig } from "./mod.ts";
import { helpText } from "./help.ts";
import { bytesOf, listenAddress, parseDuration, split } from "./kinds.ts";
import { availableMemory, inBytes } from "./memory.ts";
import { editDistance, nearest } from "./nearest.ts";
import { envPrefix, optionNames, table } from "./options.ts";
import { example, reference } from "./reference.ts";
import { unavailable } from "./unavailable.ts";
import { version } from "./version.ts";

/** Runs a test in a folder of its own, with these files in it. */
async function inFolder(files: Record<string, string>, test: (cwd: string) => Promise<void>): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), "duckgres-config-"));
  try {
    for (const [file, text] of Object.entries(files)) await writeFile(join(cwd, file), text);
    await test(cwd);
  } finally {
    await rm(cwd, { recursive: true });
  }
}

/** The configuration of a start that must succeed. */
async function run(input: Partial<Input> & { cwd: string }): Promise<Config> {
  const loaded = await loadConfig({ argv: [], env: {}, ...input });
  if (loaded.kind !== "run") assert.fail(JSON.stringify(loaded));
  return loaded.config;
}

Deno.test("nothing given: every default", () =>
  inFolder({}, async (cwd) => {
    const config = await run({ cwd, env: { PATH: "/bin", HOME: "/root" } });
    const { memoryBudget } = config.workers;
    assert.ok(memoryBudget > 0.7 * await availableMemory() && memoryBudget < 0.8 * await availableMemory());
    assert.deepEqual(config, {
      mode: "standalone",
      host: "127.0.0.1",
      port: 5432,
      httpPort: 8080,
      metricsPort: 9090,
      tls: { mode: "required", cert: null, key: null },
      users: new Map([["postgres", { password: "postgres", superuser: true }]]),
      dataDir: join(cwd, "data"),
      filePersistence: true,
      target: null,
      extensions: [],
      extensionDirectory: "",
      allowedDirectories: [],
      memoryLimit: "",
      threads: 0,
      idleTimeout: 86_400_000,
      sessionInitTimeout: 10_000,
      workers: {
        min: 0,
        max: 0,
        retireOnSessionEnd: false,
        queueTimeout: 60_000,
        idleTimeout: 300_000,
        memoryBudget,
        memoryRebalance: false,
        socketDir: "",
      },
      service: null,
      shutdownTimeout: 30_000,
      rateLimit: {
        maxConnections: 1024,
        maxConnectionsPerIp: 500,
        maxFailedAttempts: 5,
        failedAttemptWindow: 300_000,
        banDuration: 900_000,
      },
      logLevel: "info",
      logFormat: "text",
      slowQueryThreshold: 1000,
      traceEndpoint: "",
      configFile: null,
    });
  }));

/** One option at all levels: its text in the file, the environment and a flag, and what each means. */
interface Levels {
  yaml: string;
  env: [name: string, text: string];
  flags: string[];
  pick: (config: Config) => unknown;
  means: { default: unknown; yaml: unknown; env: unknown; flag: unknown };
}

const precedence: Levels[] = [
  {
    yaml: "host: 127.0.0.2",
    env: ["DUCKGRES_HOST", "127.0.0.3"],
    flags: ["--host", "localhost"],
    pick: (config) => config.host,
    means: { default: "127.0.0.1", yaml: "127.0.0.2", env: "127.0.0.3", flag: "localhost" },
  },
  {
    yaml: "port: 1001",
    env: ["DUCKGRES_PORT", "1002"],
    flags: ["-port=0"],
    pick: (config) => config.port,
    means: { default: 5432, yaml: 1001, env: 1002, flag: 0 },
  },
  {
    yaml: "tls: optional",
    env: ["DUCKGRES_TLS", "off"],
    flags: ["--tls=required"],
    pick: (config) => config.tls.mode,
    means: { default: "required", yaml: "optional", env: "off", flag: "required" },
  },
  {
    yaml: "tls:\n  mode: off",
    env: ["DUCKGRES_TLS", "optional"],
    flags: ["-tls", "required"],
    pick: (config) => config.tls.mode,
    means: { default: "required", yaml: "off", env: "optional", flag: "required" },
  },
  {
    yaml: "file_persistence: false",
    env: ["DUCKGRES_FILE_PERSISTENCE", "true"],
    flags: ["--file-persistence=false"],
    pick: (config) => config.filePersistence,
    means: { default: true, yaml: false, env: true, flag: false },
  },
  {
    yaml: "idle_timeout: 90s",
    env: ["DUCKGRES_IDLE_TIMEOUT", "1h30m"],
    flags: ["--idle-timeout", "-1s"],
    pick: (config) => config.idleTimeout,
    means: { default: 86_400_000, yaml: 90_000, env: 5_400_000, flag: 0 },
  },
  {
    yaml: "rate_limit: {max_connections: 3}",
    env: ["DUCKGRES_MAX_CONNECTIONS", "4"],
    flags: ["--max-connections", "5"],
    pick: (config) => config.rateLimit.maxConnections,
    means: { default: 1024, yaml: 3, env: 4, flag: 5 },
  },
  {
    yaml: "extensions:\n  - tpch\n  - h3 FROM community",
    env: ["DUCKGRES_EXTENSIONS", "icu, json"],
    flags: ["--extensions="],
    pick: (config) => config.extensions,
    means: { default: [], yaml: ["tpch", "h3 FROM community"], env: ["icu", "json"], flag: [] },
  },
  {
    yaml: "memory_limit: 4GB",
    env: ["DUCKGRES_MEMORY_LIMIT", "512 MiB"],
    flags: ["--memory-limit", ""],
    pick: (config) => config.memoryLimit,
    means: { default: "", yaml: "4GB", env: "512 MiB", flag: "" },
  },
  {
    yaml: "process: {min_workers: 2}",
    env: ["DUCKGRES_PROCESS_MIN_WORKERS", "3"],
    flags: ["--mode=control-plane", "--process-min-workers", "4"],
    pick: (config) => config.workers.min,
    means: { default: 0, yaml: 2, env: 3, flag: 4 },
  },
  {
    yaml: "memory_rebalance: true",
    env: ["DUCKGRES_MEMORY_REBALANCE", "no"],
    flags: ["--mode=control-plane", "--memory-rebalance"],
    pick: (config) => config.workers.memoryRebalance,
    means: { default: false, yaml: true, env: false, flag: true },
  },
  {
    yaml: "worker_idle_timeout: 1m",
    env: ["DUCKGRES_WORKER_IDLE_TIMEOUT", "0"],
    flags: ["--mode=control-plane", "--worker-idle-timeout", "2m"],
    pick: (config) => config.workers.idleTimeout,
    means: { default: 300_000, yaml: 60_000, env: 0, flag: 120_000 },
  },
  {
    yaml: "trace_endpoint: http://a:4318/v1/traces",
    env: ["DUCKGRES_TRACE_ENDPOINT", "b:4318"],
    flags: ["--trace-endpoint", "https://c/otel"],
    pick: (config) => config.traceEndpoint,
    means: {
      default: "",
      yaml: "http://a:4318/v1/traces",
      env: "http://b:4318/v1/traces",
      flag: "https://c/otel",
    },
  },
];

for (const levels of precedence) {
  Deno.test(`flag before variable before file before default: ${levels.yaml.replaceAll("\n", " ")}`, () =>
    inFolder({ "other.yaml": levels.yaml }, async (cwd) => {
      const { pick, means } = levels;
      const env: Record<string, string> = {};
      const argv: string[] = [];
      assert.deepEqual(pick(await run({ cwd, env, argv })), means.default);
      env.DUCKGRES_CONFIG = "other.yaml";
      assert.deepEqual(pick(await run({ cwd, env, argv })), means.yaml);
      env[levels.env[0]] = levels.env[1];
      assert.deepEqual(pick(await run({ cwd, env, argv })), means.env);
      argv.push(...levels.flags);
      assert.deepEqual(pick(await run({ cwd, env, argv })), means.flag);
    }));
}

Deno.test("duckgres.yaml is read by itself, and not when another file is named", () =>
  inFolder({ "duckgres.yaml": "port: 1001\n", "other.yaml": "http_port: 1002\n" }, async (cwd) => {
    const itself = await run({ cwd });
    assert.deepEqual([itself.port, itself.httpPort], [1001, 8080]);
    assert.equal(itself.configFile, join(cwd, "duckgres.yaml"));
    const other = await run({ cwd, argv: ["--config", "other.yaml"], env: { DUCKGRES_CONFIG: "no.yaml" } });
    assert.deepEqual([other.port, other.httpPort], [5432, 1002]);
    assert.equal(other.configFile, join(cwd, "other.yaml"));
  }));

Deno.test("a file may be empty, have keys without values, and use anchors", () =>
  inFolder({ "a.yaml": "", "b.yaml": "port:\nextensions:\nrate_limit:\n", "c.yaml": "" }, async (cwd) => {
    assert.equal((await run({ cwd, argv: ["--config=a.yaml"] })).port, 5432);
    assert.equal((await run({ cwd, argv: ["--config=b.yaml"] })).port, 5432);
    const text = "idle_timeout: &t 20s\nsession_init_timeout: *t\n";
    await writeFile(join(cwd, "c.yaml"), text);
    assert.equal((await run({ cwd, argv: ["--config=c.yaml"] })).sessionInitTimeout, 20_000);
  }));

Deno.test("an empty variable counts as not set", () =>
  inFolder({}, async (cwd) => {
    const env = { DUCKGRES_PORT: "", DUCKGRES_NO_SUCH: "", DUCKGRES_DUCKLAKE_OBJECT_STORE: "" };
    assert.equal((await run({ cwd, env })).port, 5432);
  }));

Deno.test("the variables Kubernetes makes for a service named duckgres are not ours", () =>
  inFolder({}, async (cwd) => {
    const env = {
      DUCKGRES_SERVICE_HOST: "10.0.0.1",
      DUCKGRES_SERVICE_PORT: "5432",
      DUCKGRES_SERVICE_PORT_PG: "5432",
      DUCKGRES_PORT: "tcp://10.0.0.1:5432",
      DUCKGRES_PORT_5432_TCP: "tcp://10.0.0.1:5432",
      DUCKGRES_PORT_5432_TCP_PROTO: "tcp",
      DUCKGRES_PORT_5432_TCP_PORT: "5432",
      DUCKGRES_PORT_5432_TCP_ADDR: "10.0.0.1",
      DUCKGRES_CONTROL_PLANE_SERVICE_HOST: "10.0.0.2",
      DUCKGRES_CONTROL_PLANE_PORT: "tcp://10.0.0.2:5432",
    };
    assert.equal((await run({ cwd, env })).port, 5432);
  }));

Deno.test("flags: one dash or two, = or a space, switches take no value, the last one counts", () =>
  inFolder({}, async (cwd) => {
    const argv = [
      "-port",
      "1",
      "--port=2",
      "-http-port=0",
      "--file-persistence",
      ":memory:",
      "--data-dir",
      "x",
    ];
    const config = await run({ cwd, argv });
    assert.deepEqual(
      [config.port, config.httpPort, config.filePersistence, config.target, config.dataDir],
      [2, 0, true, ":memory:", join(cwd, "x")],
    );
  }));

Deno.test("users: passwords as written, who is a superuser", () =>
  inFolder({
    "duckgres.yaml": `host: 0.0.0.0
users:
  postgres: changed
  ann: 0123
  bob: {password: "yes", superuser: true}
  42: off
  o'neil: {password: "#1 !*&"}
`,
  }, async (cwd) => {
    assert.deepEqual(
      (await run({ cwd })).users,
      new Map([
        ["postgres", { password: "changed", superuser: true }],
        ["ann", { password: "0123", superuser: false }],
        ["bob", { password: "yes", superuser: true }],
        ["42", { password: "off", superuser: false }],
        ["o'neil", { password: "#1 !*&", superuser: false }],
      ]),
    );
  }));

Deno.test("a user named postgres is a superuser unless the file says otherwise", () =>
  inFolder({ "duckgres.yaml": "users: {postgres: {password: x, superuser: false}}" }, async (cwd) => {
    assert.equal((await run({ cwd })).users.get("postgres")?.superuser, false);
  }));

Deno.test("paths start at the current folder; URLs and :memory: stay", () =>
  inFolder({ "duckgres.yaml": "allowed_directories: [shared, /srv/data, 's3://bucket/x/']" }, async (cwd) => {
    const config = await run({ cwd, argv: [":memory:"] });
    assert.deepEqual(config.allowedDirectories, [join(cwd, "shared"), "/srv/data", "s3://bucket/x/"]);
    assert.equal(config.target, ":memory:");
  }));

Deno.test("targets: a database that is there, one to be created, a folder", () =>
  inFolder({ "there.db": "" }, async (cwd) => {
    await mkdir(join(cwd, "parquet"));
    for (const target of ["there.db", "./new.DuckDB", "parquet"]) {
      assert.equal((await run({ cwd, argv: [target] })).target, join(cwd, target));
    }
  }));

Deno.test("given certificates", () => {
  const pem = (block: string) => `-----BEGIN ${block}-----\nMAo=\n-----END ${block}-----\n`;
  return inFolder({ crt: pem("CERTIFICATE"), key: pem("EC PRIVATE KEY") }, async (cwd) => {
    const config = await run({ cwd, argv: ["--cert", "crt"], env: { DUCKGRES_KEY: "key" } });
    assert.deepEqual(config.tls, { mode: "required", cert: join(cwd, "crt"), key: join(cwd, "key") });
  });
});

Deno.test("the default user is refused on every address other machines reach, and only there", () => {
  for (const host of ["127.0.0.1", "127.8.9.10", "::1", "localhost", "LOCALHOST"]) {
    assert.ok(isLoopback(host), host);
  }
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "localhost.example.com", "1270.0.0.1", "127.evil.com"]) {
    assert.ok(!isLoopback(host), host);
  }
});

Deno.test("a control plane", () =>
  inFolder({}, async (cwd) => {
    const argv = ["--mode", "control-plane", "--process-max-workers=3", "--process-retire-on-session-end"];
    const env = {
      DUCKGRES_MEMORY_BUDGET: "2GiB",
      DUCKGRES_SOCKET_DIR: "run",
      DUCKGRES_WORKER_BACKEND: "process",
    };
    const { mode, workers, service } = await run({ cwd, argv, env });
    assert.deepEqual([mode, service], ["control-plane", null]);
    assert.deepEqual(workers, {
      min: 0,
      max: 3,
      retireOnSessionEnd: true,
      queueTimeout: 60_000,
      idleTimeout: 300_000,
      memoryBudget: 2 ** 31,
      memoryRebalance: false,
      socketDir: join(cwd, "run"),
    });
  }));

Deno.test("a worker: by either name, on an inherited socket, a path or TCP", () =>
  inFolder({}, async (cwd) => {
    const env = { DUCKGRES_DUCKDB_TOKEN: "t0ken", DUCKGRES_DUCKDB_LISTEN: "unix:w.sock" };
    const worker = async (...argv: string[]) => await run({ cwd, env, argv });
    for (const name of ["worker", "duckdb-service"]) {
      const { mode, service } = await worker("--mode", name, "--duckdb-max-sessions=2");
      assert.equal(mode, "worker");
      assert.deepEqual(service, { listen: { path: join(cwd, "w.sock") }, token: "t0ken", maxSessions: 2 });
    }
    const inherited = await worker("--mode=worker", "--duckdb-listen-fd", "3");
    assert.deepEqual(inherited.service?.listen, { fd: 3 });
    const open = await worker("--mode=worker", "--duckdb-listen", ":8816");
    assert.deepEqual(open.service?.listen, { host: "0.0.0.0", port: 8816 });
    const plain = await worker("--mode=worker", "--duckdb-listen=[::1]:0", "--tls=off");
    assert.deepEqual(plain.service?.listen, { host: "::1", port: 0 });
  }));

Deno.test("what means nothing to a mode is passed over in the file and the environment, which modes share", () =>
  inFolder(
    { "duckgres.yaml": "process: {max_workers: 4}\nport: 9090\nworker_queue_timeout: 1s\n" },
    async (cwd) => {
      const env = {
        DUCKGRES_DUCKDB_TOKEN: "t0ken",
        DUCKGRES_PROCESS_MIN_WORKERS: "9",
        DUCKGRES_HOST: "0.0.0.0",
      };
      const { service } = await run({ cwd, env, argv: ["--mode=worker"] });
      assert.deepEqual(service?.listen, { host: "127.0.0.1", port: 8816 });
      const standalone = await run({ cwd, env: { ...env, DUCKGRES_HOST: "" }, argv: ["--metrics-port=0"] });
      assert.equal(standalone.service, null);
    },
  ));

Deno.test("OpenTelemetry's own variable decides over ours, and a flag over both", () =>
  inFolder({ "duckgres.yaml": "trace_endpoint: http://file:1" }, async (cwd) => {
    const env = {
      DUCKGRES_TRACE_ENDPOINT: "ours:4318",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://theirs:4318/v1/traces",
    };
    assert.equal((await run({ cwd, env })).traceEndpoint, "http://theirs:4318/v1/traces");
    const argv = ["--trace-endpoint=flag:1"];
    assert.equal((await run({ cwd, env, argv })).traceEndpoint, "http://flag:1/v1/traces");
    assert.equal((await run({ cwd, env, argv: ["--trace-endpoint="] })).traceEndpoint, "");
  }));

Deno.test("addresses a worker listens on", () => {
  const good: [string, unknown][] = [
    ["unix:/run/w.sock", { path: "/run/w.sock" }],
    ["unix:///run/w.sock", { path: "/run/w.sock" }],
    ["unix:w.sock", { path: "w.sock" }],
    [":8816", { host: "0.0.0.0", port: 8816 }],
    ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
    ["worker.local:8816", { host: "worker.local", port: 8816 }],
    ["[::]:8816", { host: "::", port: 8816 }],
  ];
  for (const [text, value] of good) assert.deepEqual(listenAddress.parse([text]), { value }, text);
  for (
    const text of ["", "8816", "unix:", "host", "::1:8816", "[host]:1", "host:99999", "1.2.3:4", "tcp://a:1"]
  ) {
    assert.ok("wrong" in listenAddress.parse([text]), text);
  }
});

Deno.test("--help and --version win over whatever else is wrong", () =>
  inFolder({ "duckgres.yaml": "port: [" }, async (cwd) => {
    for (const flag of ["--help", "-h", "-help"]) {
      const loaded = await loadConfig({ argv: ["--nonsense", flag], env: {}, cwd });
      assert.deepEqual(loaded, { kind: "help", text: helpText() });
    }
    for (const flag of ["--version", "-v", "-version"]) {
      const loaded = await loadConfig({ argv: [flag], env: { DUCKGRES_PORT: "x" }, cwd });
      assert.deepEqual(loaded, { kind: "version", text: `duckgres ${version}` });
    }
  }));

Deno.test("help and reference mention every way to give every option", () => {
  const [help, page] = [helpText(), reference()];
  for (const name of optionNames) {
    const { yaml, env, flag } = table[name];
    if (flag) assert.match(help, new RegExp(`^  --${flag}[ \\[]`, "m"));
    if (env) assert.match(help, new RegExp(`\\b${envPrefix}${env}\\b`));
    if (yaml) assert.match(help, new RegExp(`(^|[ ,])${yaml.replaceAll(".", "\\.")}:`, "m"));
    if (flag) assert.ok(page.includes(`\`--${flag}\``), flag);
    if (env) assert.ok(page.includes(`\`${envPrefix}${env}\``), env);
    if (yaml) assert.ok(page.includes(`\`${yaml}\``), yaml);
  }
  assert.ok(help.split("\n").every((line) => line.length <= 100));
});

Deno.test("docs/configuration.md is the generated page", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/configuration.md", import.meta.url));
  assert.equal(page, reference(), "write it again: deno run -A server/config/reference.ts");
});

Deno.test("the example of the page works", () =>
  inFolder({ "duckgres.yaml": example }, async (cwd) => {
    const config = await run({ cwd });
    assert.equal(config.host, "0.0.0.0");
    assert.match(config.memoryLimit, /^\d+MiB$/);
  }));

Deno.test("the page's mistakes are what they are said to be", () =>
  inFolder({}, async (cwd) => {
    const argv = ["--prot", "5433", "--idle-timeout", "10"];
    const loaded = await loadConfig({ argv, env: {}, cwd });
    const lines = loaded.kind === "problems" ? loaded.problems.map((line) => `    ${line}\n`) : [];
    assert.equal(lines.length, 2);
    assert.ok(reference().includes(`    $ duckgres ${argv.join(" ")}\n${lines.join("")}`));
  }));

Deno.test("every default can be written as an option", () => {
  for (const name of optionNames) {
    const { kind, default: text } = table[name];
    assert.ok("value" in kind.parse(split(kind, text)), name);
  }
});

Deno.test("no name means two things", () => {
  for (const way of ["yaml", "env", "flag"] as const) {
    const names = [...optionNames.map((name) => table[name][way]), ...unavailable.map((row) => row[way])];
    const given = names.filter((name) => name !== null);
    assert.deepEqual(given.length, new Set(given).size, way);
  }
});

Deno.test("every name of the Go system that is not available says so, in every way it can be given", () =>
  inFolder({}, async (cwd) => {
    for (const { yaml, env, flag } of unavailable) {
      if (env) {
        const origin = envPrefix + env;
        await refuses({ argv: [], env: { [origin]: "1" }, cwd }, yaml, origin);
      }
      if (flag) await refuses({ argv: [`--${flag}=1`], env: {}, cwd }, yaml, `--${flag}`);
      if (yaml) {
        const keys = yaml.split(".");
        const text = keys.map((key, depth) => `${"  ".repeat(depth)}${key}:`).join("\n") + " 1\n";
        await writeFile(join(cwd, "x.yaml"), text);
        await refuses({ argv: ["--config=x.yaml"], env: {}, cwd }, yaml, `x.yaml:${keys.length}`);
      }
    }
  }));

async function refuses(input: Input, yaml: string | null, origin: string): Promise<void> {
  const subject = yaml === null ? origin : `${yaml} (${origin})`;
  const problems = [`${subject} is not available in this version`];
  assert.deepEqual(await loadConfig(input), { kind: "problems", problems });
}

Deno.test("durations as Go writes them, in milliseconds", () => {
  const good: [string, number][] = [
    ["0", 0],
    ["300ms", 300],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["-1s", -1000],
    ["+2m", 120_000],
    [".5s", 500],
    ["1.s", 1000],
    ["250us", 0.25],
    ["250µs", 0.25],
    ["1h0m0.5s", 3_600_500],
  ];
  for (const [text, value] of good) assert.equal(parseDuration(text), value, text);
  for (
    const text of ["", "-", "1", "s", ".s", "1d", "1 s", "1s ", "s1", "1h-1m", "--1s", "1e3s", "1H", "NaNs"]
  ) {
    assert.equal(parseDuration(text), undefined, text);
  }
});

Deno.test("a duration too small for a timer is not taken for none", () =>
  inFolder({}, async (cwd) => {
    assert.equal((await run({ cwd, argv: ["--slow-query-threshold", "10us"] })).slowQueryThreshold, 1);
  }));

Deno.test("sizes in bytes", () => {
  assert.equal(bytesOf("75%", 8 * 2 ** 30), 6 * 2 ** 30);
  assert.equal(bytesOf("512 MiB", 1), 2 ** 29);
  assert.equal(bytesOf("1.5GB", 1), 1_500_000_000);
});

Deno.test("percentages of memory", () => {
  assert.equal(inBytes("50%", 8 * 2 ** 30), "4096MiB");
  assert.equal(inBytes("12.5%", 8 * 2 ** 30), "1024MiB");
  assert.equal(inBytes("4GB", 1), "4GB");
  assert.equal(inBytes("", 1), "");
});

Deno.test("the nearest name", () => {
  assert.equal(editDistance("", "abc"), 3);
  assert.equal(editDistance("kitten", "sitting"), 3);
  assert.equal(editDistance("prot", "port"), 1);
  assert.equal(nearest("PROT", ["host", "port"]), "port");
  assert.equal(nearest("x", ["host", "port"]), undefined);
  assert.equal(nearest("same", ["some", "same"]), "same");
});
