import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import { gucs } from "./guc/table.ts";
import { engineStatements, SessionSettings, UnknownSetting } from "./settings.ts";

function settings(parameters: Record<string, string> = {}, superuser = true): SessionSettings {
  return new SessionSettings({ user: "ann", superuser, parameters: new Map(Object.entries(parameters)) });
}

const session = { local: false };

/** The error as PostgreSQL's verbose form shows it. */
function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert(error instanceof PgError, `not a PgError: ${error}`);
    const { sqlstate, message, detail, hint } = error;
    return [`${sqlstate}: ${message}`, detail && `DETAIL: ${detail}`, hint && `HINT: ${hint}`].filter(Boolean)
      .join(" ");
  }
  return "no error";
}

/** `[setting, value written, what SHOW answers after]`, each on a fresh session; answers are PostgreSQL's. */
const accepted: readonly [name: string, value: string, shown: string][] = [
  ["statement_timeout", "0", "0"],
  ["statement_timeout", "1.5s", "1500ms"],
  ["statement_timeout", "90min", "90min"],
  ["statement_timeout", "1500us", "2ms"],
  ["statement_timeout", "  10 ms ", "10ms"],
  ["statement_timeout", "30000", "30s"],
  ["lock_timeout", "1d", "1d"],
  ["idle_session_timeout", "2h", "2h"],
  ["work_mem", "1GB", "1GB"],
  ["work_mem", "1.5MB", "1536kB"],
  ["work_mem", "0x100", "256kB"],
  ["work_mem", "0400", "256kB"],
  ["effective_cache_size", "4GB", "4GB"],
  ["temp_buffers", "1000", "8000kB"],
  ["log_min_duration_statement", "-1", "-1"],
  ["default_statistics_target", "1e2", "100"],
  ["default_statistics_target", "10.5", "10"],
  ["extra_float_digits", "-15", "-15"],
  ["random_page_cost", "1e3", "1000"],
  ["random_page_cost", "1234567", "1.23457e+06"],
  ["seq_page_cost", "0.333333333333", "0.333333"],
  ["vacuum_cost_delay", "1.5", "1500us"],
  ["vacuum_cost_delay", "1500us", "1500us"],
  ["enable_seqscan", "of", "off"],
  ["enable_seqscan", "F", "off"],
  ["enable_seqscan", "yes", "on"],
  ["default_transaction_read_only", "tru", "on"],
  ["bytea_output", "ESCAPE", "escape"],
  ["client_min_messages", "debug", "debug2"],
  ["client_min_messages", "WARNING", "warning"],
  ["synchronous_commit", "false", "off"],
  ["synchronous_commit", "1", "on"],
  ["synchronous_commit", "remote_apply", "remote_apply"],
  ["default_transaction_isolation", "repeatable read", "repeatable read"],
  ["IntervalStyle", "iso_8601", "iso_8601"],
  ["session_replication_role", "replica", "replica"],
  ["sort_mem", "2MB", "2MB"],
  ["datestyle", "german", "German, DMY"],
  ["datestyle", "sql, dmy", "SQL, DMY"],
  ["DATESTYLE", "us", "ISO, MDY"],
  ["datestyle", "postgresxyz, european", "Postgres, DMY"],
  ["datestyle", "iso,ymd", "ISO, YMD"],
  ["datestyle", "default", "ISO, MDY"],
  ["datestyle", "", "ISO, MDY"],
  ["datestyle", "iso, iso", "ISO, MDY"],
  ["timezone", "europe/berlin", "Europe/Berlin"],
  ["timezone", "utc", "UTC"],
  ["timezone", "zulu", "Zulu"],
  ["timezone", "GMT0", "GMT0"],
  ["timezone", "est5edt", "EST5EDT"],
  ["timezone", "us/pacific", "US/Pacific"],
  ["timezone", "2", "<+02>-02"],
  ["timezone", "-8", "<-08>+08"],
  ["timezone", "+2", "<+02>-02"],
  ["timezone", "+02:00", "+02:00"],
  ["timezone", "-08:00", "-08:00"],
  ["timezone", "UTC+3", "UTC+3"],
  ["timezone", "foo+3", "FOO+3"],
  ["timezone", "<+02>-02", "<+02>-02"],
  ["timezone", "interval '-08:00' hour to minute", "<-08>+08"],
  ["client_encoding", "utf-8", "UTF8"],
  ["client_encoding", "UNICODE", "UTF8"],
  ["client_encoding", "sql_ascii", "SQL_ASCII"],
  ["application_name", "aé", "a\\xc3\\xa9"],
  ["application_name", "a".repeat(80), "a".repeat(63)],
  ["search_path", "a,b", '"a,b"'],
  ["search_path", "", '""'],
  ["role", "ann", "ann"],
  ["role", "none", "none"],
  ["session_authorization", "ann", "ann"],
  ["default_tablespace", "", ""],
  ["app.user_id", "7", "7"],
  ["a.b.c", "x", "x"],
];

for (const [name, value, shown] of accepted) {
  Deno.test(`settings: SET ${name} = '${value.slice(0, 40)}'`, () => {
    const own = settings();
    own.set(name, [value], session);
    assert.equal(own.show(name).value, shown);
  });
}

/** `[setting, value written, error]`; errors are PostgreSQL's. */
const refused: readonly [name: string, values: string[], error: string][] = [
  [
    "extra_float_digits",
    ["5"],
    '22023: 5 is outside the valid range for parameter "extra_float_digits" (-15 .. 3)',
  ],
  [
    "statement_timeout",
    ["-5"],
    '22023: -5 ms is outside the valid range for parameter "statement_timeout" (0 .. 2147483647)',
  ],
  [
    "statement_timeout",
    ["5 parsecs"],
    '22023: invalid value for parameter "statement_timeout": "5 parsecs" HINT: Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".',
  ],
  [
    "statement_timeout",
    ["99999999999"],
    '22023: invalid value for parameter "statement_timeout": "99999999999" HINT: Value exceeds integer range.',
  ],
  ["work_mem", ["10"], '22023: 10 kB is outside the valid range for parameter "work_mem" (64 .. 2147483647)'],
  ["work_mem", ["x"], '22023: invalid value for parameter "work_mem": "x"'],
  [
    "work_mem",
    ["5ms"],
    '22023: invalid value for parameter "work_mem": "5ms" HINT: Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".',
  ],
  ["random_page_cost", ["abc"], '22023: invalid value for parameter "random_page_cost": "abc"'],
  [
    "random_page_cost",
    ["-1"],
    '22023: -1 is outside the valid range for parameter "random_page_cost" (0 .. 1.79769e+308)',
  ],
  ["enable_seqscan", ["maybe"], '22023: parameter "enable_seqscan" requires a Boolean value'],
  ["enable_seqscan", ["o"], '22023: parameter "enable_seqscan" requires a Boolean value'],
  ["jit", ["  on "], '22023: parameter "jit" requires a Boolean value'],
  [
    "bytea_output",
    ["base64"],
    '22023: invalid value for parameter "bytea_output": "base64" HINT: Available values: escape, hex.',
  ],
  [
    "intervalstyle",
    ["foo"],
    '22023: invalid value for parameter "intervalstyle": "foo" HINT: Available values: postgres, postgres_verbose, sql_standard, iso_8601.',
  ],
  ["server_version", ["1"], '55P02: parameter "server_version" cannot be changed'],
  ["is_superuser", ["on"], '55P02: parameter "is_superuser" cannot be changed'],
  [
    "max_connections",
    ["5"],
    '55P02: parameter "max_connections" cannot be changed without restarting the server',
  ],
  ["fsync", ["off"], '55P02: parameter "fsync" cannot be changed now'],
  ["log_connections", ["on"], '55P02: parameter "log_connections" cannot be set after connection start'],
  ["nosuch", ["1"], '42704: unrecognized configuration parameter "nosuch"'],
  [
    "a b.c",
    ["x"],
    '42602: invalid configuration parameter name "a b.c" DETAIL: Custom parameter names must be two or more simple identifiers separated by dots.',
  ],
  [
    "a.1x",
    ["x"],
    '42602: invalid configuration parameter name "a.1x" DETAIL: Custom parameter names must be two or more simple identifiers separated by dots.',
  ],
  [
    "datestyle",
    ["foo"],
    '22023: invalid value for parameter "DateStyle": "foo" DETAIL: Unrecognized key word: "foo".',
  ],
  [
    "datestyle",
    ["iso", "sql"],
    '22023: invalid value for parameter "DateStyle": "iso, sql" DETAIL: Conflicting "datestyle" specifications.',
  ],
  [
    "datestyle",
    ["iso,dmy,mdy"],
    '22023: invalid value for parameter "DateStyle": "iso,dmy,mdy" DETAIL: Conflicting "datestyle" specifications.',
  ],
  [
    "datestyle",
    ["iso mdy"],
    '22023: invalid value for parameter "DateStyle": "iso mdy" DETAIL: List syntax is invalid.',
  ],
  ["timezone", ["Nowhere/X"], '22023: invalid value for parameter "TimeZone": "Nowhere/X"'],
  ["timezone", ["z"], '22023: invalid value for parameter "TimeZone": "z"'],
  ["timezone", ["PST"], '22023: invalid value for parameter "TimeZone": "PST"'],
  ["timezone", [""], '22023: invalid value for parameter "TimeZone": ""'],
  [
    "timezone",
    ["200"],
    '22023: invalid value for parameter "TimeZone": "200" DETAIL: UTC timezone offset is out of range.',
  ],
  // PostgreSQL accepts these; there is no such zone in DuckDB.
  [
    "timezone",
    ["5.5"],
    '0A000: time zone "<+05:30>-05:30" is not supported HINT: Name a time zone such as Asia/Kolkata, or an offset of whole hours.',
  ],
  [
    "client_encoding",
    ["latin1"],
    '0A000: invalid value for parameter "client_encoding": "latin1" DETAIL: Conversion between LATIN1 and UTF8 is not supported.',
  ],
  ["client_encoding", ["xyz"], '22023: invalid value for parameter "client_encoding": "xyz"'],
  ["extra_float_digits", ["1", "2"], "22023: SET extra_float_digits takes only one argument"],
  ["role", ["nosuch"], '22023: role "nosuch" does not exist'],
  ["session_authorization", ["nosuch"], '22023: role "nosuch" does not exist'],
  [
    "default_tablespace",
    ["x"],
    '22023: invalid value for parameter "default_tablespace": "x" DETAIL: Tablespace "x" does not exist.',
  ],
  [
    "default_table_access_method",
    ["x"],
    '22023: invalid value for parameter "default_table_access_method": "x" DETAIL: Table access method "x" does not exist.',
  ],
  [
    "standard_conforming_strings",
    ["off"],
    "0A000: standard_conforming_strings cannot be turned off HINT: Write strings with backslash escapes as E'...'.",
  ],
  [
    "transaction_isolation",
    ["x"],
    '22023: invalid value for parameter "transaction_isolation": "x" HINT: Available values: serializable, repeatable read, read committed, read uncommitted.',
  ],
];

for (const [name, values, error] of refused) {
  Deno.test(`settings: SET ${name} = ${values.join(", ")} is refused`, () => {
    const own = settings();
    assert.equal(failure(() => own.set(name, values, session)), error);
  });
}

Deno.test("settings: only a superuser may set what superusers may", () => {
  const denied = '42501: permission denied to set parameter "log_statement"';
  assert.equal(failure(() => settings({}, false).set("log_statement", ["all"], session)), denied);
  const own = settings({}, true);
  own.set("log_statement", ["all"], session);
  assert.equal(own.show("log_statement").value, "all");
});

Deno.test("settings: defaults as SHOW prints them", () => {
  const own = settings();
  const shown = (name: string) => own.show(name).value;
  assert.equal(shown("server_version"), "16.10 (Duckgres 0.1.0)");
  assert.equal(shown("server_version_num"), "160010");
  assert.equal(shown("work_mem"), "4MB");
  assert.equal(shown("shared_buffers"), "128MB");
  assert.equal(shown("effective_cache_size"), "4GB");
  assert.equal(shown("search_path"), '"$user", public');
  assert.equal(shown("max_identifier_length"), "63");
  assert.equal(shown("segment_size"), "1GB");
  assert.equal(shown("wal_segment_size"), "16MB");
  assert.equal(shown("deadlock_timeout"), "1s");
  assert.equal(shown("role"), "none");
  assert.equal(shown("session_authorization"), "ann");
  assert.equal(shown("is_superuser"), "on");
  assert.equal(shown("seed"), "unavailable");
  assert.equal(settings({}, false).show("is_superuser").value, "off");
  assert.deepEqual(own.show("TIMEZONE"), { name: "TimeZone", value: "UTC" });
});

Deno.test("settings: a name PostgreSQL does not have can be told from a wrong value", () => {
  const own = settings();
  assert.throws(() => own.show("memory_limit"), UnknownSetting);
  assert.throws(() => own.set("memory_limit", ["1GB"], session), UnknownSetting);
  assert.throws(() => own.reset("memory_limit"), UnknownSetting);
  assert.equal(failure(() => own.show("a.c")), '42704: unrecognized configuration parameter "a.c"');
});

Deno.test("settings: a custom setting is kept, whatever its case, and is empty after RESET", () => {
  const own = settings();
  own.set("App.User", ["7"], session);
  assert.equal(own.show("app.user").value, "7");
  own.reset("app.user");
  assert.equal(own.show("APP.USER").value, "");
});

Deno.test("settings: a list keeps its elements apart", () => {
  const own = settings();
  own.set("search_path", ["a", "B c", "public", "select"], session);
  assert.equal(own.show("search_path").value, 'a, "B c", public, "select"');
  own.set("datestyle", ["sql", "dmy"], session);
  own.set("datestyle", ["mdy"], session);
  assert.equal(own.show("datestyle").value, "SQL, MDY");
});

Deno.test("settings: SET ... = DEFAULT and RESET give what the session started with", () => {
  const own = settings({ timezone: "Europe/Berlin", application_name: "psql" });
  own.set("timezone", ["UTC"], session);
  own.set("timezone", "default", session);
  assert.equal(own.show("timezone").value, "Europe/Berlin");
  own.set("application_name", ["x"], session);
  own.reset("application_name");
  assert.equal(own.show("application_name").value, "psql");
});

Deno.test("settings: RESET ALL leaves who the session is", () => {
  const own = settings({ application_name: "psql" });
  own.set("work_mem", ["1GB"], session);
  own.set("app.x", ["1"], session);
  own.set("role", ["ann"], session);
  own.set("application_name", ["other"], session);
  own.resetAll();
  const shown = ["work_mem", "app.x", "role", "application_name"].map((name) => own.show(name).value);
  assert.deepEqual(shown, ["4MB", "", "ann", "psql"]);
});

Deno.test("settings: ROLLBACK undoes SET, COMMIT keeps it, SET LOCAL ends with either", () => {
  const own = settings();
  const shown = () => own.show("work_mem").value;
  own.begin();
  own.set("work_mem", ["2MB"], { local: true });
  assert.equal(shown(), "2MB");
  own.set("work_mem", ["3MB"], session);
  own.set("work_mem", ["5MB"], { local: true });
  assert.equal(shown(), "5MB");
  own.commit();
  assert.equal(shown(), "3MB");
  own.begin();
  own.set("work_mem", ["7MB"], session);
  own.set("work_mem", ["8MB"], { local: true });
  own.rollback();
  assert.equal(shown(), "3MB");
});

Deno.test("settings: SET LOCAL outside a transaction is checked and does nothing", () => {
  const own = settings();
  assert.deepEqual(own.set("work_mem", ["2MB"], { local: true }), []);
  assert.equal(own.show("work_mem").value, "4MB");
  assert.match(failure(() => own.set("work_mem", ["x"], { local: true })), /^22023/);
});

Deno.test("settings: those of the transaction follow its defaults and end with it", () => {
  const own = settings();
  own.set("default_transaction_isolation", ["serializable"], session);
  assert.equal(own.show("transaction_isolation").value, "serializable");
  own.begin();
  own.set("transaction_isolation", ["repeatable read"], session);
  assert.equal(own.show("transaction_isolation").value, "repeatable read");
  own.commit();
  assert.equal(own.show("transaction_isolation").value, "serializable");
});

Deno.test("settings: changes say what DuckDB must be told, also when a transaction takes them back", () => {
  const own = settings();
  const sql = (changes: ReturnType<SessionSettings["set"]>) => changes.flatMap(engineStatements);
  own.begin();
  assert.deepEqual(sql(own.set("timezone", ["europe/berlin"], session)), [
    "SET TimeZone = 'Europe/Berlin'",
    `SET VARIABLE "duckgres_setting_timezone" = 'Europe/Berlin\x1fEurope/Berlin'`,
  ]);
  assert.deepEqual(sql(own.rollback()), [
    "SET TimeZone = 'UTC'",
    'RESET VARIABLE "duckgres_setting_timezone"',
  ]);
  assert.deepEqual(sql(own.set("timezone", ["UTC"], session)), []);
  assert.deepEqual(sql(own.set("timezone", ["-8"], session))[0], "SET TimeZone = 'Etc/GMT+8'");
  assert.deepEqual(sql(own.set("work_mem", ["1MB"], session)), [
    `SET VARIABLE "duckgres_setting_work_mem" = '1024\x1f1MB'`,
  ]);
  assert.deepEqual(sql(own.set("app.name", ["it's"], session)), [
    `SET VARIABLE "duckgres_setting_app.name" = 'it''s\x1fit''s'`,
  ]);
  assert.equal(sql(own.set("search_path", [""], session))[0], "SET search_path = 'main,__duckgres.main'");
  const [choose, use] = sql(own.set("search_path", ["$user", "it's", "public"], session));
  assert.match(choose, /VALUES \(0, 'ann'\), \(1, 'it''s'\), \(2, 'main'\)/);
  assert.equal(use, "SET search_path = getvariable('duckgres_search_path')");
});

Deno.test("settings: what must act on DuckDB at the start", () => {
  assert.deepEqual(
    settings({ timezone: "Asia/Tokyo", work_mem: "4MB", DateStyle: "German", user: "ann", database: "ann" })
      .startupChanges().map(({ name, value }) => [name, value]),
    [["is_superuser", "on"], ["TimeZone", "Asia/Tokyo"], [
      "DateStyle",
      "German, DMY",
    ]],
  );
});

Deno.test("settings: a bad startup parameter is an error", () => {
  assert.match(failure(() => settings({ timezone: "x/y" })), /^22023/);
  assert.match(
    failure(() => settings({ nosuch: "1" })),
    /^42704: unrecognized configuration parameter "nosuch"/,
  );
  assert.equal(settings({ "app.x": "1" }).show("app.x").value, "1");
  assert.equal(settings({ search_path: "sales,public" }).show("search_path").value, "sales,public");
  assert.equal(settings({ log_connections: "on" }).show("log_connections").value, "on");
  assert.match(failure(() => settings({ log_connections: "on" }, false)), /^42501/);
});

Deno.test("settings: values the server decides", () => {
  const server = new Map([["max_connections", "1024"], ["ssl", "on"]]);
  const own = new SessionSettings({ user: "ann", superuser: false, parameters: new Map(), server });
  assert.equal(own.show("max_connections").value, "1024");
  assert.equal(own.show("ssl").value, "on");
});

Deno.test("settings: how values are rendered", () => {
  const own = settings();
  assert.deepEqual(own.render(), {
    dateStyle: "ISO",
    dateOrder: "MDY",
    intervalStyle: "postgres",
    byteaOutput: "hex",
    extraFloatDigits: 1,
    timeZone: "UTC",
  });
  own.set("datestyle", ["German"], session);
  own.set("intervalstyle", ["sql_standard"], session);
  own.set("bytea_output", ["escape"], session);
  own.set("extra_float_digits", ["0"], session);
  own.set("timezone", ["UTC+3"], session);
  assert.deepEqual(own.render(), {
    dateStyle: "German",
    dateOrder: "DMY",
    intervalStyle: "sql_standard",
    byteaOutput: "escape",
    extraFloatDigits: 0,
    timeZone: "Etc/GMT+3",
  });
});

Deno.test("settings: what a client is told, at the start and when it changes", () => {
  const own = settings({ application_name: "psql" });
  assert.deepEqual(Object.fromEntries(own.reported()), {
    application_name: "psql",
    client_encoding: "UTF8",
    DateStyle: "ISO, MDY",
    default_transaction_read_only: "off",
    in_hot_standby: "off",
    integer_datetimes: "on",
    IntervalStyle: "postgres",
    is_superuser: "on",
    scram_iterations: "4096",
    server_encoding: "UTF8",
    server_version: "16.10 (Duckgres 0.1.0)",
    session_authorization: "ann",
    standard_conforming_strings: "on",
    TimeZone: "UTC",
  });
  assert.deepEqual(own.takeReportedChanges(), []);
  own.begin();
  own.set("timezone", ["asia/tokyo"], session);
  own.set("work_mem", ["1MB"], session);
  assert.deepEqual(own.takeReportedChanges(), [["TimeZone", "Asia/Tokyo"]]);
  own.rollback();
  assert.deepEqual(own.takeReportedChanges(), [["TimeZone", "UTC"]]);
  own.set("timezone", ["asia/tokyo"], session);
  own.reset("timezone");
  assert.deepEqual(own.takeReportedChanges(), []);
});

Deno.test("settings: times are milliseconds", () => {
  const own = settings();
  own.set("statement_timeout", ["2min"], session);
  assert.equal(own.number("statement_timeout"), 120_000);
  assert.equal(own.number("authentication_timeout"), 60_000);
  assert.equal(own.number("extra_float_digits"), 1);
});

Deno.test("settings: client_min_messages", () => {
  const own = settings();
  assert.deepEqual([own.shows("DEBUG"), own.shows("LOG"), own.shows("NOTICE"), own.shows("INFO")], [
    false,
    false,
    true,
    true,
  ]);
  own.set("client_min_messages", ["error"], session);
  assert.deepEqual([own.shows("WARNING"), own.shows("INFO")], [false, true]);
  own.set("client_min_messages", ["debug1"], session);
  assert.equal(own.shows("DEBUG"), true);
});

Deno.test("settings: SHOW ALL is in order, without hidden ones, with custom ones", () => {
  const own = settings();
  own.set("app.zzz", ["1"], session);
  const rows = own.showAll();
  const names = rows.map((row) => row.name.toLowerCase());
  assert.deepEqual(names, [...names].sort());
  assert(!names.includes("role") && !names.includes("is_superuser"));
  assert(names.includes("app.zzz"));
  assert.deepEqual(rows.find((row) => row.name === "work_mem"), {
    name: "work_mem",
    setting: "4MB",
    description: "Sets the maximum memory to be used for query workspaces.",
  });
});

Deno.test("settings: the table's own defaults are valid and its names unique", () => {
  assert(gucs.length >= 150);
  assert.equal(new Set(gucs.map((guc) => guc.name.toLowerCase())).size, gucs.length);
  for (const guc of gucs) {
    if (guc.kind === "enum") assert(guc.values.includes(guc.default), guc.name);
    if (guc.kind === "integer" || guc.kind === "real") {
      assert(Number(guc.default) >= guc.min && Number(guc.default) <= guc.max, guc.name);
    }
  }
});
