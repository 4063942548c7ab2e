import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import { configureLogs, errorFacts, type Facts, logger, type LogLevel } from "./log.ts";
import { formatLog } from "./log_format.ts";

const time = Date.UTC(2025, 0, 2, 3, 4, 5, 678);

function text(message: string, facts: Facts = {}, level: LogLevel = "info"): string {
  return formatLog({ time, level, logger: "session", message, facts }, "text");
}

function json(message: string, facts: Facts = {}): string {
  return formatLog({ time, level: "warn", logger: "session", message, facts }, "json");
}

/** What is logged while `run` runs, without the time. */
function captured(level: LogLevel, run: () => void): string[] {
  const lines: string[] = [];
  configureLogs({
    level,
    format: "text",
    sink: (line) => lines.push(line.slice("2025-01-02T03:04:05.678Z ".length)),
  });
  run();
  return lines;
}

Deno.test("a line of text", () => {
  assert.equal(
    text("connection started", {
      pid: 7,
      user: "ann",
      remote: "[::1]:5432",
      tls: null,
      rows: 10n,
      superuser: false,
    }),
    '2025-01-02T03:04:05.678Z info  connection started pid=7 user=ann remote="[::1]:5432" tls=null rows=10 superuser=false',
  );
  assert.equal(text("x", {}, "error"), "2025-01-02T03:04:05.678Z error x");
});

Deno.test("a fact that is undefined is left out", () => {
  assert.equal(text("x", { a: undefined, b: 1 }), "2025-01-02T03:04:05.678Z info  x b=1");
  assert.equal(json("x", { a: undefined }).includes('"a"'), false);
});

Deno.test("a value that could be misread is quoted", () => {
  const values: [given: string, shown: string][] = [
    ["ann", "ann"],
    ["127.0.0.1:5432", "127.0.0.1:5432"],
    ["", '""'],
    ["two words", '"two words"'],
    ["a=b", '"a=b"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["back\\slash", '"back\\\\slash"'],
    ["née", '"née"'],
  ];
  for (const [given, shown] of values) {
    assert.equal(text("x", { a: given }), `2025-01-02T03:04:05.678Z info  x a=${shown}`);
  }
});

Deno.test("a client's text cannot start a line nor steer a terminal", () => {
  const hostile = "a\nb\rc\u001b[2J\u009b2J\u007f\u2028\u2029";
  const escaped = "a\\nb\\rc\\u001b[2J\\u009b2J\\u007f\\u2028\\u2029";
  assert.equal(text("x", { sql: hostile }), `2025-01-02T03:04:05.678Z info  x sql="${escaped}"`);
  assert.ok(text(hostile).endsWith("info  a\\u000ab\\u000dc\\u001b[2J\\u009b2J\\u007f\\u2028\\u2029"));
  assert.equal(JSON.parse(json("x", { sql: hostile })).sql, hostile);
  assert.ok(!/[\p{Cc}\u2028\u2029]/u.test(json(hostile, { sql: hostile })));
});

Deno.test("a line of JSON", () => {
  assert.equal(
    json("connection started", { pid: 7, user: "ann", rows: 10n, tls: null }),
    '{"time":"2025-01-02T03:04:05.678Z","level":"warn","logger":"session","message":"connection started",' +
      '"pid":7,"user":"ann","rows":"10","tls":null}',
  );
});

Deno.test("secrets are hidden in every text of a line, in both forms", () => {
  for (const line of [text, json]) {
    const shown = line("cannot attach 'password=opensesame'", {
      sql: "ALTER ROLE ann PASSWORD 'opensesame'",
      error: "at postgres://ann:opensesame@h/d",
    });
    assert.ok(!shown.includes("opensesame"), shown);
  }
});

Deno.test("long texts are capped", () => {
  const shown = JSON.parse(json("x", { sql: "é".repeat(10_000) })).sql;
  assert.equal(new TextEncoder().encode(shown).length, 4095);
  assert.ok(shown.endsWith("é…"));
});

const levels: [level: LogLevel, expected: string[]][] = [
  ["debug", ["debug a n=1", "info  b n=2", "warn  c n=3", "error d n=4"]],
  ["info", ["info  b n=2", "warn  c n=3", "error d n=4"]],
  ["warn", ["warn  c n=3", "error d n=4"]],
  ["error", ["error d n=4"]],
];

for (const [level, expected] of levels) {
  Deno.test(`at ${level} there is what is at least as grave`, () => {
    const log = logger("test");
    const lines = captured(level, () => {
      log.debug("a", { n: 1 });
      log.info("b", { n: 2 });
      log.warn("c", { n: 3 });
      log.error("d", { n: 4 });
    });
    assert.deepEqual(lines, expected);
    const on = (["debug", "info", "warn", "error"] as const).filter((each) => log.on(each));
    assert.equal(on.length, expected.length);
  });
}

Deno.test("braces in a message are its own", () => {
  assert.deepEqual(captured("info", () => logger("test").info("a {b} {{c}} {")), ["info  a {b} {{c}} {"]);
});

Deno.test("a sink that fails stops nobody", () => {
  let calls = 0;
  configureLogs({
    level: "info",
    format: "text",
    sink() {
      calls++;
      throw new Error("disk full");
    },
  });
  const log = logger("test");
  log.info("one");
  log.info("two");
  assert.equal(calls, 2);
});

Deno.test("without a sink lines go to standard error, whole", async () => {
  const code = `
    import { configureLogs, logger } from ${JSON.stringify(import.meta.resolve("./log.ts"))};
    logger("early").error("before it is configured");
    configureLogs({ level: "info", format: "text" });
    for (let i = 0; i < 100; i++) logger("test").info("x".repeat(4000), { i });
  `;
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
    cwd: new URL("../..", import.meta.url),
  }).output();
  const lines = new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes("xxx"));
  assert.ok(success);
  assert.equal(stdout.length, 0);
  assert.equal(lines.length, 100);
  assert.match(lines[99], /^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}x{4000} i=99$/);
  assert.ok(!new TextDecoder().decode(stderr).includes("before it is configured"));
});

Deno.test("an error's facts", () => {
  const user = new PgError("42P01", 'relation "t" does not exist', { detail: "none" });
  assert.deepEqual(errorFacts(user), {
    sqlstate: "42P01",
    error: 'relation "t" does not exist',
    detail: "none",
  });
  const origin = new TypeError("x is undefined");
  const fault = errorFacts(new PgError("XX000", "internal error", { cause: origin }));
  assert.deepEqual([fault.sqlstate, fault.error, fault.stack], ["XX000", "internal error", origin.stack]);
  assert.equal(errorFacts(origin).stack, origin.stack);
  assert.deepEqual(errorFacts("plain"), { error: "plain" });
});
