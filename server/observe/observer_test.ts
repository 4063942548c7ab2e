import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import type { ClientFacts } from "../observer.ts";
import { configureLogs, logger, type LogLevel } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { observe } from "./observer.ts";
import { createLiveSessions } from "./queries.ts";
import type { QueryTracer } from "./traces.ts";

const ann: ClientFacts = {
  pid: 7,
  user: "ann",
  database: "sales",
  application: "psql",
  remote: "127.0.0.1:50000",
  tls: "TLSv1.3",
};

function setup(level: LogLevel) {
  const lines: string[] = [];
  configureLogs({
    level,
    format: "text",
    sink: (line) => lines.push(line.slice("2025-01-02T03:04:05.678Z ".length)),
  });
  const metrics = createMetrics();
  const sessions = createLiveSessions();
  const observer = observe({ metrics, log: logger("session"), slowQueryThreshold: 1000, sessions });
  const sample = async (name: string) => {
    const line = (await metrics.text()).split("\n").find((each) => each.startsWith(name + " "));
    return line === undefined ? undefined : Number(line.slice(name.length + 1));
  };
  return { lines, observer, sessions, sample };
}

const statement = { sql: "SELECT 1", protocol: "simple", seconds: 0.0125, rows: 1, error: null } as const;
const facts = "pid=7 user=ann database=sales";
const traceparent = `00-${"1".repeat(32)}-${"2".repeat(16)}-01`;

Deno.test("a statement has an id where somebody reads it: in the log at debug", () => {
  const { lines, observer } = setup("debug");
  const session = observer.sessionStarted(ann, 0.02);
  const query = session.statementStarted("SELECT 1");
  assert.match(query?.id ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(query?.traceparent, undefined);
  session.statementFinished({ ...statement, query });
  assert.ok(
    lines.at(-1)?.startsWith(`debug statement ${facts} query=${query?.id} duration_ms=`),
    lines.at(-1),
  );
});

Deno.test("without debug and traces a statement has none", () => {
  const { observer } = setup("info");
  assert.equal(observer.sessionStarted(ann, 0.02).statementStarted("SELECT 1"), undefined);
});

Deno.test("a traced statement is a span from its start to its end, whose context it carries", () => {
  configureLogs({ level: "error", format: "text", sink: () => {} });
  const told: unknown[] = [];
  const tracer: QueryTracer = {
    start(query) {
      told.push(query);
      return { traceparent, end: ({ rows, error }) => told.push({ rows, error }) };
    },
  };
  const observer = observe({
    metrics: createMetrics(),
    log: logger("session"),
    slowQueryThreshold: 0,
    tracer,
  });
  const session = observer.sessionStarted(ann, 0.02);
  const query = session.statementStarted("SELECT 1");
  assert.equal(query?.traceparent, traceparent);
  session.statementFinished({ ...statement, query });
  const asked = { id: query?.id, sql: "SELECT 1", user: "ann", database: "sales", pid: 7 };
  assert.deepEqual(told, [asked, { rows: 1, error: null }]);
});

Deno.test("a connection is one line at its start and one at its end", async () => {
  const { lines, observer, sessions, sample } = setup("info");
  const session = observer.sessionStarted(ann, 0.02);
  assert.equal(await sample("duckgres_connections_open"), 1);
  assert.equal(sessions.size, 1);
  session.statementStarted("SELECT 1");
  session.stateChanged("active");
  assert.deepEqual([sessions.get(7)?.state, sessions.get(7)?.query], ["active", "SELECT 1"]);
  session.statementFinished(statement);
  session.stateChanged("idle");
  session.ended("terminated");
  assert.equal(sessions.size, 0);
  assert.equal(await sample("duckgres_connections_open"), 0);
  assert.equal(await sample('duckgres_connection_duration_seconds_count{org=""}'), 1);
  assert.equal(await sample('duckgres_query_total{org="",status="success",reason="none"}'), 1);
  assert.equal(await sample('duckgres_rows_sent_total{org=""}'), 1);
  assert.equal(lines.length, 2);
  assert.equal(
    lines[0],
    `info  connection started ${facts} application=psql remote=127.0.0.1:50000 tls=TLSv1.3`,
  );
  assert.match(
    lines[1],
    /^info {2}connection ended pid=7 user=ann database=sales duration_ms=[\d.]+ statements=1 reason=terminated$/,
  );
});

/** What a finished statement logs at debug: nothing more is logged at its own level, nothing at a graver one. */
const statements: [name: string, fact: { seconds?: number; error?: Error }, line: string][] = [
  [
    "an ordinary statement",
    {},
    `debug statement ${facts} duration_ms=12.5 rows=1 protocol=simple sql="SELECT 1"`,
  ],
  [
    "a slow statement",
    { seconds: 1 },
    `info  slow statement ${facts} duration_ms=1000 rows=1 protocol=simple sql="SELECT 1"`,
  ],
  [
    "a user's error",
    { error: new PgError("42P01", 'relation "t" does not exist') },
    `info  statement failed ${facts} duration_ms=12.5 protocol=simple sql="SELECT 1" sqlstate=42P01 ` +
    'error="relation \\"t\\" does not exist"',
  ],
  [
    "a canceled statement",
    { error: new PgError("57014", "canceling statement due to user request") },
    `info  statement failed ${facts} duration_ms=12.5 protocol=simple sql="SELECT 1" sqlstate=57014 ` +
    'error="canceling statement due to user request"',
  ],
  [
    "a full disk",
    { error: new PgError("53100", "disk full", { detail: "No space left on device" }) },
    `warn  statement failed ${facts} duration_ms=12.5 protocol=simple sql="SELECT 1" sqlstate=53100 ` +
    'error="disk full" detail="No space left on device"',
  ],
];

for (const [name, extra, line] of statements) {
  Deno.test(`${name} is logged as it deserves`, () => {
    const level = line.slice(0, 5).trim() as LogLevel;
    const { lines, observer } = setup(level);
    const session = observer.sessionStarted(ann, 0);
    lines.length = 0;
    session.statementFinished({ ...statement, ...extra });
    assert.deepEqual(lines, [line]);
    configureLogs({ level: "error", format: "text", sink: (each) => lines.push(each) });
    session.statementFinished({ ...statement, ...extra });
    assert.equal(lines.length, 1);
  });
}

Deno.test("a fault of ours is logged at error with its stack", () => {
  const { lines, observer } = setup("error");
  const session = observer.sessionStarted(ann, 0);
  session.statementFinished({ ...statement, error: new TypeError("x is undefined") });
  observer.fault(new TypeError("y is undefined"));
  assert.equal(lines.length, 2);
  assert.match(
    lines[0],
    /^error statement failed .* error="x is undefined" stack="TypeError: x is undefined\\n/,
  );
  assert.match(lines[1], /^error internal error error="y is undefined" stack="TypeError: y is undefined\\n/);
});

Deno.test("a failed login is counted and logged, without a word of the password", async () => {
  const { lines, observer, sample } = setup("info");
  const error = new PgError("28P01", 'password authentication failed for user "ann"', { severity: "FATAL" });
  observer.loginFailed({ ...ann, pid: 0, tls: null }, error);
  assert.deepEqual(lines, [
    "info  connection refused pid=0 user=ann database=sales application=psql remote=127.0.0.1:50000 tls=off " +
    'sqlstate=28P01 error="password authentication failed for user \\"ann\\""',
  ]);
  assert.equal(await sample("duckgres_auth_failures_total"), 1);
  assert.equal(
    await sample('duckgres_postgres_session_start_total{org="",outcome="failure",reason="auth"}'),
    1,
  );
});

Deno.test("a database that cannot be opened is no failed login", async () => {
  const { lines, observer, sample } = setup("warn");
  observer.loginFailed(ann, new PgError("58030", "could not open database file", { severity: "FATAL" }));
  assert.equal(lines.length, 1);
  assert.equal(await sample("duckgres_auth_failures_total"), 0);
  assert.equal(
    await sample('duckgres_postgres_session_start_total{org="",outcome="error",reason="system"}'),
    1,
  );
});

Deno.test("who is refused for a limit is counted and logged", async () => {
  const { lines, observer, sample } = setup("debug");
  observer.refused(
    "192.0.2.1",
    new PgError("53300", "sorry, too many clients already", { severity: "FATAL" }),
  );
  observer.notStarted("192.0.2.1", "closed");
  observer.cancelRequested();
  assert.deepEqual(lines, [
    'warn  connection refused remote=192.0.2.1 sqlstate=53300 error="sorry, too many clients already"',
    "debug no session started remote=192.0.2.1 reason=closed",
  ]);
  assert.equal(await sample("duckgres_rate_limit_rejects_total"), 1);
  assert.equal(await sample("duckgres_query_cancellations_total"), 1);
  assert.equal(
    await sample('duckgres_postgres_session_start_total{org="",outcome="failure",reason="capacity"}'),
    1,
  );
});

Deno.test("secrets in a client's statements and names do not reach the log", () => {
  const { lines, observer } = setup("debug");
  const session = observer.sessionStarted({ ...ann, application: "postgres://ann:opensesame@h/d" }, 0);
  session.statementFinished({ ...statement, sql: "ATTACH 'password=opensesame' AS p" });
  const error = new PgError("08001", "cannot connect with password='opensesame'", {
    detail: "secret=opensesame",
  });
  session.statementFinished({ ...statement, sql: "CREATE SECRET s (SECRET 'opensesame')", error });
  assert.equal(lines.length, 3);
  assert.ok(!lines.join("\n").includes("opensesame"), lines.join("\n"));
});
