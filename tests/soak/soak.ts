/**
 * Many idle sessions, busy ones, and clients that vanish beside them: nothing may be left of those, and nothing may grow,
 * neither in the server nor in its workers.
 */
import { resourcesOf } from "../support/process.ts";
import type { Resources } from "../support/process.ts";
import { loggedIn, type RawClient, rowsOf } from "../support/raw_client.ts";
import { type Server, startServer } from "../support/server.ts";
import { waitFor } from "../support/wait.ts";
import { workersOf } from "../control_plane/workers.ts";
import { keepBusy } from "./busy.ts";
import { vanishings } from "./vanish.ts";
import { describe, describeSeen, growthOf, type Seen, watchAll, type Watched } from "./watch.ts";

export interface SoakOptions {
  mode: "standalone" | "control-plane";
  /** Workers of a control plane. */
  workers: number;
  /** Idle sessions, over TLS. */
  idle: number;
  /** Sessions that work all the time. */
  busy: number;
  /** Clients that connect and vanish each second. */
  perSecond: number;
  seconds: number;
  /** Bytes by which the least memory of the last third of the time may be above that of the second, of any process. */
  allowedGrowth: number;
  log: (line: string) => void;
}

export interface SoakReport {
  /** Resident bytes of all processes for each idle session, right after all were opened. */
  bytesPerSession: number;
  /** By process: nobody connected, warmed up; all idle sessions connected; everybody is gone. */
  empty: Resources[];
  full: Resources[];
  after: Resources[];
  /** The processes while clients worked and vanished. */
  seen: Seen[];
  /** Statements of the busy sessions. */
  statements: number;
  /** Clients that vanished, by manner. */
  vanished: Map<string, number>;
  problems: string[];
}

/** Sessions opened and closed before anything is measured: what a process loads and compiles once. */
const warmUp = 200;

/** Sessions opened or asked at a time. */
const batch = 20;

/** Descriptors that may be more afterwards, e.g. a file DuckDB has opened meanwhile. */
const allowedDescriptors = 8;

/** Databases for each worker. */
const databases = 2;

/** Starts a server, soaks it, and stops it. @throws when the server fails or sessions cannot be opened */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const users = usersOf(options);
  await using server = await startServer({ config: configOf(options, users), flags: flagsOf(options) });
  const processes = await processesOf(server, options);
  const resources = () => processes.map(({ pid }) => resourcesOf(pid));
  for (const client of await open(server, users, warmUp)) await client.close();
  const empty = await settled(processes);
  const sessions = await open(server, users, options.idle);
  const full = resources();
  const bytesPerSession = (sum(full, "rss") - sum(empty, "rss")) / options.idle;
  options.log(
    `${options.idle} idle sessions: ${full.map(describe).join("; ")}; ${
      Math.round(bytesPerSession / 1024)
    } KiB each`,
  );

  const working = await open(server, users, options.busy);
  const watch = watchAll(processes, options.seconds, options.log);
  const busy = keepBusy(working);
  const churned = await churn(server, options);
  const { statements, problems: ofBusy } = await busy.stop();
  const seen = watch.stop();
  for (const client of working) await client.close();
  await descriptorsBelow(processes, full);
  const problems = [...churned.problems, ...ofBusy, ...await ask(sessions), ...growthsOf(seen, options)];
  for (const client of sessions) await client.close();
  const after = await descriptorsBelow(processes, empty);
  if (await server.stop() !== 0) problems.push("the server ended badly");
  if (server.output().includes("internal error")) problems.push(`the server logged: ${server.output()}`);
  return { bytesPerSession, empty, full, seen, after, statements, vanished: churned.vanished, problems };
}

/** Several, so that each worker of a control plane has databases. */
function usersOf({ mode, workers }: SoakOptions): string[] {
  const more = mode === "standalone" ? 0 : workers * databases - 1;
  return ["postgres", ...Array.from({ length: more }, (_, i) => `user${i + 1}`)];
}

function configOf(options: SoakOptions, users: readonly string[]): string {
  const connections = options.idle + options.busy + 20 * options.perSecond + warmUp;
  return `
log_level: error
users: {${users.map((user) => `${user}: ${user}`).join(", ")}}
rate_limit: {max_connections: ${connections}, max_connections_per_ip: ${connections}, max_failed_attempts: 1000000}
`;
}

function flagsOf({ mode, workers }: SoakOptions): string[] {
  if (mode === "standalone") return [];
  return [`--mode=${mode}`, `--process-min-workers=${workers}`, `--process-max-workers=${workers}`];
}

async function processesOf({ pid }: Server, { mode, workers }: SoakOptions): Promise<Watched[]> {
  if (mode === "standalone") return [{ name: "server", pid }];
  const found = await waitFor("the workers", () => {
    const pids = workersOf(pid);
    return pids.length === workers ? pids : null;
  });
  return [{ name: "control plane", pid }, ...found.map((pid, i) => ({ name: `worker ${i + 1}`, pid }))];
}

async function open(server: Server, users: readonly string[], count: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  const one = (number: number) => {
    const user = users[number % users.length];
    return loggedIn(server, { user, password: user });
  };
  while (clients.length < count) {
    const size = Math.min(batch, count - clients.length);
    const from = clients.length;
    clients.push(...await Promise.all(Array.from({ length: size }, (_, i) => one(from + i))));
  }
  return clients;
}

/** Whether each idle session still answers. */
async function ask(sessions: readonly RawClient[]): Promise<string[]> {
  const wrong: string[] = [];
  for (let at = 0; at < sessions.length; at += batch) {
    await Promise.all(
      sessions.slice(at, at + batch).map(async (client, i) => {
        const rows = rowsOf(await client.query(`select ${at + i}`));
        if (rows[0]?.[0] !== String(at + i)) {
          wrong.push(`idle session ${at + i} answered ${JSON.stringify(rows)}`);
        }
      }),
    );
  }
  return wrong;
}

function growthsOf(seen: readonly Seen[], { allowedGrowth }: SoakOptions): string[] {
  return seen.filter((one) => growthOf(one) > allowedGrowth).map((one) => `${one.name} has grown`);
}

function sum(all: readonly Resources[], what: keyof Resources): number {
  return all.reduce((sum, one) => sum + one[what], 0);
}

/** What the processes hold when they have closed what their clients have left. */
async function settled(processes: readonly Watched[]): Promise<Resources[]> {
  let before = Infinity;
  return await waitFor("the descriptors to settle", async () => {
    const now = processes.map(({ pid }) => resourcesOf(pid));
    const descriptors = sum(now, "descriptors");
    const same = descriptors === before;
    before = descriptors;
    if (!same) await new Promise((resolve) => setTimeout(resolve, 200));
    return same ? now : null;
  });
}

/** Waits until each process has hardly more descriptors than it had. */
async function descriptorsBelow(
  processes: readonly Watched[],
  before: readonly Resources[],
): Promise<Resources[]> {
  return await waitFor(`descriptors as before: ${before.map(({ descriptors }) => descriptors)}`, () => {
    const now = processes.map(({ pid }) => resourcesOf(pid));
    const few = now.every(({ descriptors }, i) => descriptors <= before[i].descriptors + allowedDescriptors);
    return few ? now : null;
  }, 60_000);
}

/** Clients begin at an even pace, whether or not earlier ones are done. */
async function churn(
  server: Server,
  options: SoakOptions,
): Promise<Pick<SoakReport, "vanished" | "problems">> {
  const vanished = new Map<string, number>();
  const problems: string[] = [];
  const running = new Set<Promise<void>>();
  const manners = Object.entries(vanishings);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  if (options.perSecond === 0) await sleep(options.seconds);
  for (let number = 0; elapsed() < options.seconds; number++) {
    const [name, vanish] = manners[number % manners.length];
    const one = vanish(server.port).then(
      () => void vanished.set(name, (vanished.get(name) ?? 0) + 1),
      (error) => void problems.push(`${name}: ${(error as Error).message}`),
    );
    running.add(one);
    one.finally(() => running.delete(one));
    const wait = (number + 1) / options.perSecond - elapsed();
    if (wait > 0) await sleep(wait);
  }
  await Promise.all(running);
  return { vanished, problems };
}

/** For a reader. */
export function describeSoak(report: SoakReport): string {
  const vanished = [...report.vanished].map(([name, count]) => `${name} ${count}`).join(", ");
  const each = (resources: readonly Resources[]) => resources.map(describe).join("; ");
  return [
    `a session that is idle: ${Math.round(report.bytesPerSession / 1024)} KiB`,
    `statements of busy sessions: ${report.statements}`,
    `vanished: ${vanished || "none"}`,
    `nobody connected: ${each(report.empty)}`,
    `idle sessions connected: ${each(report.full)}`,
    ...report.seen.map(describeSeen),
    `everybody gone: ${each(report.after)}`,
    `problems: ${report.problems.length}`,
    ...report.problems.slice(0, 20),
  ].join("\n");
}
