/** A worker's life, as a table: which event takes it from which state to which. Nothing else decides what is allowed. */

/** Every state a worker can be in, in the order of a life. */
export const states = [
  /** Its process was started and does not answer yet. */
  "spawning",
  /** It answers, and has served nobody. */
  "idle",
  /** A session is on its way to it. */
  "reserved",
  /** It opens the first database. */
  "activating",
  /** It has sessions. */
  "hot",
  /** It had sessions, and keeps their databases open. */
  "hot_idle",
  /** It is being ended and takes no more sessions. */
  "draining",
  /** It was ended. */
  "retired",
  /** It ended by itself, or was given up. */
  "lost",
] as const;

export type State = typeof states[number];

/** Everything that can happen to a worker. */
export const events = [
  /** The new process answers. */
  "spawned",
  /** The new process ended or stayed silent. */
  "spawn_failed",
  /** A session was assigned to it. */
  "reserve",
  /** The assigned session is being created. */
  "activate",
  /** The session is there. */
  "activated",
  /** The worker cannot serve what it was asked to. */
  "activation_failed",
  /** The assigned session went away, and the worker has no database open. */
  "release",
  /** Its last session ended, and its databases stay open. */
  "park",
  /** No more sessions; what runs may end. */
  "drain",
  /** It was ended as wanted. */
  "retire",
  /** It ended unasked, or is silent. */
  "crash",
] as const;

export type Event = typeof events[number];

/** Why a worker was ended. */
export type RetireReason =
  /** With its session, where workers are made for one each; or it was told to end by somebody else. */
  | "normal"
  | "idle_timeout"
  | "shutdown"
  /** It never answered. */
  | "spawn_failure"
  | "activation_failure"
  /** DuckDB gave up its database after a fatal error. */
  | "instance_invalidated"
  /** It ended by itself. */
  | "crash"
  /** It was silent. */
  | "health_check";

/** What {@linkcode transition} answers for an event that the state has no place for. */
export interface Refused {
  /** A sentence. */
  readonly refused: string;
}

/** The ways out of any state in which the worker is there. */
const ending = { drain: "draining", retire: "retired", crash: "lost" } as const;

const table: Readonly<Record<State, Readonly<Partial<Record<Event, State>>>>> = {
  spawning: { spawned: "idle", spawn_failed: "retired", ...ending },
  idle: { reserve: "reserved", ...ending },
  reserved: { activate: "activating", release: "idle", park: "hot_idle", ...ending },
  activating: {
    activated: "hot",
    activation_failed: "retired",
    release: "idle",
    park: "hot_idle",
    ...ending,
  },
  hot: { park: "hot_idle", ...ending },
  hot_idle: { reserve: "reserved", ...ending },
  draining: { retire: "retired", crash: "lost" },
  retired: {},
  lost: {},
};

/**
 * The state after an event, or why there is none.
 *
 * @example
 * ```ts
 * transition("hot", "park"); // "hot_idle"
 * transition("lost", "reserve"); // { refused: "a worker that is lost has no reserve" }
 * ```
 */
export function transition(state: State, event: Event): State | Refused {
  return table[state][event] ?? { refused: `a worker that is ${state} has no ${event}` };
}

/** Whether a worker in this state takes sessions, or will. */
export function isOpen(state: State): boolean {
  return state !== "draining" && !isOver(state);
}

/** Whether nothing follows. */
export function isOver(state: State): state is "retired" | "lost" {
  return state === "retired" || state === "lost";
}
