import assert from "node:assert/strict";
import { join } from "node:path";
import { tempDir } from "../../tests/support/temp.ts";
import { listenUnix } from "./unix_socket.ts";

Deno.test("unix socket: connections wait in it before anybody accepts them", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "a.sock");
  const socket = listenUnix(path);
  const waiting = await Deno.connect({ transport: "unix", path });
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o700);
  waiting.close();
  socket.close();
  await assert.rejects(Deno.connect({ transport: "unix", path }), Deno.errors.ConnectionRefused);
});

Deno.test("unix socket: only the process that is to have it inherits it", async () => {
  await using dir = await tempDir();
  const socket = listenUnix(join(dir.path, "a.sock"));
  const look = new Deno.Command("sh", {
    args: ["-c", `test -e /dev/fd/${socket.fd} && echo there || echo missing`],
    stdout: "piped",
  });
  const said = async (child: Deno.ChildProcess) =>
    new TextDecoder().decode((await child.output()).stdout).trim();
  assert.equal(await said(socket.inherited(() => look.spawn())), "there");
  assert.equal(await said(look.spawn()), "missing");
  socket.close();
});

Deno.test("unix socket: a path that is taken, too long, or in no folder", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "a.sock");
  await Deno.writeTextFile(path, "");
  assert.throws(() => listenUnix(path), /could not bind unix socket/);
  assert.throws(() => listenUnix(join(dir.path, "none", "a.sock")), /could not bind unix socket/);
  assert.throws(() => listenUnix(join(dir.path, "x".repeat(120))), /at most \d+ bytes long/);
});
