import assert from "node:assert/strict";
import { PgError } from "../../worker/api/error.ts";
import type { DatabaseTarget, Health } from "../../worker/api/flight/actions.ts";
import { tempDir } from "../../tests/support/temp.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { healthPeriod } from "./health.ts";
import { leastMemory } from "./memory.ts";
import type { PoolObserver } from "./observer.ts";
import { createPool, type PoolOptions, type WorkerPool } from "./pool.ts";
import { FakeLauncher, healthy, ManualClock, settle } from "./test_support.ts";
import { SpawnError } from "./worker.ts";

const gib = 2 ** 30;
const minute = 60_000;

/** A pool of table workers, and what it told its observer. */
class Bench implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly launcher = new FakeLauncher();
  readonly told: string[] = [];
  readonly pool: WorkerPool;
  #pid = 100;

  constructor(options: Partial<PoolOptions> = {}) {
    this.pool = createPool({
      launcher: this.launcher,
      minWorkers: 0,
      maxWorkers: 2,
      retireOnSessionEnd: false,
      queueTimeout: minute,
      idleTimeout: 5 * minute,
      sessionInitTimeout: 0,
      memory: { budget: 4 * gib, rebalance: false, threads: 4 },
      clock: this.clock,
      observer: this.#observer(),
      ...options,
    });
  }

  #observer(): PoolObserver {
    const tell = (text: string) => void this.told.push(text);
    return {
      spawned: (seconds) => tell(`spawned after ${seconds} s`),
      spawnFailed: (reason) => tell(`spawn failed: ${reason}`),
      acquired: (seconds) => tell(`acquired after ${seconds} s`),
      acquireFailed: (reason) => tell(`acquire failed: ${reason}`),
      transition: (from, to) => tell(`${from} → ${to}`),
      retired: (reason) => tell(`retired: ${reason}`),
      lost: (reason) => tell(`lost: ${reason}`),
      instanceInvalidated: () => tell("instance invalidated"),
      healthCheck: () => {},
    };
  }

  connect(path: string, signal = new AbortController().signal) {
    const identity = { user: "ann", database: "ann", pid: ++this.#pid };
    return this.pool.connect(identity, targetOf(path), signal);
  }

  /** Which sessions each worker has, by the paths of their databases. */
  seats(): Record<number, string[]> {
    const paths = (id: number) =>
      this.launcher.worker(id).sessions.map(({ request }) => request.target!.path);
    return Object.fromEntries(this.pool.workers().map(({ id }) => [id, paths(id)]));
  }

  states(): string[] {
    return this.pool.workers().map(({ state }) => state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const worker of this.launcher.workers) worker.exit();
    await this.pool.stop(0).catch(() => {});
    await this.clock.advance(0);
  }
}

function targetOf(path: string): DatabaseTarget {
  return { path, sandbox: true, allowed_directories: [], bootstrap: [] };
}

/** The error a promise fails with. */
async function errorOf(promise: Promise<unknown>): Promise<PgError> {
  const error = await promise.then(() => null, (error) => error);
  assert.ok(error instanceof PgError, `${error}`);
  return error;
}

Deno.test("pool: the first session starts a worker, the next in another database another, then they share", async () => {
  await using bench = new Bench();
  for (const path of ["/a", "/b", "/c", "/d"]) await bench.connect(path);
  assert.deepEqual(bench.seats(), { 1: ["/a", "/c"], 2: ["/b", "/d"] });
  assert.deepEqual(bench.states(), ["hot", "hot"]);
});

Deno.test("pool: sessions of one file go to the worker that has it open, also when it has none left", async () => {
  await using bench = new Bench({ maxWorkers: 5 });
  const first = await bench.connect("/a");
  await bench.connect("/b");
  await bench.connect("/a");
  await first.close();
  await bench.connect("/a");
  assert.deepEqual(bench.seats(), { 1: ["/a", "/a", "/a"], 2: ["/b"] });
});

Deno.test("pool: concurrent first sessions of one file wait for the one worker that is started", async () => {
  await using bench = new Bench({ maxWorkers: 5 });
  const start = Promise.withResolvers<void>();
  bench.launcher.onLaunch = () => start.promise;
  const connecting = [bench.connect("/a"), bench.connect("/a"), bench.connect("/a")];
  await waitFor("the three to wait", () => bench.pool.counts().queued === 3);
  assert.deepEqual(bench.states(), ["spawning"]);
  start.resolve();
  await Promise.all(connecting);
  assert.deepEqual(bench.seats(), { 1: ["/a", "/a", "/a"] });
  assert.equal(bench.pool.counts().queued, 0);
});

Deno.test("pool: one file has many names", async () => {
  await using dir = await tempDir();
  await using bench = new Bench({ maxWorkers: 5 });
  await Deno.mkdir(`${dir.path}/folder`);
  await Deno.symlink(`${dir.path}/folder`, `${dir.path}/link`);
  await bench.connect(`${dir.path}/folder/a.duckdb`); // not there yet
  await Deno.writeTextFile(`${dir.path}/folder/a.duckdb`, "");
  await bench.connect(`${dir.path}/link/a.duckdb`);
  await bench.connect(`${dir.path}/folder/../link/a.duckdb`);
  assert.equal(bench.pool.workers().length, 1);
});

Deno.test("pool: databases in memory are tied to no worker", async () => {
  await using bench = new Bench();
  for (let i = 0; i < 4; i++) await bench.connect(":memory:ann");
  assert.deepEqual(bench.seats(), { 1: [":memory:ann", ":memory:ann"], 2: [":memory:ann", ":memory:ann"] });
});

Deno.test("pool: an idle worker is taken before a new one is started", async () => {
  await using bench = new Bench({ maxWorkers: 5 });
  await (await bench.connect("/a")).close();
  assert.deepEqual(bench.states(), ["hot_idle"]);
  await bench.connect("/b");
  assert.deepEqual(bench.seats(), { 1: ["/a", "/b"] });
});

Deno.test("pool: workers that are kept are there before the first session, and answer when it starts", async () => {
  await using bench = new Bench({ minWorkers: 2, maxWorkers: 3 });
  await bench.pool.start();
  assert.deepEqual(bench.states(), ["idle", "idle"]);
  await bench.connect("/a");
  assert.deepEqual(bench.states(), ["hot", "idle"]);
});

Deno.test("pool: the start fails when a worker that is kept does not come up", async () => {
  await using bench = new Bench({ minWorkers: 1 });
  bench.launcher.onLaunch = () => Promise.reject(new SpawnError("exited", "it ended"));
  await assert.rejects(bench.pool.start(), /it ended/);
});

Deno.test("pool: the life of a worker, as its observer is told", async () => {
  await using bench = new Bench();
  await (await bench.connect("/a")).close();
  await (await bench.connect("/a")).close();
  await bench.pool.stop(0);
  assert.deepEqual(bench.told, [
    "spawning → idle",
    "spawned after 0 s",
    "idle → reserved",
    "reserved → activating",
    "activating → hot",
    "acquired after 0 s",
    "hot → hot_idle",
    "hot_idle → reserved",
    "reserved → activating",
    "activating → hot",
    "acquired after 0 s",
    "hot → hot_idle",
    "hot_idle → draining",
    "draining → retired",
    "retired: shutdown",
  ]);
});

Deno.test("pool: who waits too long for a worker is told so, and the worker is kept for others", async () => {
  await using bench = new Bench({ maxWorkers: 1, queueTimeout: 10_000 });
  const start = Promise.withResolvers<void>();
  bench.launcher.onLaunch = () => start.promise;
  const refused = errorOf(bench.connect("/a"));
  await waitFor("the wait", () => bench.pool.counts().queued === 1);
  await bench.clock.advance(9_999);
  const patient = bench.connect("/b");
  await waitFor("two waits", () => bench.pool.counts().queued === 2);
  await bench.clock.advance(1);
  const { sqlstate, severity, message, hint } = await refused;
  assert.deepEqual([sqlstate, severity, message], [
    "53300",
    "FATAL",
    "timed out waiting for an available worker",
  ]);
  assert.match(hint!, /worker_queue_timeout/);
  start.resolve();
  await patient;
  assert.deepEqual(bench.seats(), { 1: ["/b"] });
  assert.ok(bench.told.includes("acquire failed: timeout"));
});

Deno.test("pool: a client that cancels while it waits goes at once; the worker started for it is kept", async () => {
  await using bench = new Bench();
  const start = Promise.withResolvers<void>();
  bench.launcher.onLaunch = () => start.promise;
  const client = new AbortController();
  const refused = errorOf(bench.connect("/a", client.signal));
  await waitFor("the wait", () => bench.pool.counts().queued === 1);
  client.abort();
  assert.equal((await refused).sqlstate, "57014");
  assert.deepEqual(bench.pool.counts().queued, 0);
  start.resolve();
  await settle();
  assert.deepEqual(bench.states(), ["idle"]);
  await bench.connect("/b");
  assert.deepEqual(bench.seats(), { 1: ["/b"] });
  assert.ok(bench.told.includes("acquire failed: canceled"));
});

Deno.test("pool: a client that was gone already starts nothing", async () => {
  await using bench = new Bench();
  assert.equal((await errorOf(bench.connect("/a", AbortSignal.abort()))).sqlstate, "57014");
  assert.deepEqual(bench.pool.workers(), []);
});

Deno.test("pool: a session that comes too late for its client is closed, and its file stays tied meanwhile", async () => {
  await using bench = new Bench({ maxWorkers: 2 });
  const kept = await bench.connect("/a");
  const worker = bench.launcher.worker(1);
  const asked = Promise.withResolvers<void>();
  const creating = Promise.withResolvers<void>();
  worker.onCreate = () => (asked.resolve(), creating.promise);
  const client = new AbortController();
  const refused = errorOf(bench.connect("/a", client.signal));
  await asked.promise;
  client.abort();
  assert.equal((await refused).sqlstate, "57014");
  await kept.close();
  assert.deepEqual(bench.states(), ["hot"]);
  creating.resolve();
  await settle();
  assert.deepEqual(bench.states(), ["hot_idle"]);
});

Deno.test("pool: a database that takes too long to open", async () => {
  await using bench = new Bench({ minWorkers: 1, sessionInitTimeout: 5_000 });
  await bench.pool.start();
  bench.launcher.worker(1).onCreate = () => new Promise(() => {});
  const refused = errorOf(bench.connect("/a"));
  await waitFor("the session to be asked for", () => bench.states()[0] === "activating");
  await bench.clock.advance(5_000);
  const { sqlstate, message } = await refused;
  assert.deepEqual([sqlstate, message], ["57P03", "the database could not be opened within 5000 ms"]);
});

Deno.test("pool: what opening a database fails with is passed on, and ties nothing", async () => {
  await using bench = new Bench({ minWorkers: 2 });
  await bench.pool.start();
  const damaged = new PgError("58030", "it is damaged", { severity: "FATAL" });
  bench.launcher.worker(1).onCreate = () => Promise.reject(damaged);
  assert.equal(await errorOf(bench.connect("/a")), damaged);
  assert.deepEqual(bench.states(), ["idle", "idle"]);
  assert.deepEqual(bench.pool.workers()[0].databases, []);
  assert.ok(bench.told.includes("acquire failed: database"));
});

Deno.test("pool: a worker that dies while it creates a session: another is tried", async () => {
  await using bench = new Bench({ maxWorkers: 3 });
  bench.launcher.onStarted = (worker) => {
    if (worker.id === 3) return;
    worker.onHealth = () => Promise.reject(new Error("gone"));
    worker.onCreate = () => {
      worker.exit();
      return Promise.reject(new Error("14 UNAVAILABLE: connection dropped"));
    };
  };
  await bench.connect("/a");
  assert.deepEqual(bench.seats(), { 3: ["/a"] });
});

Deno.test("pool: a worker that ends while its connection says nothing of it: another is tried", async () => {
  await using bench = new Bench({ maxWorkers: 3 });
  bench.launcher.onStarted = (worker) => {
    if (worker.id === 2) return;
    worker.onCreate = () => {
      worker.exit();
      return new Promise(() => {});
    };
  };
  await bench.connect("/a");
  assert.deepEqual(bench.seats(), { 2: ["/a"] });
});

Deno.test("pool: after three workers that fail a session it is refused", async () => {
  await using bench = new Bench({ maxWorkers: 9 });
  let launched = 0;
  bench.launcher.onLaunch = () => {
    launched++;
    return Promise.reject(new SpawnError("exited", `worker ${launched} ended with code 1`));
  };
  const { sqlstate, severity, detail } = await errorOf(bench.connect("/a"));
  assert.deepEqual([sqlstate, severity, detail], ["58000", "FATAL", "worker 3 ended with code 1"]);
  assert.equal(launched, 3);
  assert.deepEqual(bench.told.slice(-2), ["retired: spawn_failure", "acquire failed: worker_failure"]);
});

Deno.test("pool: a worker that was told to end by somebody else takes no more, and its file waits", async () => {
  await using bench = new Bench({ maxWorkers: 3 });
  await bench.connect("/a");
  const worker = bench.launcher.worker(1);
  worker.onCreate = () => Promise.reject(new PgError("57P03", "worker is draining", { severity: "FATAL" }));
  worker.onHealth = () => Promise.resolve({ ...healthy(), draining: true });
  const waiting = bench.connect("/a");
  await waitFor("the worker to be seen draining", () => bench.states()[0] === "draining");
  await bench.connect("/b");
  assert.deepEqual(bench.seats(), { 1: ["/a"], 2: ["/b"] });
  worker.exit();
  await waiting;
  assert.deepEqual(bench.seats(), { 2: ["/b"], 3: ["/a"] });
  assert.ok(bench.told.includes("retired: normal"));
});

Deno.test("pool: when a worker ends by itself its sessions are told, and the kept number is there again", async () => {
  await using bench = new Bench({ minWorkers: 1, maxWorkers: 1 });
  await bench.pool.start();
  const executor = await bench.connect("/a");
  const lost = new Promise<PgError>((resolve) => executor.onLost = resolve);
  bench.launcher.worker(1).exit();
  const { sqlstate, severity, message } = await lost;
  assert.deepEqual([sqlstate, severity], ["57P01", "FATAL"]);
  assert.equal(message, "terminating connection because its worker process ended");
  await settle();
  assert.deepEqual(bench.pool.workers().map(({ id, state }) => [id, state]), [[2, "idle"]]);
  assert.equal(bench.pool.counts().sessions, 0);
  assert.deepEqual(bench.told.filter((text) => /lost:|retired:/.test(text)), [
    "lost: crash",
    "retired: crash",
  ]);
});

Deno.test("pool: a file of a worker that is given up is opened elsewhere only when its process is gone", async () => {
  await using bench = new Bench({ maxWorkers: 3 });
  await bench.connect("/a");
  const silent = bench.launcher.worker(1);
  silent.onHealth = () => new Promise<Health>(() => {});
  await bench.clock.advance(5 * healthPeriod);
  assert.deepEqual(bench.states(), ["lost"]);
  assert.deepEqual(silent.signals, ["SIGKILL"]);
  const waiting = bench.connect("/a");
  await waitFor("the session to wait", () => bench.pool.counts().queued === 1);
  await bench.connect("/b");
  assert.deepEqual(bench.seats(), { 1: ["/a"], 2: ["/b"] });
  silent.exit();
  await waiting;
  assert.deepEqual(bench.seats(), { 2: ["/b"], 3: ["/a"] });
});

Deno.test("pool: a silent worker is given up within nine seconds, its clients are told, others notice nothing", async () => {
  await using bench = new Bench({ minWorkers: 2 });
  await bench.pool.start();
  const [here, there] = [await bench.connect("/a"), await bench.connect("/b")];
  const reasons: string[] = [];
  here.onLost = ({ sqlstate, message }) => reasons.push(`${sqlstate} ${message}`);
  there.onLost = () => reasons.push("a session elsewhere");
  const began = bench.clock.now();
  bench.launcher.worker(1).onHealth = () => new Promise<Health>(() => {});
  while (reasons.length === 0) await bench.clock.advance(100);
  assert.ok(bench.clock.now() - began <= 9_100);
  assert.deepEqual(reasons, [
    "57P01 terminating connection because its worker process does not answer",
  ]);
  bench.launcher.worker(1).exit();
  await settle();
  assert.deepEqual(bench.states(), ["hot", "idle"]);
  assert.deepEqual(bench.told.filter((text) => /lost:|retired:/.test(text)), [
    "lost: health_check",
    "retired: health_check",
  ]);
});

Deno.test("pool: strikes that do not follow one another are forgiven", async () => {
  await using bench = new Bench({ minWorkers: 1 });
  await bench.pool.start();
  const worker = bench.launcher.worker(1);
  for (let i = 0; i < 5; i++) {
    worker.onHealth = () => Promise.reject(new Error("14 UNAVAILABLE"));
    await bench.clock.advance(2 * healthPeriod);
    worker.onHealth = () => Promise.resolve(healthy());
    await bench.clock.advance(healthPeriod);
  }
  assert.deepEqual(bench.states(), ["idle"]);
  assert.equal(bench.pool.workers()[0].memoryBytes, 42);
});

Deno.test("pool: a worker whose database was invalidated is retired, its sessions told why", async () => {
  await using bench = new Bench();
  const executor = await bench.connect("/a");
  const lost = new Promise<PgError>((resolve) => executor.onLost = resolve);
  bench.launcher.worker(1).onHealth = () =>
    Promise.resolve({
      ...healthy(),
      healthy: false,
      instance_invalidated: true,
      instance_invalid_reason: "could not write the log",
    });
  await bench.clock.advance(healthPeriod);
  const { sqlstate, detail } = await lost;
  assert.equal(sqlstate, "57P01");
  assert.match(detail!, /could not write the log/);
  assert.deepEqual(bench.launcher.worker(1).signals, ["SIGINT"]);
  assert.deepEqual(bench.states(), []);
  assert.deepEqual(bench.told.slice(-4), [
    "instance invalidated",
    "hot → draining",
    "draining → retired",
    "retired: instance_invalidated",
  ]);
});

Deno.test("pool: a worker that failed to start is started anew, later and later", async () => {
  await using bench = new Bench({ minWorkers: 1 });
  const starts: number[] = [];
  bench.launcher.onLaunch = () => {
    starts.push(bench.clock.now());
    return starts.length < 5 ? Promise.reject(new SpawnError("exited", "it ended")) : Promise.resolve();
  };
  await assert.rejects(bench.pool.start());
  await bench.clock.advance(minute);
  assert.deepEqual(starts, [0, 1_000, 3_000, 7_000, 15_000]);
  assert.deepEqual(bench.states(), ["idle"]);
});

Deno.test("pool: workers that answer and end at once are put off too, those that were of use are not", async () => {
  await using bench = new Bench({ minWorkers: 1 });
  const starts: number[] = [];
  bench.launcher.onStarted = (worker) => {
    starts.push(bench.clock.now());
    if (starts.length < 4) worker.exit();
  };
  await bench.pool.start();
  await bench.clock.advance(minute);
  assert.deepEqual(starts, [0, 1_000, 3_000, 7_000]);
  bench.launcher.workers[3].exit();
  await bench.clock.advance(0);
  assert.deepEqual(starts.slice(4), [minute]);
});

Deno.test("pool: workers with nothing to do for long are ended, the longest idle first, but for those kept", async () => {
  await using bench = new Bench({ minWorkers: 1, maxWorkers: 3 });
  const sessions = [await bench.connect("/a"), await bench.connect("/b"), await bench.connect("/c")];
  await sessions[1].close();
  await bench.clock.advance(3 * minute);
  await sessions[0].close();
  await bench.clock.advance(3 * minute);
  assert.deepEqual(Object.keys(bench.seats()), ["1", "3"]); // 2 was idle for five minutes
  await sessions[2].close();
  await bench.clock.advance(10 * minute);
  assert.deepEqual(Object.keys(bench.seats()), ["3"]);
  assert.deepEqual(bench.told.filter((text) => text.startsWith("retired")), [
    "retired: idle_timeout",
    "retired: idle_timeout",
  ]);
});

Deno.test("pool: an idle timeout of 0 is none", async () => {
  await using bench = new Bench({ idleTimeout: 0 });
  await (await bench.connect("/a")).close();
  await bench.clock.advance(15 * minute);
  assert.deepEqual(bench.states(), ["hot_idle"]);
});

Deno.test("pool: a worker made for one session ends with it, and the next waits for its place", async () => {
  await using bench = new Bench({ retireOnSessionEnd: true, maxWorkers: 1 });
  const first = await bench.connect("/a");
  const second = await bench.connect("/a");
  const worker = bench.launcher.worker(1);
  worker.obeys = false;
  await first.close();
  assert.deepEqual(worker.signals, []);
  await second.close();
  assert.deepEqual(worker.signals, ["SIGINT"]);
  const waiting = bench.connect("/b");
  await waitFor("the session to wait", () => bench.pool.counts().queued === 1);
  worker.exit();
  await waiting;
  assert.deepEqual(bench.seats(), { 2: ["/b"] });
  assert.ok(bench.told.includes("retired: normal"));
});

Deno.test("pool: stopping refuses who comes and who waits, lets sessions end, then ends the workers", async () => {
  await using bench = new Bench({ maxWorkers: 1 });
  const session = await bench.connect("/a");
  const worker = bench.launcher.worker(1);
  const asked = Promise.withResolvers<void>();
  worker.onCreate = () => (asked.resolve(), new Promise(() => {}));
  const waiting = errorOf(bench.connect("/b"));
  await asked.promise;
  const stopped = bench.pool.stop(minute);
  assert.equal((await waiting).sqlstate, "57P03");
  assert.equal((await errorOf(bench.connect("/c"))).message, "the database system is shutting down");
  await bench.clock.advance(10_000);
  assert.deepEqual(worker.signals, []);
  await session.close();
  await stopped;
  assert.deepEqual(worker.signals, ["SIGTERM"]);
  assert.deepEqual(bench.pool.workers(), []);
  assert.equal(bench.launcher.workers.length, 1);
});

Deno.test("pool: stopping waits no longer than it may", async () => {
  await using bench = new Bench();
  const session = await bench.connect("/a");
  const lost = new Promise<PgError>((resolve) => session.onLost = resolve);
  const stopped = bench.pool.stop(5_000);
  await bench.clock.advance(5_000);
  await stopped;
  assert.equal((await lost).message, "terminating connection due to administrator command");
  assert.deepEqual(bench.pool.workers(), []);
});

Deno.test("pool: stopping gives up workers that are starting", async () => {
  await using bench = new Bench({ minWorkers: 1 });
  bench.launcher.onLaunch = () => new Promise(() => {});
  const started = assert.rejects(bench.pool.start(), SpawnError);
  await bench.pool.stop(0);
  await started;
  assert.deepEqual(bench.pool.workers(), []);
});

Deno.test("pool: sessions are told who they are and what they may use", async () => {
  await using bench = new Bench();
  await bench.connect("/a");
  const [{ request }] = bench.launcher.worker(1).sessions;
  assert.deepEqual(request, {
    username: "ann",
    database: "ann",
    pid: 101,
    target: targetOf("/a"),
    memory_limit: "4096MiB",
    threads: 4,
  });
});

Deno.test("pool: with rebalancing the budget is divided anew as sessions come and go", async () => {
  await using bench = new Bench({ memory: { budget: 4 * gib, rebalance: true, threads: 4 } });
  const first = await bench.connect("/a");
  const second = await bench.connect("/b");
  const [one, two] = bench.launcher.workers;
  assert.equal(one.sessions[0].request.memory_limit, "4096MiB");
  assert.equal(two.sessions[0].request.memory_limit, "2048MiB");
  await bench.clock.advance(100);
  assert.deepEqual(one.limits, [{ session_token: "1-1", memory_limit: "2048MiB", threads: 2 }]);
  assert.deepEqual(two.limits, []);
  await second.close();
  const floor = `${leastMemory / 2 ** 20}MiB`;
  assert.deepEqual(two.limits, [{ session_token: "2-1", memory_limit: floor, threads: 2 }]);
  await bench.clock.advance(100);
  assert.deepEqual(one.limits.slice(1), [{ session_token: "1-1", memory_limit: "4096MiB", threads: 4 }]);
  await first.close();
});

Deno.test("pool: a snapshot says what an operator wants to know", async () => {
  await using bench = new Bench();
  await bench.connect("/a");
  await bench.connect("/a");
  const [{ id, pid, state, databases, sessions }] = bench.pool.workers();
  assert.deepEqual([id, pid, state, databases], [1, 1001, "hot", ["/a"]]);
  assert.deepEqual(sessions.map(({ user, database, pid, progress }) => [user, database, pid, progress]), [
    ["ann", "ann", 101, null],
    ["ann", "ann", 102, null],
  ]);
  const { workers, sessions: count, queued } = bench.pool.counts();
  assert.deepEqual([workers.hot, workers.idle, count, queued], [1, 0, 2, 0]);
});
