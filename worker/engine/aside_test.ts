import assert from "node:assert/strict";
import { PgError } from "../api/error.ts";
import { aside } from "./aside.ts";
import { openFiles } from "./testing.ts";

function block(n: number, size: number) {
  return { bytes: new Uint8Array(size).fill(n), rows: n };
}

Deno.test("blocks come back whole and in order, from memory and from the file", async () => {
  const folder = await Deno.makeTempDir({ prefix: "duckgres-test-" });
  for (const limit of [0, 100, 1 << 20]) {
    const kept = aside(folder, limit);
    for (let n = 1; n <= 50; n++) await kept.push(block(n, n * 10));
    for (let n = 1; n <= 50; n++) assert.deepEqual(await kept.next(), block(n, n * 10), `limit ${limit}`);
    assert.equal(await kept.next(), null);
    await kept.close();
    await kept.close();
    assert.equal(await kept.next(), null);
  }
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  assert.deepEqual(openFiles(folder), []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a small amount makes no file, not even a folder", async () => {
  const kept = aside("/nowhere/at/all");
  await kept.push(block(1, 1000));
  assert.equal((await kept.next())?.rows, 1);
  await kept.close();
});

Deno.test("a file that cannot be made is 58030", async () => {
  const folder = await Deno.makeTempDir({ prefix: "duckgres-test-" });
  await Deno.writeTextFile(`${folder}/file`, "");
  const kept = aside(`${folder}/file`, 0);
  await assert.rejects(
    kept.push(block(1, 1)),
    (error) => error instanceof PgError && error.sqlstate === "58030",
  );
  await kept.close();
  await Deno.remove(folder, { recursive: true });
});
