import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, type Input, isLoopback, loadConfig } from "./mod.ts";
import { helpText } from "./help.ts";
import { parseDuration, split } from "./kinds.ts";
import { inBytes } from "./memory.ts";
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
    assert.deepEqual(await run({ cwd, env: { PATH: "/bin", HOME: "/root" } }), {
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
