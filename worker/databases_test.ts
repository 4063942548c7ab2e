import assert from "node:assert/strict";
import { join } from "node:path";
import type { DatabaseSpec } from "./api/database.ts";
import { PgError } from "./api/error.ts";
import { openDatabase } from "./database.ts";
import { Databases } from "./databases.ts";
import { ann, openFiles, query, request, specFor, withDatabase } from "./engine/testing.ts";

/** Runs `work` with an empty folder and databases that are closed afterwards. */
async function withFolder(work: (folder: string, databases: Databases) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "duckgres-test-" });
  const databases = new Databases();
  try {
    await work(folder, databases);
  } finally {
    await databases.close();
    await Deno.remove(folder, { recursive: true });
  }
}

function specIn(folder: string, name: string, changes: Partial<DatabaseSpec> = {}): Promise<DatabaseSpec> {
  return specFor({ path: join(folder, name), tempDirectory: join(folder, "temp", name), ...changes });
}

function failsFatally(work: Promise<unknown>, sqlstate: string, message: RegExp): Promise<void> {
  return assert.rejects(work, (error) => {
    assert(error instanceof PgError, `${error}`);
    assert.equal(error.sqlstate, sqlstate, error.message);
    assert.equal(error.severity, "FATAL");
    assert.match(error.message, message);
    assert(error.detail, "DuckDB's own text is the detail");
    return true;
  });
}

Deno.test("a database is opened once, however often and however written it is asked for", () =>
  withFolder(async (folder, databases) => {
    const spec = await specIn(folder, "ann.duckdb");
    const same = { ...spec, path: join(folder, "..", folder.split("/").at(-1)!, "ann.duckdb") };
    const all = await Promise.all([spec, spec, same, spec].map((one) => databases.get(one)));
    assert.equal(new Set(all).size, 1);
    await Deno.symlink(folder, `${folder}-link`);
    try {
      assert.equal(await databases.get({ ...spec, path: join(`${folder}-link`, "ann.duckdb") }), all[0]);
    } finally {
      await Deno.remove(`${folder}-link`);
    }
  }));

Deno.test("databases in memory are told apart by name and live until close", () =>
  withFolder(async (folder, databases) => {
    const specOf = (name: string) => specFor({ path: `:memory:${name}`, tempDirectory: join(folder, name) });
    const [one, two] = [await databases.get(await specOf("ann")), await databases.get(await specOf("bob"))];
    const first = await one.connect(ann);
    await first.run("create table t as select 7 as i");
    await first.close();
    assert.deepEqual(
      await query(await (await databases.get(await specOf("ann"))).connect(ann), "select i from t"),
      [["7"]],
    );
    await assert.rejects(query(await two.connect(ann), "select i from t"), { sqlstate: "42P01" });
  }));

Deno.test("data is there after a restart, whatever was open at the end", () =>
  withFolder(async (folder) => {
    const spec = await specIn(folder, "deep/er/ann.duckdb");
    const first = await openDatabase(spec);
    const [one, two] = [await first.connect(ann), await first.connect(ann)];
    await one.run("create table t (i integer)");
    await one.run("insert into t select range from range(300000)");
    await two.run("begin");
    await two.run("insert into t values (-1)");
    const { rows } = await (await one.prepare("select i from t")).execute(request());
    await rows!.next();
    await Promise.all([first.close(), first.close()]);
    assert.equal(await rows!.next(), null);
    assert.deepEqual([...Deno.readDirSync(join(folder, "deep", "er"))].map((entry) => entry.name), [
      "ann.duckdb",
    ]);
    await assert.rejects(first.connect(ann), { sqlstate: "57P03", severity: "FATAL" });
    assert.throws(() => Deno.statSync(spec.tempDirectory), Deno.errors.NotFound);

    const second = await openDatabase(spec);
    assert.deepEqual(await query(await second.connect(ann), "select count(*), min(i) from t"), [[
      "300000",
      "0",
    ]]);
    await second.close();
  }));

Deno.test("close lets go of the file", () =>
  withFolder(async (folder) => {
    const spec = await specIn(folder, "ann.duckdb");
    const database = await openDatabase(spec);
    const executor = await database.connect(ann);
    await executor.run("create table t as select range i from range(500000)");
    const { rows } = await (await executor.prepare("select * from t")).execute(request());
    await rows!.next();
    await database.close();
    assert.deepEqual(openFiles(spec.path), []);
  }));

Deno.test("a file that is no database is a clear FATAL, and stays as it is", () =>
  withFolder(async (folder, databases) => {
    const text = "this is not a database ".repeat(2000);
    await Deno.writeTextFile(join(folder, "bad.duckdb"), text);
    const spec = await specIn(folder, "bad.duckdb");
    await failsFatally(
      databases.get(spec),
      "58030",
      /^could not open database file ".*bad\.duckdb": it is not a DuckDB/,
    );
    assert.equal(await Deno.readTextFile(spec.path), text);
    await Deno.remove(spec.path);
    assert(await databases.get(spec), "a failure is not kept");
  }));

Deno.test("a database file with a damaged header is a clear FATAL", () =>
  withFolder(async (folder, databases) => {
    const spec = await specIn(folder, "ann.duckdb");
    await (await openDatabase(spec)).close();
    const bytes = await Deno.readFile(spec.path);
    bytes.fill(0xff, 0, 12288);
    await Deno.writeFile(spec.path, bytes);
    await failsFatally(databases.get(spec), "58030", /not a DuckDB database file, or it is damaged/);
    assert(await databases.get(await specIn(folder, "bob.duckdb")), "others go on");
  }));

Deno.test("a file another process has open is a clear FATAL, until that lets go", () =>
  withFolder(async (folder, databases) => {
    const spec = await specIn(folder, "ann.duckdb");
    const holder = new Deno.Command(Deno.execPath(), {
      args: ["eval", holderScript, spec.path],
      cwd: import.meta.dirname,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const output = holder.stdout.getReader();
    await output.read(); // it has the file
    await failsFatally(databases.get(spec), "55006", /another process has it open/);
    await holder.stdin.close();
    await holder.status;
    await output.cancel();
    assert(await databases.get(spec));
  }));

/** Opens the file it is given, says so, and holds it until its input ends. */
const holderScript = `
  import duckdb from "@duckdb/node-bindings";
  const database = await duckdb.open(Deno.args[0]);
  console.log("open");
  await Deno.stdin.read(new Uint8Array(1));
  duckdb.close_sync(database);
`;

Deno.test("paths and settings that cannot work are FATAL with their reason", () =>
  withFolder(async (folder, databases) => {
    await Deno.writeTextFile(join(folder, "file"), "");
    await Deno.mkdir(join(folder, "dir.duckdb"));
    await failsFatally(
      databases.get(await specIn(folder, "dir.duckdb")),
      "58030",
      /could not open database file/,
    );
    for (
      const changes of [{ memoryLimit: "much" }, { extensions: ["no such; extension"] }, {
        bootstrap: ["selec 1"],
      }]
    ) {
      await assert.rejects(databases.get(await specIn(folder, "ann.duckdb", changes)), { severity: "FATAL" });
    }
    assert(await databases.get(await specIn(folder, "ann.duckdb")));
  }));

Deno.test("sessions know who they are, through the bootstrap's macros", () =>
  withDatabase(async (database) => {
    const [one, two] = [
      await database.connect(ann),
      await database.connect({ user: "o'bob", database: "d", pid: 7 }),
    ];
    const sql = "select current_user, current_database(), pg_backend_pid(), who from who";
    assert.deepEqual(await query(one, sql), [["ann", "sales", "42", "ann"]]);
    assert.deepEqual(await query(two, sql), [["o'bob", "d", "7", "o'bob"]]);
  }, {
    bootstrap: [
      "ATTACH ':memory:' AS __duckgres",
      "CREATE MACRO __duckgres.main.current_user() AS getvariable('duckgres_user')",
      "CREATE MACRO __duckgres.main.current_database() AS getvariable('duckgres_database')",
      "CREATE MACRO __duckgres.main.pg_backend_pid() AS getvariable('duckgres_pid')",
      "CREATE VIEW __duckgres.main.who AS SELECT current_user AS who",
    ],
  }));

Deno.test("integers divide and NULLs sort as in PostgreSQL", () =>
  withDatabase(async (database) => {
    const executor = await database.connect(ann);
    assert.deepEqual(await query(executor, "select 7 / 2, -7 / 2, 7.0 / 2"), [["3", "-3", "3.5"]]);
    const sorted = (order: string) =>
      query(executor, `select i from (values (1), (null), (2)) t(i) order by i ${order}`);
    assert.deepEqual((await sorted("asc")).flat(), ["1", "2", null]);
    assert.deepEqual((await sorted("desc")).flat(), [null, "2", "1"]);
  }));

Deno.test("after close nothing is opened any more", () =>
  withFolder(async (folder, databases) => {
    await databases.close();
    await assert.rejects(databases.get(await specIn(folder, "ann.duckdb")), {
      sqlstate: "57P03",
      severity: "FATAL",
    });
  }));
