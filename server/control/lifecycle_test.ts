import assert from "node:assert/strict";
import { type Event, events, isOpen, isOver, type State, states, transition } from "./lifecycle.ts";

/** Every transition there is; what is not here is refused. */
const allowed: Readonly<Record<State, Partial<Record<Event, State>>>> = {
  spawning: {
    spawned: "idle",
    spawn_failed: "retired",
    drain: "draining",
    retire: "retired",
    crash: "lost",
  },
  idle: { reserve: "reserved", drain: "draining", retire: "retired", crash: "lost" },
  reserved: {
    activate: "activating",
    release: "idle",
    park: "hot_idle",
    drain: "draining",
    retire: "retired",
    crash: "lost",
  },
  activating: {
    activated: "hot",
    activation_failed: "retired",
    release: "idle",
    park: "hot_idle",
    drain: "draining",
    retire: "retired",
    crash: "lost",
  },
  hot: { park: "hot_idle", drain: "draining", retire: "retired", crash: "lost" },
  hot_idle: { reserve: "reserved", drain: "draining", retire: "retired", crash: "lost" },
  draining: { retire: "retired", crash: "lost" },
  retired: {},
  lost: {},
};

for (const state of states) {
  for (const event of events) {
    const next = allowed[state][event];
    Deno.test(`lifecycle: ${state} + ${event} → ${next ?? "refused"}`, () => {
      const refusal = { refused: `a worker that is ${state} has no ${event}` };
      assert.deepEqual(transition(state, event), next ?? refusal);
    });
  }
}

Deno.test("lifecycle: every state but the first is reached, and the last two are never left", () => {
  const reached = new Set(states.flatMap((state) => Object.values(allowed[state])));
  assert.deepEqual(states.filter((state) => !reached.has(state)), ["spawning"]);
  assert.deepEqual(states.filter(isOver), ["retired", "lost"]);
  assert.deepEqual(states.filter((state) => Object.keys(allowed[state]).length === 0), ["retired", "lost"]);
});

Deno.test("lifecycle: workers that end take no sessions", () => {
  assert.deepEqual(states.filter((state) => !isOpen(state)), ["draining", "retired", "lost"]);
});
