import assert from "node:assert/strict";
import type { State } from "./lifecycle.ts";
import { choose, occupied } from "./policy.ts";

interface Worker {
  name: string;
  state: State;
  load: number;
  databases: Map<string, true>;
}

function worker(name: string, state: State, load: number, ...databases: string[]): Worker {
  return { name, state, load, databases: new Map(databases.map((key) => [key, true])) };
}

interface Row {
  title: string;
  workers: Worker[];
  key: string | null;
  most: number;
  /** A worker's name, or `spawn`, or `wait`. */
  expected: string;
}

const table: Row[] = [
  { title: "none there", workers: [], key: "a", most: 1, expected: "spawn" },
  {
    title: "the owner, however busy",
    workers: [worker("idle", "idle", 0), worker("owner", "hot", 9, "a")],
    key: "a",
    most: 4,
    expected: "owner",
  },
  {
    title: "the owner while it is starting",
    workers: [worker("idle", "idle", 0), worker("owner", "spawning", 1, "a")],
    key: "a",
    most: 4,
    expected: "owner",
  },
  {
    title: "the owner without sessions",
    workers: [worker("idle", "idle", 0), worker("owner", "hot_idle", 0, "a")],
    key: "a",
    most: 4,
    expected: "owner",
  },
  ...(["draining", "retired", "lost"] as const).map((state) => ({
    title: `the owner is ${state}: nobody else may open its file`,
    workers: [worker("idle", "idle", 0), worker("owner", state, 0, "a")],
    key: "a",
    most: 4,
    expected: "wait",
  })),
  {
    title: "in memory there is no owner",
    workers: [worker("idle", "idle", 0), worker("other", "hot", 1, ":memory:")],
    key: null,
    most: 4,
    expected: "idle",
  },
  {
    title: "an idle one before a new one",
    workers: [worker("busy", "hot", 1, "b"), worker("idle", "idle", 0)],
    key: "a",
    most: 4,
    expected: "idle",
  },
  {
    title: "of the idle ones the one with the fewest databases open",
    workers: [worker("two", "hot_idle", 0, "b", "c"), worker("one", "hot_idle", 0, "d")],
    key: "a",
    most: 4,
    expected: "one",
  },
  {
    title: "one that answers before one that is starting",
    workers: [worker("starting", "spawning", 0), worker("parked", "hot_idle", 0, "b")],
    key: "a",
    most: 4,
    expected: "parked",
  },
  {
    title: "one that is starting for nobody before a new one",
    workers: [worker("busy", "hot", 1, "b"), worker("starting", "spawning", 0)],
    key: "a",
    most: 4,
    expected: "starting",
  },
  {
    title: "a new one while there is room",
    workers: [worker("busy", "hot", 1, "b"), worker("starting", "spawning", 1, "c")],
    key: "a",
    most: 3,
    expected: "spawn",
  },
  {
    title: "a new one at any time without a limit",
    workers: [worker("busy", "hot", 1, "b")],
    key: "a",
    most: 0,
    expected: "spawn",
  },
  {
    title: "at the limit the one with the fewest sessions",
    workers: [worker("three", "hot", 3, "b"), worker("one", "hot", 1, "c"), worker("two", "hot", 2, "d")],
    key: "a",
    most: 3,
    expected: "one",
  },
  {
    title: "at the limit one that is starting counts as well",
    workers: [worker("two", "hot", 2, "b"), worker("starting", "spawning", 1, "c")],
    key: "a",
    most: 2,
    expected: "starting",
  },
  {
    title: "one that drains takes nothing, and its place",
    workers: [worker("draining", "draining", 0, "b"), worker("busy", "hot", 5, "c")],
    key: "a",
    most: 2,
    expected: "busy",
  },
  {
    title: "when all places are taken by those that drain",
    workers: [worker("draining", "draining", 0, "b")],
    key: "a",
    most: 1,
    expected: "wait",
  },
  {
    title: "one that was killed has no place",
    workers: [worker("lost", "lost", 0, "b")],
    key: "a",
    most: 1,
    expected: "spawn",
  },
];

for (const { title, workers, key, most, expected } of table) {
  Deno.test(`policy: ${title} → ${expected}`, () => {
    const choice = choose(workers, key, most);
    assert.equal(choice.kind === "use" ? choice.worker.name : choice.kind, expected);
  });
}

Deno.test("policy: places are taken by all but those that are over", () => {
  const all = (["spawning", "idle", "reserved", "activating", "hot", "hot_idle", "draining"] as const)
    .map((state) => worker(state, state, 0));
  assert.equal(occupied([...all, worker("retired", "retired", 0), worker("lost", "lost", 0)]), all.length);
});
