import assert from "node:assert/strict";
import { CancelKeys } from "./cancel_keys.ts";

Deno.test("a cancel request needs the right pid and the right secret", () => {
  const keys = new CancelKeys();
  let cancelled = 0;
  const key = keys.add(Uint8Array.of(1, 2, 3, 4), () => cancelled++);
  assert.equal(keys.cancel({ pid: key.pid + 1, secret: key.secret }), false);
  assert.equal(
    keys.cancel({ pid: key.pid, secret: new Uint8Array(key.secret.map((byte) => byte ^ 1)) }),
    false,
  );
  assert.equal(keys.cancel({ pid: key.pid, secret: key.secret.subarray(1) }), false);
  assert.equal(cancelled, 0);
  assert.equal(keys.cancel(key), true);
  assert.equal(cancelled, 1);
});

Deno.test("a key is gone with its session", () => {
  const keys = new CancelKeys();
  const key = keys.add(new Uint8Array(32), () => assert.fail("cancelled"));
  keys.remove(key.pid);
  assert.equal(keys.cancel(key), false);
});

Deno.test("pids of live sessions are not given twice, also past the end of int32", () => {
  const keys = new CancelKeys(0x7fff_fffd);
  const pids = Array.from({ length: 4 }, () => keys.add(Uint8Array.of(1, 2, 3, 4), () => {}).pid);
  assert.deepEqual(pids, [0x7fff_fffe, 0x7fff_ffff, 1, 2]);
});
