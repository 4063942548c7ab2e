import assert from "node:assert/strict";
import { join } from "node:path";
import { PgError } from "../api/error.ts";
import type { Executor } from "../api/executor.ts";
import { openDatabase } from "../database.ts";
import { ann, query, specFor } from "./testing.ts";

interface Place {
  executor: Executor;
  /** A folder of the server's, with `secret.csv` and `other.duckdb` in it. */
  outside: string;
  allowed: string;
  /** The sandboxed database's own file. */
  own: string;
}

async function withSandbox(work: (place: Place) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "duckgres-test-" });
  const [outside, allowed, own] = [
    join(root, "server"),
    join(root, "allowed"),
    join(root, "data", "ann.duckdb"),
  ];
  for (const folder of [outside, allowed, `${allowed}-not`]) await Deno.mkdir(folder);
  await Deno.writeTextFile(join(outside, "secret.csv"), "a,b\n1,2\n");
  await Deno.writeTextFile(join(`${allowed}-not`, "secret.csv"), "a,b\n1,2\n");
  await Deno.writeTextFile(join(allowed, "open.csv"), "a,b\n1,2\n");
  await (await openDatabase(await specFor({ path: join(outside, "other.duckdb") }))).close();
  const spec = await specFor({
    path: own,
    sandbox: true,
    allowedDirectories: [allowed],
    bootstrap: ["ATTACH ':memory:' AS __duckgres", "CREATE MACRO __duckgres.main.f() AS 1"],
  });
  const database = await openDatabase(spec);
  try {
    await work({ executor: await database.connect(ann), outside, allowed, own });
  } finally {
    await database.close();
    await Deno.remove(root, { recursive: true });
  }
}

/** `OUT` stands for the server's folder, `NOT` for one whose name begins as the allowed one's, `OWN` for the own file. */
const attempts = [
  // reading files
  "select * from read_csv('OUT/secret.csv')",
  "select * from 'OUT/secret.csv'",
  "select * from read_text('/etc/passwd')",
  "select * from read_blob('/etc/passwd')",
  "select * from read_json('OUT/x.json')",
  "select * from read_json_auto('OUT/x.json')",
  "select * from read_ndjson('OUT/x.json')",
  "select * from read_json_objects('OUT/x.json')",
  "select * from read_parquet('OUT/x.parquet')",
  "select * from parquet_metadata('OUT/x.parquet')",
  "select * from parquet_schema('OUT/x.parquet')",
  "select * from parquet_file_metadata('OUT/x.parquet')",
  "select * from glob('/etc/*')",
  "select * from sniff_csv('OUT/secret.csv')",
  "select * from read_csv(['OUT/secret.csv', 'ALLOWED/open.csv'])",
  "select * from read_csv('ALLOWED/../server/secret.csv')",
  "select * from read_csv('NOT/secret.csv')",
  "select * from read_csv('file://OUT/secret.csv')",
  "select * from read_text('/proc/self/environ')",
  "select * from query('from read_csv(''OUT/secret.csv'')')",
  "select * from query_table('OUT/secret.csv')",
  "create view peek as select * from read_csv('OUT/secret.csv')",
  "create table peek as select * from read_csv('OUT/secret.csv')",
  "insert into t select a from read_csv('OUT/secret.csv')",
  "copy t from 'OUT/secret.csv'",
  "import database 'OUT'",
  "prepare p as select * from read_csv('OUT/secret.csv')",
  "explain select * from read_csv('OUT/secret.csv')",
  "summarize 'OUT/secret.csv'",
  "describe 'OUT/secret.csv'",
  // writing files
  "copy t to 'OUT/leak.csv'",
  "copy (select 1) to 'OUT/leak.parquet' (format parquet)",
  "copy (select 1 a, 2 b) to 'OUT/leak' (partition_by (a))",
  "copy t to 'OWN'",
  "copy t to 'OWN.wal'",
  "export database 'OUT/dump'",
  // other databases and machines
  "attach 'OUT/other.duckdb' as other",
  "attach 'OUT/new.duckdb' as other",
  "attach 'OUT/other.duckdb' as other (read_only)",
  "attach 'https://example.com/x.duckdb' as other",
  "select * from 'https://example.com/x.csv'",
  "select * from read_csv('s3://bucket/x.csv')",
  // extensions
  "install tpch",
  "install 'OUT/x.duckdb_extension'",
  "install tpch from 'OUT'",
  "load tpch",
  "load 'OUT/x.duckdb_extension'",
  "update extensions",
  "create persistent secret s (type s3, key_id 'a', secret 'b')",
  // settings
  "set enable_external_access = true",
  "reset enable_external_access",
  "set allowed_directories = ['/']",
  "set allowed_paths = ['/etc/passwd']",
  "set allowed_configs = ['threads']",
  "reset allowed_configs",
  "set lock_configuration = false",
  "reset lock_configuration",
  "set temp_directory = 'OUT'",
  "set extension_directory = 'OUT'",
  "set extension_directories = ['OUT']",
  "set secret_directory = 'OUT'",
  "set allow_persistent_secrets = true",
  "set allow_unsigned_extensions = true",
  "set allow_community_extensions = true",
  "set autoinstall_known_extensions = true",
  "set custom_extension_repository = 'OUT'",
  "set home_directory = 'OUT'",
  "set file_search_path = 'OUT'",
  "set log_query_path = 'OUT/queries.log'",
  "set profile_output = 'OUT/profile.json'",
  "set profiling_output = 'OUT/profile.json'",
  "pragma profile_output = 'OUT/profile.json'",
  "pragma log_query_path = 'OUT/queries.log'",
  "set max_temp_directory_size = '900GB'",
  "set global errors_as_json = false",
  "set integer_division = false",
  "set default_null_order = 'nulls_first'",
  "set streaming_buffer_size = '10GB'",
  "set enable_http_logging = true",
  "set http_logging_output = 'OUT/http.log'",
];

Deno.test("a sandboxed session reaches no file, database, extension or setting of the server", () =>
  withSandbox(async ({ executor, outside, allowed, own }) => {
    await executor.run("create table t (i integer)");
    const before = [...Deno.readDirSync(outside)].map((entry) => entry.name).sort();
    const wrong: string[] = [];
    for (const attempt of attempts) {
      const sql = attempt.replaceAll("OUT", outside).replaceAll("NOT", `${allowed}-not`).replaceAll(
        "OWN",
        own,
      )
        .replaceAll("ALLOWED", allowed);
      const error = await query(executor, sql).then(
        (rows) => new Error(`gave ${rows.length} rows`),
        (error) => error,
      );
      if (!(error instanceof PgError) || error.sqlstate !== "42501") {
        wrong.push(`${attempt}: ${error.sqlstate ?? ""} ${error.message}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual([...Deno.readDirSync(outside)].map((entry) => entry.name).sort(), before);
  }));

Deno.test("the server may change the limits of a sandboxed database (the SQL layer keeps its users from it)", () =>
  withSandbox(async ({ executor }) => {
    await executor.run("set memory_limit = '300MB'");
    await executor.run("set threads = 1");
    assert.deepEqual(
      await query(executor, "select current_setting('memory_limit'), current_setting('threads')"),
      [["286.1 MiB", "1"]],
    );
  }));

Deno.test("a sandboxed session does its ordinary work", () =>
  withSandbox(async ({ executor, allowed }) => {
    await executor.run("create table t (i integer)");
    await executor.run("insert into t values (1), (2)");
    await executor.run("create temp table tt as select * from t");
    await executor.run("create schema s");
    await executor.run("set TimeZone = 'Asia/Tokyo'");
    await executor.run("set search_path = 's,main,__duckgres.main'");
    await executor.run("set variable v = 1");
    await executor.run("begin");
    await executor.run("insert into tt values (3)");
    await executor.run("commit");
    await executor.run("checkpoint");
    await executor.run(`copy t to '${allowed}/out.csv'`);
    assert.deepEqual(
      await query(executor, `select count(*) from read_csv('${allowed}/*.csv', union_by_name = true)`),
      [["3"]],
    );
    assert.deepEqual(await query(executor, "select sum(i), current_setting('TimeZone') from tt"), [[
      "6",
      "Asia/Tokyo",
    ]]);
    assert.deepEqual(await query(executor, "select json('{}'), f()"), [["{}", "1"]]);
  }));

Deno.test("a sandboxed session spills, and the database is checkpointed at close", async () => {
  const root = await Deno.makeTempDir({ prefix: "duckgres-test-" });
  const open = async () =>
    await openDatabase(
      await specFor({ path: join(root, "ann.duckdb"), sandbox: true, memoryLimit: "100MB" }),
    );
  const first = await open();
  const executor = await first.connect(ann);
  await executor.run("create table t as select range i, hash(range) h from range(8000000) order by h");
  await first.close();
  assert.deepEqual([...Deno.readDirSync(root)].map((entry) => entry.name), ["ann.duckdb"]);
  const second = await open();
  assert.deepEqual(await query(await second.connect(ann), "select count(*) from t"), [["8000000"]]);
  await second.close();
  await Deno.remove(root, { recursive: true });
});
