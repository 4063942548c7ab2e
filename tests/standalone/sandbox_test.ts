/** What an ordinary user may not do to the server and to other users, and what a superuser may. */
import assert from "node:assert/strict";
import path from "node:path";
import { errorOf, loggedIn, type RawClient, rowsOf } from "../support/raw_client.ts";
import { startServer } from "../support/server.ts";
import { tempDir } from "../support/temp.ts";

const users = `
users:
  ann: {password: ann, superuser: true}
  bob: bob
  eve: eve
`;

/** Statements refused with 42501; DIR stands for the data folder, OUT for one outside it. */
const refused = [
  "select * from read_csv('/etc/passwd')",
  "select * from '/etc/passwd.csv'",
  "select * from read_text('/etc/hostname')",
  "select * from read_blob('DIR/ann.duckdb')",
  "select * from read_text('DIR/certs/server.key')",
  "select * from glob('/etc/*')",
  "select * from parquet_scan('OUT/t.parquet')",
  "select * from read_json('https://example.com/x.json')",
  "create table stolen as from read_csv('/etc/passwd', sep = ':')",
  "attach 'DIR/ann.duckdb' as ann",
  "attach ':memory:' as other",
  "detach bob",
  "copy (select 1) to 'OUT/out.csv'",
  "copy t to 'OUT/out.parquet' (format parquet)",
  "copy t to 'DIR/bob.duckdb'",
  "copy t from '/etc/passwd'",
  "install tpch",
  "load tpch",
  "load '/tmp/evil.duckdb_extension'",
  "export database 'OUT/dump'",
  "import database 'OUT/dump'",
  "set enable_external_access = true",
  "set global enable_external_access = true",
  "reset enable_external_access",
  "set allowed_directories = ['/']",
  "set extension_directory = '/tmp'",
  "set temp_directory = '/etc'",
  "set memory_limit = '1TB'",
  "set threads = 64",
  "set max_memory = '1TB'",
  "reset memory_limit",
  "pragma threads = 64",
  "set lock_configuration = false",
  "pragma enable_external_access = true",
  "create persistent secret s (type s3, key_id 'a', secret 'b')",
  "call enable_logging()",
  "select * from query('from read_csv(''/etc/passwd'')')",
];

Deno.test("an ordinary user stays in their own database", async (t) => {
  await using outside = await tempDir();
  await using server = await startServer({ config: users });
  const login = (user: string) => loggedIn(server, { user, password: user });
  const inPlace = (sql: string) => sql.replaceAll("DIR", server.dataDir).replaceAll("OUT", outside.path);

  await using ann = await login("ann");
  await expectRows(ann, "create table secrets as select 'geheim' as s; select s from secrets", ["geheim"]);
  await using bob = await login("bob");
  await expectRows(bob, "create table t as select 1 as i; select i from t", ["1"]);

  for (const sql of refused) {
    await t.step(sql, async () => {
      const { C, M } = errorOf(await bob.query(inPlace(sql)));
      assert.equal(C, "42501", M);
      assert.doesNotMatch(M, /geheim/);
    });
  }

  await t.step("COPY … TO PROGRAM is for nobody", async () => {
    assert.match(errorOf(await bob.query("copy t to program 'cat'")).C, /^(0A000|42501)$/);
    assert.equal(errorOf(await ann.query("copy secrets to program 'cat'")).C, "0A000");
  });

  await t.step("also through prepared statements", async () => {
    const { C } = errorOf(await bob.query("prepare p as select * from read_csv('/etc/passwd')"));
    assert.equal(C, "42501");
  });

  await t.step("another user's tables are not there", async () => {
    assert.equal(errorOf(await bob.query("select * from secrets")).C, "42P01");
    const databases = rowsOf(await bob.query("select database_name, path from duckdb_databases()"));
    assert.ok(!JSON.stringify(databases).includes("ann.duckdb"), JSON.stringify(databases));
  });

  await t.step("nothing was written outside", async () => {
    assert.deepEqual(await Array.fromAsync(Deno.readDir(outside.path)), []);
  });

  await t.step("their own work goes on", async () => {
    await expectRows(bob, "insert into t values (2); select count(*) from t", ["2"]);
  });

  await t.step("sessions of one user share their database", async () => {
    await using again = await login("bob");
    await expectRows(again, "select count(*) from t", ["2"]);
  });
  await server.stop();
});

Deno.test("a superuser may read and write the server's files and attach databases", async () => {
  await using outside = await tempDir();
  await using server = await startServer({ config: users });
  await using ann = await loggedIn(server, { user: "ann", password: "ann" });
  const file = (name: string) => path.join(outside.path, name);
  await expectRows(ann, `copy (select 7 as n) to '${file("n.csv")}'; select n from '${file("n.csv")}'`, [
    "7",
  ]);
  await expectRows(
    ann,
    `attach '${file("o.duckdb")}' as o; create table o.t as select 8 as n; select n from o.t`,
    ["8"],
  );
  await server.stop();
});

Deno.test("allowed_directories opens a folder to ordinary users, and no other", async () => {
  await using open = await tempDir();
  await using closed = await tempDir();
  await using server = await startServer({ config: `${users}allowed_directories: ["${open.path}"]\n` });
  await using bob = await loggedIn(server, { user: "bob", password: "bob" });
  const other = path.basename(closed.path);
  await Deno.writeTextFile(path.join(open.path, "n.csv"), "n\n7\n");
  await Deno.writeTextFile(path.join(closed.path, "n.csv"), "n\n8\n");
  await expectRows(bob, `select n from '${open.path}/n.csv'`, ["7"]);
  for (
    const file of [
      `'${closed.path}/n.csv'`,
      `'${open.path}/../${other}/n.csv'`,
      `'${open.path}x/n.csv'`,
      `read_blob('${server.dataDir}/certs/server.key')`,
    ]
  ) {
    const { C, M } = errorOf(await bob.query(`select * from ${file}`));
    assert.equal(C, "42501", `${file}: ${M}`);
  }
  assert.equal(errorOf(await bob.query(`copy (select 1) to '${server.dataDir}/ann.duckdb'`)).C, "42501");
  await server.stop();
});

async function expectRows(client: RawClient, sql: string, expected: string[]): Promise<void> {
  const answer = await client.query(sql);
  assert.deepEqual(errorOf(answer), {});
  assert.deepEqual(rowsOf(answer), expected.map((value) => [value]));
}
