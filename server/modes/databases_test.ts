import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../config/mod.ts";
import { databaseSpec, removeSpillFolder, sweepSpillFolders, targetsOf } from "./databases.ts";

const ann = { password: "a", superuser: true };
const bob = { password: "b", superuser: false };

/** As much of a configuration as databases depend on. */
function config(changes: Partial<Config> = {}): Config {
  const users = new Map([["ann", ann], ["bob", bob]]);
  return {
    users,
    dataDir: "/data",
    filePersistence: true,
    allowedDirectories: ["/open"],
    ...changes,
  } as Config;
}

Deno.test("each user has a file; only a superuser's is open to the server's files", () => {
  const of = targetsOf(config(), { kind: "users" });
  assert.equal(of("ann").path, "/data/ann.duckdb");
  assert.equal(of("ann").sandbox, false);
  assert.equal(of("bob").path, "/data/bob.duckdb");
  assert.equal(of("bob").sandbox, true);
  assert.deepEqual(of("bob").allowed_directories, ["/open"]);
});

Deno.test("without persistence each user has a database in memory", () => {
  const of = targetsOf(config({ filePersistence: false }), { kind: "users" });
  assert.equal(of("ann").path, ":memory:ann");
});

Deno.test("a target is one database for all, sandboxed as soon as one user is no superuser", () => {
  const target = { kind: "file", path: "/x/sales.duckdb" } as const;
  const mixed = targetsOf(config(), target);
  assert.equal(mixed("ann"), mixed("bob"));
  assert.equal(mixed("ann").path, "/x/sales.duckdb");
  assert.equal(mixed("ann").sandbox, true);
  const trusted = targetsOf(config({ users: new Map([["ann", ann]]) }), target);
  assert.equal(trusted("ann").sandbox, false);
});

Deno.test("a folder's views come behind the catalogue, and the sandbox lets its files be read", () => {
  const views = [{ name: "sales", path: "/d/sales.csv", reader: "read_csv" }];
  const target = targetsOf(config(), { kind: "folder", path: "/d", views })("bob");
  const spec = databaseSpec(config(), ["catalogue"], target);
  assert.deepEqual(spec.bootstrap, ["catalogue", `CREATE VIEW "sales" AS FROM read_csv('/d/sales.csv')`]);
  assert.deepEqual(spec.allowedDirectories, ["/open", "/d"]);
});

Deno.test("each database spills into a folder of its own, of this process", () => {
  const of = targetsOf(config(), { kind: "users" });
  const folders = ["ann", "bob"].map((user) => databaseSpec(config(), [], of(user)).tempDirectory);
  assert.notEqual(folders[0], folders[1]);
  for (const folder of folders) assert.equal(dirname(folder), join("/data/tmp", String(Deno.pid)));
});

Deno.test("spill folders of processes that are gone are removed, those of living ones stay", async () => {
  const dataDir = await Deno.makeTempDir();
  try {
    const gone = await new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn();
    await gone.status;
    const folders = [gone.pid, Deno.pid].map((pid) => join(dataDir, "tmp", String(pid)));
    for (const folder of folders) await Deno.mkdir(join(folder, "ann"), { recursive: true });
    await sweepSpillFolders(config({ dataDir }));
    assert.deepEqual(folders.map((folder) => existsSync(folder)), [false, true]);
    await removeSpillFolder(config({ dataDir }));
    assert.equal(existsSync(folders[1]), false);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("without a data directory there is nothing to sweep", async () => {
  await sweepSpillFolders(config({ dataDir: "/nowhere/at/all" }));
});
