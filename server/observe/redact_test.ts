import assert from "node:assert/strict";
import { redactSql } from "./redact.ts";
import { capText, textLimit } from "./text.ts";

/** What is given, and exactly what may be shown of it. */
const cases: readonly (readonly [given: string, shown: string])[] = [
  // Nothing to hide.
  ["SELECT 1", "SELECT 1"],
  ["", ""],
  ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE t (id int PRIMARY KEY)"],
  ["SELECT password FROM users", "SELECT password FROM users"],
  ["SELECT secret, refresh_token FROM t WHERE id = 1", "SELECT secret, refresh_token FROM t WHERE id = 1"],
  ["UPDATE users SET password = $1 WHERE id = $2", "UPDATE users SET password = $1 WHERE id = $2"],
  ["ALTER ROLE ann PASSWORD NULL", "ALTER ROLE ann PASSWORD NULL"],
  ["SET password_encryption = 'scram-sha-256'", "SET password_encryption = 'scram-sha-256'"],
  ["SET SESSION AUTHORIZATION 'ann'", "SET SESSION AUTHORIZATION 'ann'"],
  ["FROM which_secret('s3://b/x', 's3')", "FROM which_secret('s3://b/x', 's3')"],
  ["DROP SECRET s; SELECT 1", "DROP SECRET s; SELECT 1"],
  ["FROM 's3://bucket/a.parquet'", "FROM 's3://bucket/a.parquet'"],
  ["FROM 'http://host:8080/a.csv'", "FROM 'http://host:8080/a.csv'"],
  ['password authentication failed for user "ann"', 'password authentication failed for user "ann"'],
  ['column "password" does not exist', 'column "password" does not exist'],
  ['syntax error at or near "secret"', 'syntax error at or near "secret"'],
  ['unexpected token "x"', 'unexpected token "x"'],
  ["Key (id)=(1) already exists.", "Key (id)=(1) already exists."],

  // DuckDB's secrets: the whole of the options.
  ["CREATE SECRET s (TYPE s3, KEY_ID 'AK', SECRET 'sk')", "CREATE SECRET s (…redacted)"],
  [
    "create or replace persistent secret s in local_file (type s3)",
    "create or replace persistent secret s in local_file (…redacted)",
  ],
  ["CREATE SECRET (TYPE gcs, TOKEN 'x'); SELECT 1", "CREATE SECRET (…redacted)"],
  [
    "CREATE TEMPORARY SECRET IF NOT EXISTS s (TYPE r2)",
    "CREATE TEMPORARY SECRET IF NOT EXISTS s (…redacted)",
  ],
  ["CREATE /* ( */ SECRET s (TYPE s3, SECRET 'x')", "CREATE /* ( */ SECRET s (…redacted)"],
  ["SELECT 1; CREATE\n SECRET s(", "SELECT 1; CREATE\n SECRET s(…redacted)"],
  ["LINE 1: CREATE SECRET s (TYPE s3, SECRET 'sk'", "LINE 1: CREATE SECRET s (…redacted)"],
  ["PRAGMA add_parquet_key('k', '0123')", "PRAGMA add_parquet_key(…redacted)"],

  // Roles.
  ["CREATE USER ann PASSWORD 'x'", "CREATE USER ann PASSWORD ***"],
  ["CREATE ROLE ann LOGIN PASSWORD'x'", "CREATE ROLE ann LOGIN PASSWORD***"],
  [
    "ALTER USER ann WITH ENCRYPTED PASSWORD 'it''s' VALID UNTIL 'infinity'",
    "ALTER USER ann WITH ENCRYPTED PASSWORD *** VALID UNTIL 'infinity'",
  ],
  ["ALTER ROLE ann PASSWORD E'a\\'b' NOLOGIN", "ALTER ROLE ann PASSWORD *** NOLOGIN"],
  ["ALTER ROLE ann PASSWORD U&'\\0061' NOLOGIN", "ALTER ROLE ann PASSWORD *** NOLOGIN"],
  ["ALTER ROLE ann PASSWORD $$x y$$ NOLOGIN", "ALTER ROLE ann PASSWORD *** NOLOGIN"],
  ["ALTER ROLE ann PASSWORD $q$x$$y$q$ NOLOGIN", "ALTER ROLE ann PASSWORD *** NOLOGIN"],
  ["ALTER ROLE ann PASSWORD /* new */ 'x'", "ALTER ROLE ann PASSWORD /* new */ ***"],
  ["ALTER ROLE ann PASSWORD -- new\n 'x'", "ALTER ROLE ann PASSWORD -- new\n ***"],
  ["ALTER ROLE ann PASSWORD 'ab'\n  'cd' NOLOGIN", "ALTER ROLE ann PASSWORD *** NOLOGIN"],
  ["ALTER ROLE ann PASSWORD 'unfinished", "ALTER ROLE ann PASSWORD ***"],
  ["CREATE USER ann IDENTIFIED BY 'x'", "CREATE USER ann IDENTIFIED BY ***"],
  [
    "SELECT * FROM users WHERE password = 'x' AND id = 1",
    "SELECT * FROM users WHERE password = *** AND id = 1",
  ],

  // Connection strings.
  [
    "ATTACH 'host=h password=x dbname=d' AS p (TYPE postgres)",
    "ATTACH 'host=h password=*** dbname=d' AS p (TYPE postgres)",
  ],
  ["ATTACH 'host=h password=pw' AS p", "ATTACH 'host=h password=***' AS p"],
  ["ATTACH 'password = x host=h' AS p", "ATTACH 'password = *** host=h' AS p"],
  ["ATTACH 'password=a\\ b host=h' AS p", "ATTACH 'password=*** host=h' AS p"],
  ["ATTACH 'host=h password=''a b'' dbname=d' AS p", "ATTACH 'host=h password=*** dbname=d' AS p"],
  ["ATTACH 'host=h password=''a\\''b'' dbname=d' AS p", "ATTACH 'host=h password=*** dbname=d' AS p"],
  ["ATTACH $$host=h password='a\\'b' dbname=d$$ AS p", "ATTACH $$host=h password=*** dbname=d$$ AS p"],
  [
    "SELECT * FROM postgres_scan('sslpassword=x host=h', 'public', 't')",
    "SELECT * FROM postgres_scan('sslpassword=*** host=h', 'public', 't')",
  ],
  [
    "ATTACH 'ducklake:postgres:password=pw' AS l (DATA_PATH 's3://b')",
    "ATTACH 'ducklake:postgres:password=***' AS l (DATA_PATH 's3://b')",
  ],
  ["Server=h;Pwd=x;Database=d", "Server=h;Pwd=***"],
  ["could not connect to 'postgres://u:p@h:5432/d'", "could not connect to 'postgres://u:***@h:5432/d'"],
  ["postgresql://u:p@ss/w:rd@h/d?sslmode=require", "postgresql://u:***@h/d?sslmode=require"],
  ["ATTACH 'postgres://u:it''s@h/d'", "ATTACH 'postgres://u:***@h/d'"],
  ["postgres://u@h/d?password=x&sslmode=require", "postgres://u@h/d?password=***"],
  ["postgres://ann@h:5432/d", "postgres://ann@h:5432/d"],

  // Keys and tokens of object stores, encryption, headers.
  [
    "KEY_ID 'AK', SECRET 'sk', SESSION_TOKEN 'st', REGION 'eu'",
    "KEY_ID ***, SECRET ***, SESSION_TOKEN ***, REGION 'eu'",
  ],
  ["SET s3_secret_access_key='sk'", "SET s3_secret_access_key=***"],
  ["SET GLOBAL s3_session_token TO 'st'", "SET GLOBAL s3_session_token TO ***"],
  ["SET \"s3_access_key_id\" = 'AK'", 'SET "s3_access_key_id" = ***'],
  ["SET s3_secret_access_key = 'a' || 'b'", "SET s3_secret_access_key = ***"],
  ["SET s3_secret_access_key = concat('a', 'b')", "SET s3_secret_access_key = ***"],
  [
    "SELECT set_config('s3_secret_access_key', 'sk', false)",
    "SELECT set_config('s3_secret_access_key', ***, false)",
  ],
  ["SET motherduck_token='mt'", "SET motherduck_token=***"],
  ["ATTACH 'x.db' (ENCRYPTION_KEY 'k')", "ATTACH 'x.db' (ENCRYPTION_KEY ***)"],
  ["CONNECTION_STRING 'AccountName=a;AccountKey=b=='", "CONNECTION_STRING ***"],
  ["AccountName=a;AccountKey=b==;Endpoint=e", "AccountName=a;AccountKey=***"],
  ['{"password": "x", "host": "h"}', '{"password": ***, "host": "h"}'],
  ['"{\\"password\\": \\"x y\\", \\"host\\": \\"h\\"}"', '"{\\"password\\": ***, \\"host\\": \\"h\\"}"'],
  ["OPTIONS (\"password\" 'x', user 'u')", "OPTIONS (\"password\" ***, user 'u')"],
  ["f(password => 'x', secret := 'y')", "f(password => ***, secret := ***)"],
  ["MAP {'Authorization': 'Bearer abc.def'}", "MAP {'Authorization': '***'}"],
  ["Authorization: Basic dTpw\nHost: h", "Authorization: ***\nHost: h"],
  ["https://b/x?X-Amz-Credential=AK&X-Amz-Signature=s", "https://b/x?X-Amz-Credential=***"],
  ["https://a/x?sv=1&sig=abc", "https://a/x?sv=1&sig=***"],

  // A value read too long does not swallow the next name.
  ["KEY_ID 'abc\\', SECRET 'xyz'", "KEY_ID ***"],
  ["password=abc,secret='xyz'", "password=***"],
  ["password=abc\\',secret='xyz' a", "password=*** a"],
  ["PASSWORD '' x 'a''b' SECRET 'c''d'", "PASSWORD ***b' SECRET ***"],
];

for (const [given, shown] of cases) {
  Deno.test(`redacted: ${JSON.stringify(given)}`, () => assert.equal(redactSql(given), shown));
}

Deno.test("a long text is cut at whole characters", () => {
  assert.equal(redactSql("a".repeat(textLimit)), "a".repeat(textLimit));
  assert.equal(redactSql("a".repeat(textLimit + 1)), "a".repeat(textLimit - 3) + "…");
  assert.equal(capText("é".repeat(textLimit)), "é".repeat((textLimit - 4) / 2) + "…");
  assert.equal(capText("😀".repeat(2000)), "😀".repeat((textLimit - 4) / 4) + "…");
});

Deno.test("what is hidden stays hidden where the text is cut", () => {
  const filler = " ".repeat(textLimit - 30);
  for (const secret of ["postgres://ann:opensesame", "PASSWORD 'opensesame", "password=opensesame"]) {
    const shown = redactSql(filler + secret + "opensesame".repeat(10) + "@host'");
    assert.ok(!shown.includes("opense"), shown.trim());
    assert.ok(shown.includes("***"), shown.trim());
  }
});

Deno.test("texts made to be hard to search are answered", () => {
  const hostile = [
    "password" + "/**/".repeat(2000) + "x",
    "password ".repeat(2000),
    "password='".repeat(2000),
    "create secret ".repeat(2000),
    "a://".repeat(4000),
    "password=" + "\\".repeat(8000),
    "password--".repeat(2000),
    "secret/*".repeat(2000),
    "bearer ".repeat(2000),
  ];
  for (const text of hostile) assert.ok(new TextEncoder().encode(redactSql(text)).length <= textLimit);
});
