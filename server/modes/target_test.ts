import assert from "node:assert/strict";
import { join } from "node:path";
import { createView, folderViews, resolveTarget } from "./target.ts";

async function folderOf(...files: string[]): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const file of files) await Deno.writeTextFile(join(folder, file), "");
  return folder;
}

Deno.test("a folder is one view a data file, by name", async () => {
  const folder = await folderOf("b.parquet", "a.csv", "notes.txt", "c.csv.gz", "d.ndjson");
  try {
    assert.deepEqual(folderViews(folder).map(({ name, reader }) => [name, reader]), [
      ["a", "read_csv"],
      ["b", "read_parquet"],
      ["c", "read_csv"],
      ["d", "read_json"],
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("files that would share a name keep their ending", async () => {
  const folder = await folderOf("sales.csv", "sales.parquet");
  try {
    assert.deepEqual(folderViews(folder).map((view) => view.name), ["sales_csv", "sales_parquet"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("names and paths are quoted", () => {
  assert.equal(
    createView({ name: 'a"b', path: "/x/it's.csv", reader: "read_csv" }),
    `CREATE VIEW "a""b" AS FROM read_csv('/x/it''s.csv')`,
  );
});

Deno.test("a target is nothing, memory, a folder or a file", async () => {
  assert.deepEqual(resolveTarget(null), { kind: "users" });
  assert.deepEqual(resolveTarget(":memory:"), { kind: "memory" });
  assert.equal(resolveTarget("/nowhere/x.duckdb").kind, "file");
  const folder = await folderOf();
  try {
    assert.deepEqual(resolveTarget(folder), { kind: "folder", path: folder, views: [] });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
