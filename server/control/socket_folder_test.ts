import assert from "node:assert/strict";
import { join } from "node:path";
import { tempDir } from "../../tests/support/temp.ts";
import { openSocketFolder } from "./socket_folder.ts";
import { listenUnix } from "./unix_socket.ts";

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("socket folder: dead sockets are swept, live ones and other files stay", async () => {
  await using dir = await tempDir();
  listenUnix(join(dir.path, "worker-dead-1.sock")).close();
  const live = listenUnix(join(dir.path, "worker-live-1.sock"));
  listenUnix(join(dir.path, "other.sock")).close();
  await Deno.writeTextFile(join(dir.path, "worker-file.sock"), "");
  const folder = await openSocketFolder(dir.path);
  assert.deepEqual(names(dir.path), ["other.sock", "worker-file.sock", "worker-live-1.sock"]);
  await folder.remove();
  assert.deepEqual(names(dir.path), ["other.sock", "worker-file.sock", "worker-live-1.sock"]);
  live.close();
});

Deno.test("socket folder: it is made where it is missing, and removed when it is empty", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "run", "duckgres");
  const [one, two] = [await openSocketFolder(path), await openSocketFolder(path)];
  assert.notEqual(one.socket(1), two.socket(1));
  assert.notEqual(one.socket(1), one.socket(2));
  const socket = listenUnix(two.socket(1));
  await one.remove();
  assert.equal(names(path).length, 1);
  socket.close();
  await Deno.remove(two.socket(1));
  await two.remove();
  assert.deepEqual(names(join(dir.path, "run")), []);
});

Deno.test("socket folder: one that can't be made", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(join(dir.path, "file"), "");
  await assert.rejects(openSocketFolder(join(dir.path, "file", "sockets")));
});

Deno.test("socket folder: without a configuration there is one all the same", async () => {
  const folder = await openSocketFolder("");
  listenUnix(folder.socket(1)).close();
  assert.ok(names(folder.path).length > 0);
  await Deno.remove(folder.socket(1));
  await folder.remove();
});
