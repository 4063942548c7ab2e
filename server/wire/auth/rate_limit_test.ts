import assert from "node:assert/strict";
import { addressKey, RateLimiter, type RateLimits } from "./rate_limit.ts";

const limits: RateLimits = {
  maxFailedAttempts: 3,
  failedAttemptWindow: 1000,
  banDuration: 5000,
  maxConnectionsPerIp: 2,
  maxConnections: 3,
};

function limiter(changed: Partial<RateLimits> = {}) {
  const clock = { now: 0 };
  return { clock, limiter: new RateLimiter({ ...limits, ...changed }, () => clock.now) };
}

Deno.test("connections in all and from one address are bounded", () => {
  const { limiter: rate } = limiter();
  const first = rate.admit("10.0.0.1");
  assert.equal(first.refusal, null);
  assert.equal(rate.admit("10.0.0.1").refusal, null);
  const third = rate.admit("10.0.0.1");
  assert.equal(third.refusal?.sqlstate, "53300");
  assert.equal(third.refusal?.severity, "FATAL");
  assert.equal(third.refusal?.message, "sorry, too many clients already");
  assert.equal(rate.admit("10.0.0.2").refusal, null);
  assert.equal(rate.admit("10.0.0.3").refusal?.sqlstate, "53300");
  assert.equal(rate.connections, 3);

  third.release();
  assert.equal(rate.connections, 3, "one that was refused holds no place");
  first.release();
  first.release();
  assert.equal(rate.connections, 2, "released once");
  assert.equal(rate.admit("10.0.0.1").refusal, null);
});

Deno.test("failed logins within the window ban an address for a while", () => {
  const { clock, limiter: rate } = limiter();
  assert.equal(rate.failed("10.0.0.1"), false);
  assert.equal(rate.failed("10.0.0.1"), false);
  assert.equal(rate.admit("10.0.0.1").refusal, null);
  assert.equal(rate.ban("10.0.0.1"), null);
  assert.equal(rate.failed("10.0.0.1"), true);
  assert.equal(rate.bannedAddresses, 1);
  assert.equal(rate.ban("10.0.0.1")?.sqlstate, "28000");
  assert.equal(rate.admit("10.0.0.1").refusal?.sqlstate, "28000");
  assert.equal(rate.admit("10.0.0.2").refusal, null, "another address is not");
  clock.now = 4999;
  assert.equal(rate.admit("10.0.0.1").refusal?.sqlstate, "28000");
  clock.now = 5000;
  assert.equal(rate.admit("10.0.0.1").refusal, null);
  assert.equal(rate.bannedAddresses, 0);
  assert.equal(rate.failed("10.0.0.1"), false, "it begins anew");
});

Deno.test("failures older than the window, or before a success, do not count", () => {
  const { clock, limiter: rate } = limiter();
  rate.failed("10.0.0.1");
  rate.failed("10.0.0.1");
  clock.now = 1000;
  assert.equal(rate.failed("10.0.0.1"), false);
  assert.equal(rate.failed("10.0.0.1"), false);
  rate.succeeded("10.0.0.1");
  assert.equal(rate.failed("10.0.0.1"), false);
});

Deno.test("zero switches a limit off", () => {
  const { limiter: rate } = limiter({ maxFailedAttempts: 0, maxConnectionsPerIp: 0, maxConnections: 0 });
  for (let i = 0; i < 20; i++) {
    assert.equal(rate.failed("10.0.0.1"), false);
    assert.equal(rate.admit("10.0.0.1").refusal, null);
  }
});

Deno.test("a flood of addresses does not free a connection's place, nor grow without bound", () => {
  const { limiter: rate } = limiter();
  rate.admit("10.0.0.1");
  for (let i = 0; i < 100_000; i++) rate.failed(`192.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  assert.ok(rate.addresses <= 20_000, `${rate.addresses} addresses`);
  assert.equal(rate.admit("10.0.0.1").refusal, null);
  assert.equal(rate.admit("10.0.0.1").refusal?.sqlstate, "53300");
});

Deno.test("nothing is kept of an address that only came and went", () => {
  const { clock, limiter: rate } = limiter();
  rate.admit("10.0.0.1").release();
  assert.equal(rate.addresses, 0);
  const admission = rate.admit("10.0.0.1");
  rate.failed("10.0.0.1");
  admission.release();
  assert.equal(rate.addresses, 1);
  clock.now = 1000;
  rate.admit("10.0.0.1").release();
  assert.equal(rate.addresses, 0);
});

const keys: [string, string][] = [
  ["10.0.0.1", "10.0.0.1"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["::1", "0:0:0:0::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:DB8:0:0:1:2:3:4", "2001:db8:0:0::/64"],
  ["2001:db8:1:2::", "2001:db8:1:2::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["", ""],
];

for (const [address, expected] of keys) {
  Deno.test(`address ${JSON.stringify(address)}`, () => assert.equal(addressKey(address), expected));
}
