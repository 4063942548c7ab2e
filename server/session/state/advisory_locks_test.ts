import assert from "node:assert/strict";
import { AdvisoryLocks, Deadlock } from "./advisory_locks.ts";

const [a, b, c] = [{}, {}, {}];
const never = new AbortController().signal;

Deno.test("a lock is one session's, as often as it takes it", () => {
  const locks = new AdvisoryLocks();
  assert.ok(locks.tryLock(a, "1", false, "session"));
  assert.ok(locks.tryLock(a, "1", false, "session"));
  assert.ok(!locks.tryLock(b, "1", false, "session"));
  assert.ok(locks.unlock(a, "1", false));
  assert.ok(!locks.tryLock(b, "1", true, "session"));
  assert.ok(locks.unlock(a, "1", false));
  assert.ok(!locks.unlock(a, "1", false));
  assert.ok(locks.tryLock(b, "1", false, "session"));
});

Deno.test("shared locks go together", () => {
  const locks = new AdvisoryLocks();
  assert.ok(locks.tryLock(a, "1", true, "session"));
  assert.ok(locks.tryLock(b, "1", true, "session"));
  assert.ok(!locks.tryLock(c, "1", false, "session"));
});

Deno.test("who waits gets the lock in turn; the end of a transaction gives back only what is its own", async () => {
  const locks = new AdvisoryLocks();
  locks.tryLock(a, "1", false, "transaction");
  locks.tryLock(a, "2", false, "session");
  const order: string[] = [];
  const second = locks.lock(b, "1", false, "session", never).then(() => order.push("b"));
  const third = locks.lock(c, "1", false, "session", never).then(() => order.push("c"));
  locks.release(a, "transaction");
  await second;
  assert.ok(!locks.tryLock(b, "2", false, "session"));
  locks.release(b, "all");
  await third;
  assert.deepEqual(order, ["b", "c"]);
  assert.equal([...locks.all()].length, 2);
});

Deno.test("waiting can be given up, and is refused where it would never end", async () => {
  const locks = new AdvisoryLocks();
  const stop = new AbortController();
  locks.tryLock(a, "1", false, "session");
  locks.tryLock(b, "2", false, "session");
  const waiting = locks.lock(b, "1", false, "session", stop.signal);
  await assert.rejects(locks.lock(a, "2", false, "session", never), Deadlock);
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
  assert.ok(locks.unlock(a, "1", false));
  assert.deepEqual([...locks.all()].map(({ key }) => key), ["2"]);
});
