import assert from "node:assert/strict";
import { divide, leastMemory, type Limits, limitsOf, memoryLimitText, rebalancer } from "./memory.ts";
import { ManualClock, settle } from "./test_support.ts";

const gib = 2 ** 30;

Deno.test("memory: without rebalancing each session may use the whole budget", () => {
  const policy = { budget: 4 * gib, rebalance: false, threads: 8 };
  assert.deepEqual(limitsOf(policy, 1, 1), { memory: 4 * gib, threads: 8 });
  assert.deepEqual(limitsOf(policy, 3, 10), { memory: 4 * gib, threads: 8 });
});

const shares: { sessions: number; all: number; memory: number; threads: number }[] = [
  { sessions: 1, all: 1, memory: 8 * gib, threads: 8 },
  { sessions: 1, all: 2, memory: 4 * gib, threads: 4 },
  { sessions: 3, all: 4, memory: 6 * gib, threads: 6 },
  { sessions: 1, all: 3, memory: Math.floor(8 * gib / 3), threads: 2 },
  // the floor: 32 sessions would have exactly it, 64 have it all the same
  { sessions: 1, all: 32, memory: leastMemory, threads: 1 },
  { sessions: 1, all: 64, memory: leastMemory, threads: 1 },
  { sessions: 2, all: 64, memory: 2 * leastMemory, threads: 1 },
  { sessions: 0, all: 2, memory: leastMemory, threads: 1 },
];

for (const { sessions, all, memory, threads } of shares) {
  Deno.test(`memory: ${sessions} of ${all} sessions have ${memory} bytes and ${threads} threads`, () => {
    assert.deepEqual(limitsOf({ budget: 8 * gib, rebalance: true, threads: 8 }, sessions, all), {
      memory,
      threads,
    });
  });
}

Deno.test("memory: limits are written as DuckDB reads them, never more than they are", () => {
  assert.equal(memoryLimitText({ memory: 4 * gib, threads: 1 }), "4096MiB");
  assert.equal(memoryLimitText({ memory: gib + 2 ** 20 - 1, threads: 1 }), "1024MiB");
});

/** A database whose limit takes effect when the test says so. */
class Holder {
  readonly applied: Limits[] = [];
  #resolve: (done: boolean) => void = () => {};
  constructor(readonly sessions: number, public limits: Limits) {}

  apply(limits: Limits): Promise<boolean> {
    this.applied.push(limits);
    return new Promise((resolve) => {
      this.#resolve = (done) => {
        if (done) this.limits = limits;
        resolve(done);
      };
    });
  }

  done(): void {
    this.#resolve(true);
  }

  refuse(): void {
    this.#resolve(false);
  }
}

Deno.test("memory: what shrinks does so before anything grows, and what is right stays", async () => {
  const policy = { budget: 8 * gib, rebalance: true, threads: 8 };
  const big = new Holder(1, { memory: 8 * gib, threads: 8 });
  const small = new Holder(2, { memory: gib, threads: 1 });
  const right = new Holder(1, { memory: 2 * gib, threads: 2 });
  const divided = divide(policy, [small, big, right]);
  await settle();
  assert.deepEqual([big.applied.length, small.applied.length], [1, 0]);
  big.done();
  await settle();
  assert.deepEqual(small.applied, [{ memory: 4 * gib, threads: 4 }]);
  small.done();
  assert.equal(await divided, true);
  assert.deepEqual(right.applied, []);
  assert.equal(big.limits.memory + small.limits.memory + right.limits.memory, policy.budget);
});

Deno.test("memory: nothing grows while something can't shrink, and it is tried again", async () => {
  const clock = new ManualClock();
  const policy = { budget: 4 * gib, rebalance: true, threads: 4 };
  const full = new Holder(1, { memory: 4 * gib, threads: 4 });
  const small = new Holder(1, { memory: gib, threads: 1 });
  const { changed } = rebalancer(policy, clock, () => [full, small]);
  changed();
  await clock.advance(100);
  full.refuse();
  await clock.advance(999);
  assert.deepEqual([full.applied.length, small.applied.length], [1, 0]);
  await clock.advance(1);
  full.done();
  await clock.advance(0);
  small.done();
  await clock.advance(10_000);
  assert.deepEqual([full.applied.length, small.applied.length], [2, 1]);
  assert.equal(full.limits.memory + small.limits.memory, policy.budget);
});

Deno.test("memory: changes that come together are divided once, and those that come later again", async () => {
  const clock = new ManualClock();
  let asked = 0;
  const holders = () => {
    asked++;
    return [];
  };
  const { changed, stop } = rebalancer({ budget: gib, rebalance: true, threads: 1 }, clock, holders);
  changed();
  await clock.advance(60);
  changed();
  await clock.advance(60);
  assert.equal(asked, 1);
  changed();
  await clock.advance(100);
  assert.equal(asked, 2);
  changed();
  stop();
  await clock.advance(1_000);
  assert.equal(asked, 2);
});

Deno.test("memory: nothing is divided where nothing is to be", async () => {
  const clock = new ManualClock();
  let asked = 0;
  const { changed } = rebalancer({ budget: gib, rebalance: false, threads: 1 }, clock, () => {
    asked++;
    return [];
  });
  changed();
  await clock.advance(1_000);
  assert.equal(asked, 0);
});
