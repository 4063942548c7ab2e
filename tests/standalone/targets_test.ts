/** What the command line's TARGET may be. */
import assert from "node:assert/strict";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { errorOf, loggedIn, rowsOf, typesOf } from "../support/raw_client.ts";
import { type Server, startServer } from "../support/server.ts";
import { tempDir } from "../support/temp.ts";

const twoUsers = "users: {ann: {password: ann, superuser: true}, bob: bob}\n";

Deno.test("a DuckDB file is one database for all users", async () => {
  await using dir = await tempDir();
  const file = path.join(dir.path, "sales.duckdb");
  await duckdb(file, "create table sales as select 7 as amount");

  const server = await startServer({ config: twoUsers, flags: [file] });
  assert.deepEqual(await ask(server, "ann", "select amount from sales"), [["7"]]);
  assert.deepEqual(await ask(server, "ann", "create table more as select 8 as n; select n from more"), [[
    "8",
  ]]);
  assert.deepEqual(await ask(server, "bob", "select n from more"), [["8"]]);
  assert.equal(await server.stop(), 0);

  const again = await startServer({ config: twoUsers, flags: [file] });
  assert.deepEqual(await ask(again, "bob", "select n from more"), [["8"]]);
  await again.stop();
});

Deno.test("a DuckDB file that is not there yet is made", async () => {
  await using dir = await tempDir();
  const file = path.join(dir.path, "new.db");
  await using server = await startServer({ flags: [file] });
  assert.deepEqual(await ask(server, "postgres", "create table t as select 1 as i; select i from t"), [[
    "1",
  ]]);
  await server.stop();
  assert.ok((await Deno.stat(file)).size > 0);
});

Deno.test("a folder of Parquet, CSV and JSON files is a view a file", async () => {
  await using dir = await tempDir();
  const file = (name: string) => path.join(dir.path, name);
  await duckdb(":memory:", `copy (select 1 as p) to '${file("from_parquet.parquet")}'`);
  await Deno.writeTextFile(file("from csv.csv"), "c\n2\n3\n");
  await Deno.writeTextFile(file("from_json.json"), '[{"j": 4}]');
  await Deno.writeTextFile(file("README.txt"), "not data");

  await using server = await startServer({ config: twoUsers, flags: [dir.path] });
  assert.deepEqual(await ask(server, "ann", "select p from from_parquet"), [["1"]]);
  assert.deepEqual(await ask(server, "ann", 'select sum(c) from "from csv"'), [["5"]]);
  assert.deepEqual(await ask(server, "bob", "select j from from_json"), [["4"]]);
  assert.deepEqual(
    await ask(
      server,
      "bob",
      "select viewname from pg_catalog.pg_views where schemaname = 'public' order by 1",
    ),
    [["from csv"], ["from_json"], ["from_parquet"]],
  );
  await server.stop();
});

Deno.test(":memory: is shared by all users and forgotten at the end", async () => {
  const server = await startServer({ config: twoUsers, flags: [":memory:"] });
  await ask(server, "ann", "create table t as select 1 as i");
  assert.deepEqual(await ask(server, "bob", "select i from t"), [["1"]]);
  await server.stop();

  await using again = await startServer({ config: twoUsers, flags: [":memory:"] });
  await using client = await loggedIn(again, { user: "ann", password: "ann" });
  assert.equal(errorOf(await client.query("select i from t")).C, "42P01");
  await again.stop();
});

Deno.test("without persistence a user's database lives as long as the server", async () => {
  await using dir = await tempDir();
  const server = await startServer({ dataDir: dir.path, flags: ["--file-persistence=false"] });
  await ask(server, "postgres", "create table t as select 1 as i");
  assert.deepEqual(await ask(server, "postgres", "select i from t"), [["1"]]);
  await server.stop();
  const files = await Array.fromAsync(Deno.readDir(dir.path), (entry) => entry.name);
  assert.ok(!files.some((name) => name.endsWith(".duckdb")), files.join());
});

/** One statement string in a session of its own; the rows of all its statements. */
async function ask(server: Server, user: string, sql: string): Promise<(string | null)[][]> {
  await using client = await loggedIn(server, { user, password: user });
  const answer = await client.query(sql);
  assert.deepEqual(errorOf(answer), {}, typesOf(answer));
  return rowsOf(answer);
}

async function duckdb(file: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}
