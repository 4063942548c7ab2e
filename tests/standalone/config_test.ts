/** Configuration mistakes as an operator meets them: the whole program, its lines on stderr, and its exit status. */
import assert from "node:assert/strict";
import net from "node:net";
import { loggedIn } from "../support/raw_client.ts";
import { failToStart, startServer } from "../support/server.ts";
import { waitFor } from "../support/wait.ts";

interface Mistake {
  flags?: string[];
  env?: Record<string, string>;
  /** `duckgres.yaml` in the folder the program starts in. */
  yaml?: string;
  /** What stderr says, without the `duckgres: ` each line begins with. */
  lines: (string | RegExp)[];
}

const port = "allowed: a whole number from 0 to 65535";

const mistakes: Record<string, Mistake> = {
  "a misspelt flag": { flags: ["--prot", "1"], lines: ["--prot: unknown flag; did you mean --port?"] },
  "a flag like no other": {
    flags: ["--frobnicate=1"],
    lines: ["--frobnicate: unknown flag; see --help for all there are"],
  },
  "a misspelt variable": {
    env: { DUCKGRES_PROT: "1" },
    lines: ["DUCKGRES_PROT: unknown environment variable; did you mean DUCKGRES_PORT?"],
  },
  "a misspelt key": {
    yaml: "http-port: 8081\n",
    lines: ["http-port (duckgres.yaml:1): unknown key; did you mean http_port?"],
  },
  "a key in the wrong place": {
    yaml: "max_connections: 5\n",
    lines: ["max_connections (duckgres.yaml:1): unknown key; did you mean rate_limit.max_connections?"],
  },
  "a key of a later version": {
    yaml: "ducklake:\n  data_path: /lake\n",
    lines: ["ducklake.data_path (duckgres.yaml:2) is not available in this version"],
  },
  "a variable of a later version": {
    env: { DUCKGRES_DUCKLAKE_METADATA_STORE: "postgres:host=db" },
    lines: ["ducklake.metadata_store (DUCKGRES_DUCKLAKE_METADATA_STORE) is not available in this version"],
  },
  "a mode of a later version": {
    flags: ["--mode", "reshard-runner"],
    lines: [
      'mode (--mode): "reshard-runner" is not available in this version; ' +
      "allowed: standalone, control-plane, worker, duckdb-service",
    ],
  },
  "a port that is a word": {
    flags: ["--port", "postgres"],
    lines: [`port (--port): "postgres" is not a whole number; ${port}`],
  },
  "a port too high": {
    env: { DUCKGRES_PORT: "65536" },
    lines: [`port (DUCKGRES_PORT): "65536" is not in range; ${port}`],
  },
  "a port below zero": {
    yaml: "port: -1\n",
    lines: [`port (duckgres.yaml:1): "-1" is not in range; ${port}`],
  },
  "a flag without its value": {
    flags: ["--port"],
    lines: [`port (--port): no value given; ${port}`],
  },
  "an HTTP port with a fraction": {
    flags: ["--http-port=80.5"],
    lines: [`http_port (--http-port): "80.5" is not a whole number; ${port}`],
  },
  "an empty metrics port": {
    flags: ["--metrics-port="],
    lines: [`metrics_port (--metrics-port): "" is not a whole number; ${port}`],
  },
  "an address with a port": {
    flags: ["--host", "127.0.0.1:5432"],
    lines: [/^host \(--host\): "127\.0\.0\.1:5432" is not an address; allowed: /],
  },
  "an address out of range": {
    yaml: "host: 127.0.0.256\n",
    lines: [/^host \(duckgres\.yaml:1\): "127\.0\.0\.256" is not an address; allowed: /],
  },
  "the default password on every address": {
    flags: ["--host", "0.0.0.0"],
    lines: [
      /^host \(--host\): .*postgres.*; allowed: .*127\.0\.0\.1, or set users in the configuration file/,
    ],
  },
  "the default password among other users": {
    yaml: "host: '::'\nusers:\n  ann: secret\n  postgres: postgres\n",
    lines: [/^host \(duckgres\.yaml:1\): .*postgres/],
  },
  "TLS of another kind": {
    flags: ["--tls", "maybe"],
    lines: ['tls.mode (--tls): "maybe" is not known; allowed: required, optional, off'],
  },
  "a certificate without its key": {
    flags: ["--cert", "server.crt"],
    lines: [
      "tls.cert (--cert): given without tls.key; allowed: both, or neither for a generated certificate",
    ],
  },
  "a duration without a unit": {
    flags: ["--idle-timeout", "30"],
    lines: [
      /^idle_timeout \(--idle-timeout\): "30" has no unit; allowed: a duration such as 300ms, 10s or 1h30m/,
    ],
  },
  "a duration in days": {
    yaml: "idle_timeout: 2d\n",
    lines: [/^idle_timeout \(duckgres\.yaml:1\): "2d" is not a duration; allowed: /],
  },
  "a drain of less than nothing": {
    flags: ["--shutdown-timeout", "-5s"],
    lines: [/^shutdown_timeout \(--shutdown-timeout\): "-5s" is too short; allowed: /],
  },
  "a memory limit without a unit": {
    yaml: "memory_limit: 4000000000\n",
    lines: [/^memory_limit \(duckgres\.yaml:1\): "4000000000" has no unit; allowed: /],
  },
  "more than all the memory": {
    flags: ["--memory-limit", "150%"],
    lines: [/^memory_limit \(--memory-limit\): "150%" is not from 1% to 100%; allowed: /],
  },
  "threads below zero": {
    flags: ["--threads", "-4"],
    lines: ['threads (--threads): "-4" is not in range; allowed: a whole number from 0 to 1024'],
  },
  "no connections at all": {
    yaml: "rate_limit: {max_connections: 0}\n",
    lines: [/^rate_limit\.max_connections \(duckgres\.yaml:1\): "0" is not in range; allowed: /],
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
  "an extension with SQL": {
    env: { DUCKGRES_EXTENSIONS: "tpch,x; drop table t" },
    lines: [/^extensions \(DUCKGRES_EXTENSIONS\): "x; drop table t" is not an extension; allowed: /],
  },
  "a text where a list belongs": {
    yaml: "allowed_directories: /data\n",
    lines: [/^allowed_directories \(duckgres\.yaml:1\): not a list of values; allowed: /],
  },
  "a configuration file that is not there": {
    flags: ["--config", "other.yaml"],
    lines: ['config (--config): "other.yaml" cannot be read: no such file; allowed: a readable YAML file'],
  },
  "a mistake in the file's syntax": {
    yaml: "tls:\n\tmode: off\n",
    lines: ["duckgres.yaml:2: not valid YAML: Tabs are not allowed as indentation"],
  },
  "a key given twice": {
    yaml: "port: 5432\nport: 5433\n",
    lines: ["port (duckgres.yaml:2): already given at duckgres.yaml:1"],
  },
  "users without any": {
    yaml: "users: {}\n",
    lines: ["users (duckgres.yaml:1): no users given; allowed: at least one name: password"],
  },
  "a user without a password": {
    yaml: "users:\n  ann:\n",
    lines: [/^users\.ann \(duckgres\.yaml:2\): no password given; allowed: /],
  },
  "a user name that leaves the data folder": {
    yaml: "users:\n  ../ann: secret\n",
    lines: [/^users \(duckgres\.yaml:2\): "\.\.\/ann" is not a user name; allowed: /],
  },
  "two targets": {
    flags: ["a.duckdb", "b.duckdb"],
    lines: [/target.*b\.duckdb|b\.duckdb.*target/i],
  },
  "a target that is not there": {
    flags: ["./nowhere"],
    lines: [/nowhere/],
  },
  "many mistakes together": {
    flags: ["--port", "x"],
    env: { DUCKGRES_THREADS: "many" },
    yaml: "log_level: loud\n",
    lines: [
      /^log_level \(duckgres\.yaml:1\): "loud" is not known/,
      /^port \(--port\): "x" is not a whole number/,
      /^threads \(DUCKGRES_THREADS\): "many" is not a whole number/,
    ],
  },
};

for (const [name, { flags, env, yaml, lines }] of Object.entries(mistakes)) {
  Deno.test(`a wrong configuration is refused: ${name}`, async () => {
    const files: Record<string, string> = yaml === undefined ? {} : { "duckgres.yaml": yaml };
    const ended = await failToStart({ flags, env, files });
    const said = ended.stderr.trimEnd().split("\n").sort();
    assert.equal(said.length, lines.length, ended.stderr);
    for (const [i, line] of lines.entries()) {
      if (typeof line === "string") assert.equal(said[i], `duckgres: ${line}`);
      else assert.match(said[i].replace(/^duckgres: /, ""), line);
    }
    assert.equal(ended.stdout, "");
    assert.equal(ended.code, 2);
  });
}

Deno.test("a taken port says so, and how to take another", async () => {
  const taken = net.createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as net.AddressInfo;
  try {
    for (const flag of ["--port", "--http-port", "--metrics-port"]) {
      const others = ["--port", "--http-port", "--metrics-port"].filter((other) => other !== flag);
      const ended = await failToStart({ flags: [`${flag}=${port}`, ...others.map((other) => `${other}=0`)] });
      assert.match(ended.stderr, new RegExp(`${port}.* in use.*${flag}`), flag);
      assert.equal(ended.stderr.trimEnd().split("\n").length, 1, ended.stderr);
      assert.notEqual(ended.code, 0);
    }
  } finally {
    await new Promise((resolve) => taken.close(resolve));
  }
});

Deno.test("a data folder that cannot be made is one clear line", async () => {
  const ended = await failToStart({
    flags: ["--data-dir=file/data", "--port=0", "--http-port=0", "--metrics-port=0"],
    files: { file: "" },
  });
  assert.match(ended.stderr, /^duckgres: .*file\/data/);
  assert.equal(ended.stderr.trimEnd().split("\n").length, 1, ended.stderr);
  assert.notEqual(ended.code, 0);
});

Deno.test("--help and --version print and end well", async () => {
  const help = await failToStart({ flags: ["--help"] });
  assert.match(help.stdout, /--data-dir/);
  assert.equal(help.code, 0);
  const version = await failToStart({ flags: ["--version"] });
  assert.match(version.stdout, /^duckgres \d+\.\d+\.\d+/);
  assert.equal(version.code, 0);
});

Deno.test("a flag wins over the environment, that over the file", async () => {
  await using server = await startServer({
    config: "log_level: error\nlog_format: json\n",
    env: { DUCKGRES_LOG_LEVEL: "warn", DUCKGRES_PORT: "1" },
    flags: ["--log-level=debug"],
  });
  await using client = await loggedIn(server);
  await client.query("select 1");
  await waitFor(
    "a line of the flag's level and the file's format",
    () => /"level":"debug"/i.test(server.output()),
  );
  assert.equal(await server.stop(), 0);
});
