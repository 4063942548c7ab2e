import assert from "node:assert/strict";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { catalogFile } from "./catalog_file.ts";

const statements = [
  "CREATE MACRO kept.main.twice(a INTEGER) AS a * 2",
  "CREATE VIEW kept.main.v AS SELECT 1 AS x",
];

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("what the statements made is there in every database that attaches the file", () =>
  inFolder(async (folder) => {
    const paths = await Promise.all(
      [1, 2, 3].map(() => catalogFile(join(folder, "new"), "kept", statements)),
    );
    assert.equal(new Set(paths).size, 1);
    assert.deepEqual([...Deno.readDirSync(join(folder, "new"))].length, 1);
    const instances = await Promise.all([1, 2].map(() => DuckDBInstance.create(":memory:")));
    for (const instance of instances) {
      const connection = await instance.connect();
      await connection.run(`ATTACH '${paths[0]}' AS kept (READ_ONLY)`);
      const reader = await connection.runAndReadAll("SELECT kept.main.twice(x + 20) FROM kept.main.v");
      assert.deepEqual(reader.getRows(), [[42]]);
      connection.closeSync();
    }
    for (const instance of instances) instance.closeSync();
  }));

Deno.test("other statements are another file; what fails leaves none", () =>
  inFolder(async (folder) => {
    const one = await catalogFile(folder, "kept", statements);
    const two = await catalogFile(folder, "kept", statements.slice(1));
    assert.notEqual(one, two);
    await Deno.writeTextFile(two, "no database");
    assert.equal(await catalogFile(folder, "kept", statements.slice(1)), two);
    assert.ok((await Deno.stat(two)).size > 10_000, "a damaged file is made anew");
    await assert.rejects(catalogFile(folder, "kept", ["CREATE NOTHING"]), /syntax error/);
    assert.equal([...Deno.readDirSync(folder)].length, 2);
    await assert.rejects(catalogFile(join(one, "below"), "kept", statements));
  }));
