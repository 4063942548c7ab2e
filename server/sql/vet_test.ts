import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import { analyze } from "./statement.ts";
import { type Runner, vet } from "./vet.ts";

function sqlstateOf(sql: string, runner: Runner): string | null {
  try {
    vet(analyze({ text: sql, start: 0 }), runner);
    return null;
  } catch (error) {
    assert.ok(error instanceof PgError, sql);
    return error.sqlstate;
  }
}

const refused = [
  "copy t to '/tmp/x'",
  "copy t from '/etc/passwd'",
  "copy (select 1) to '/tmp/x' (format parquet)",
  "copy (from t) to '/tmp/x'",
  "copy from database a to b",
  "attach '/tmp/x.db' as x",
  "ATTACH\u00a0'/tmp/x.db' as x",
  "/* x */ attach ':memory:' as x",
  "attach 'postgres:host=x' as x (type postgres)",
  "detach x",
  "install httpfs",
  "force install httpfs",
  "load httpfs",
  "load 'httpfs'",
  "update extensions",
  "update extensions (httpfs)",
  "create extension httpfs",
  "drop extension httpfs",
  "export database '/tmp/x'",
  "import database '/tmp/x'",
  "create database x",
  "drop database x",
  "alter database x set alias to y",
  // Pragmas and calls outside the lists.
  "pragma enable_profiling",
  "pragma enable_profiling='json'",
  'PRAGMA "Enable_Profiling"',
  "pragma profiling_output='/tmp/x'",
  "pragma memory_limit='1TB'",
  "pragma version='x'",
  "pragma add_parquet_key('k', '0123456789abcdef')",
  "pragma import_database('/tmp/x')",
  "pragma json_execute_serialized_sql('x')",
  "pragma database_list",
  "call enable_logging(storage='file', storage_path='/tmp/x')",
  "call truncate_duckdb_logs()",
  "call main.enable_profiling()",
  "call query('select 1')",
  "call postgres_execute('x', 'select 1')",
  "explain call enable_logging()",
  // The same as functions, wherever they stand.
  "select * from enable_logging()",
  'select * from "Enable_Logging" ( )',
  "from enable_logging()",
  "with x as (from disable_logging()) from x",
  "create macro m() as table from enable_logging()",
  "create view v as select * from enable_logging()",
  "create table t as select * from enable_profiling()",
  "insert into t select * from truncate_duckdb_logs()",
  "explain analyze select * from enable_logging()",
  "prepare p as select * from enable_logging()",
  "select * from postgres_query('__ducklake_metadata_lake', 'select 1')",
  "select * from postgres_scan('host=x', 'public', 't')",
  "select * from mysql_query('x', 'y')",
  "select * from sqlite_scan('x', 'y')",
  "select * from json_execute_serialized_sql('{}')",
  "select * from arrow_scan(1, 2, 3)",
  "copy (select * from enable_logging()) to stdout",
  "declare c cursor for select * from enable_logging()",
  // SQL in strings.
  "select * from query('select * from enable_logging()')",
  "select * from query('from query(''from enable_logging()'')')",
  "select * from query($$from enable_logging()$$)",
  "select * from query(E'from \\x65nable_logging()')",
  "select * from query('from enable' || '_logging()')",
  "select * from query($1)",
  "select * from query(getvariable('x'))",
  "select * from \"query\"(upper('select 1'))",
  "create macro m(x) as table from query(x)",
  "select * from query_table(a)",
  "select * from query_table('duckdb_databases')",
  // Where databases lie.
  "select path from duckdb_databases()",
  "select * from duckdb_databases",
  "from 'duckdb_databases'",
  'select * from "DUCKDB_DATABASES"',
  "from pragma_database_list",
  "from query('from duckdb_databases()')",
  // Secrets and settings.
  "create persistent secret s (type s3)",
  "create or replace persistent secret s (type s3)",
  "drop persistent secret s",
  "create secret s (type s3, provider credential_chain)",
  "set memory_limit = '1TB'",
  "set threads = 100",
  "set session threads = 100",
  "set global memory_limit = '1TB'",
  "set max_memory = '1TB'",
  "SET Worker_Threads = 100",
  'set "threads" = 100',
  "reset global threads",
  "reset max_memory",
  "pragma threads = 100",
  "pragma max_memory = '1TB'",
  "set local THREADS = 100",
  "reset threads",
  "set global timezone = 'UTC'",
  "reset global timezone",
  "set temp_directory = '/tmp'",
  "set enable_external_access = true",
  "set lock_configuration = false",
  "set allowed_directories = ['/']",
  "set enable_logging = true",
  "set log_query_path = '/tmp/x'",
  "set s3_region = 'x'",
  "set http_proxy = 'x'",
  "set pg_debug_show_queries = true",
  "set variable duckgres_user = 'postgres'",
  "prepare p as attach 'x' as x",
  "explain analyze attach 'x' as x",
  "(attach 'x' as x)",
];

const allowed = [
  "select 1",
  "from t",
  "select query, query_text from t",
  "select * from query('select 1')",
  "select * from query('select ''it''''s''')",
  "select * from query_table('t')",
  "select * from query_table(['a', 'b'], true)",
  "select enable_logging from t",
  "select 'attach ''x'''",
  "select attach, load, pragma from t",
  "insert into copy values (1)",
  "update extensions set a = 1",
  "copy t from stdin",
  "copy t to stdout (format csv)",
  "copy (from t) to stdout",
  "create table t as from u",
  "create or replace table t (a int)",
  "create macro m(a) as a + 1",
  "create secret s (type s3, key_id 'x', secret 'y')",
  "drop secret s",
  "pragma table_info('t')",
  "pragma show_tables",
  "pragma version",
  "pragma tpch(1)",
  "call dbgen(sf = 0.1)",
  "call pragma_version()",
  "set search_path = main",
  "set timezone = 'UTC'",
  "set variable x = 1",
  "reset variable x",
  "set statement_timeout = 0",
  "set my.option = 1",
  "set default_null_order = 'nulls_first'",
  "reset all",
  "use s",
  "summarize t",
  "explain select 1",
  "prepare p as select 1",
  "vacuum",
  "checkpoint",
  "selec 1",
];

Deno.test("a plain user may not leave the sandbox", () => {
  for (const sql of refused) assert.equal(sqlstateOf(sql, { superuser: false }), "42501", sql);
});

Deno.test("a plain user may do ordinary work", () => {
  for (const sql of allowed) assert.equal(sqlstateOf(sql, { superuser: false }), null, sql);
});

Deno.test("a superuser may do all of it", () => {
  for (const sql of [...refused, ...allowed]) assert.equal(sqlstateOf(sql, { superuser: true }), null, sql);
});

Deno.test("programs are for nobody", () => {
  for (const superuser of [true, false]) {
    assert.equal(sqlstateOf("copy t to program 'gzip'", { superuser }), "0A000");
    assert.equal(sqlstateOf("copy t from program 'cat'", { superuser }), "0A000");
  }
});

Deno.test("where locations are allowed, files are the engine's sandbox to guard", () => {
  const runner = { superuser: false, locationsAllowed: true };
  const free = [
    "copy t to '/data/x'",
    "copy t from '/data/x'",
    "copy (from t) to '/data/x'",
    "attach '/data/x.duckdb' as x",
    "detach x",
    "export database '/data/x'",
  ];
  const still = [
    "attach 'postgres:host=x' as x",
    "attach 'host=x' as x (type postgres)",
    "import database '/data/x'",
    "load httpfs",
    "copy (from enable_logging()) to '/data/x'",
    "set temp_directory = '/data'",
  ];
  for (const sql of free) assert.equal(sqlstateOf(sql, runner), null, sql);
  for (const sql of still) assert.equal(sqlstateOf(sql, runner), "42501", sql);
  for (const sql of free) assert.equal(sqlstateOf(sql, { superuser: false }), "42501", sql);
});

Deno.test("a refusal says what it refused, in PostgreSQL's words", () => {
  const refusal = (sql: string): PgError => {
    try {
      vet(analyze({ text: sql, start: 0 }), { superuser: false });
    } catch (error) {
      if (error instanceof PgError) return error;
    }
    throw new Error(`not refused: ${sql}`);
  };
  const copy = refusal("copy t to '/x'");
  assert.equal(copy.message, "permission denied to COPY to a file");
  assert.equal(
    copy.detail,
    'Only roles with privileges of the "pg_write_server_files" role may COPY to a file.',
  );
  assert.match(copy.hint ?? "", /\\copy command/);
  assert.equal(refusal("set threads = 1").message, 'permission denied to set parameter "threads"');
  assert.equal(refusal("attach 'x'").message, "permission denied to attach databases");
  assert.equal(refusal("attach 'x'").detail, "Only superusers may attach databases.");
  assert.equal(refusal("from enable_logging()").message, "permission denied to call enable_logging");
});
