/** Many idle sessions, and clients that vanish beside them: nothing may be left of those. */
import { megabytes, type Resources, resourcesOf } from "../support/process.ts";
import { loggedIn, type RawClient, rowsOf } from "../support/raw_client.ts";
import { type Server, startServer } from "../support/server.ts";
import { waitFor } from "../support/wait.ts";
import { vanishings } from "./vanish.ts";

export interface SoakOptions {
  /** Idle sessions, over TLS. */
  idle: number;
  /** Clients that connect and vanish each second. */
  perSecond: number;
  seconds: number;
  /** Bytes by which the least memory of the last third of the time may be above that of the second. */
  allowedGrowth: number;
  log: (line: string) => void;
}

export interface SoakReport {
  /** Resident bytes for each idle session, right after all were opened. */
  bytesPerSession: number;
  /** Nobody connected, warmed up. */
  empty: Resources;
  /** All idle sessions connected. */
  full: Resources;
  /** The least resident bytes of the second and of the last third of the time: what is no garbage yet to be collected. */
  least: [number, number];
  /** The time is over and the vanishing clients are gone; the idle ones still there. */
  late: Resources;
  /** Everybody is gone. */
  after: Resources;
  /** Clients that vanished, by manner. */
  vanished: Map<string, number>;
  /** The most descriptors seen at a time. */
  peakDescriptors: number;
  problems: string[];
}

/** Sessions opened and closed before anything is measured: what the server loads and compiles once. */
const warmUp = 200;

/** Sessions opened or asked at a time. */
const batch = 20;

/** Descriptors that may be more afterwards, e.g. a file DuckDB has opened meanwhile. */
const allowedDescriptors = 8;

/** Milliseconds between samples. */
const interval = 1000;

function configOf(options: SoakOptions): string {
  const connections = options.idle + 20 * options.perSecond + warmUp;
  return `
log_level: error
rate_limit: {max_connections: ${connections}, max_connections_per_ip: ${connections}, max_failed_attempts: 1000000}
`;
}

/** Starts a server, soaks it, and stops it. @throws when the server fails or sessions cannot be opened */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  await using server = await startServer({ config: configOf(options) });
  const { pid } = server;
  const before = resourcesOf(pid).descriptors;
  for (const client of await open(server, warmUp)) await client.close();
  await descriptorsBelow(pid, before + allowedDescriptors);
  const empty = resourcesOf(pid);
  const sessions = await open(server, options.idle);
  const full = resourcesOf(pid);
  const bytesPerSession = (full.rss - empty.rss) / options.idle;
  options.log(
    `${options.idle} idle sessions: ${describe(full)}, ${Math.round(bytesPerSession / 1024)} KiB each`,
  );

  const churned = await churn(server, options);
  await descriptorsBelow(pid, full.descriptors + allowedDescriptors);
  const late = resourcesOf(pid);
  const problems = [...churned.problems, ...await ask(sessions)];
  for (const client of sessions) await client.close();
  await descriptorsBelow(pid, empty.descriptors + allowedDescriptors);
  const after = resourcesOf(pid);
  if (await server.stop() !== 0) problems.push("the server ended badly");
  if (server.output().includes("internal error")) problems.push(`the server logged: ${server.output()}`);
  const [middle, last] = churned.least;
  const growth = last - middle;
  if (growth > options.allowedGrowth) problems.push(`the server grew by ${megabytes(growth)}`);
  return { ...churned, bytesPerSession, empty, full, late, after, problems };
}

async function open(server: Server, count: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  while (clients.length < count) {
    const size = Math.min(batch, count - clients.length);
    clients.push(...await Promise.all(Array.from({ length: size }, () => loggedIn(server))));
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

async function descriptorsBelow(pid: number, limit: number): Promise<void> {
  const few = () => resourcesOf(pid).descriptors <= limit;
  await waitFor(`the server's descriptors to come down to ${limit}`, few, 60_000);
}

type Churned = Pick<SoakReport, "least" | "vanished" | "peakDescriptors" | "problems">;

/** Clients begin at an even pace, whether or not earlier ones are done. */
async function churn(server: Server, options: SoakOptions): Promise<Churned> {
  const vanished = new Map<string, number>();
  const problems: string[] = [];
  const running = new Set<Promise<void>>();
  const manners = Object.entries(vanishings);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const watch = watchResources(server, options, () => running.size);
  for (let number = 0; elapsed() < options.seconds; number++) {
    const [name, vanish] = manners[number % manners.length];
    const one = vanish(server.port).then(
      () => void vanished.set(name, (vanished.get(name) ?? 0) + 1),
      (error) => void problems.push(`${name}: ${(error as Error).message}`),
    );
    running.add(one);
    one.finally(() => running.delete(one));
    const wait = (number + 1) / options.perSecond - elapsed();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  }
  await Promise.all(running);
  return { ...watch.stop(), vanished, problems };
}

interface Watch {
  stop(): { least: [number, number]; peakDescriptors: number };
}

function watchResources(server: Server, options: SoakOptions, running: () => number): Watch {
  const least: [number, number, number] = [Infinity, Infinity, Infinity];
  let peakDescriptors = 0;
  let seconds = 0;
  const timer = setInterval(() => {
    const now = resourcesOf(server.pid);
    seconds += interval / 1000;
    peakDescriptors = Math.max(peakDescriptors, now.descriptors);
    const third = Math.min(2, Math.floor(3 * seconds / options.seconds));
    least[third] = Math.min(least[third], now.rss);
    if (seconds % 15 === 0) options.log(`${seconds} s: ${describe(now)}, ${running()} clients on their way`);
  }, interval);
  return {
    stop() {
      clearInterval(timer);
      return { least: [least[1], least[2]], peakDescriptors };
    },
  };
}

function describe({ rss, descriptors }: Resources): string {
  return `${megabytes(rss)}, ${descriptors} descriptors`;
}

/** For a reader. */
export function describeSoak(report: SoakReport): string {
  const vanished = [...report.vanished].map(([name, count]) => `${name} ${count}`).join(", ");
  return [
    `a session that is idle: ${Math.round(report.bytesPerSession / 1024)} KiB`,
    `vanished: ${vanished}`,
    `nobody connected: ${describe(report.empty)}`,
    `idle sessions connected: ${describe(report.full)}`,
    `least in the second and in the last third: ${report.least.map(megabytes).join(", ")}`,
    `at its end: ${describe(report.late)}; at most ${report.peakDescriptors} descriptors`,
    `everybody gone: ${describe(report.after)}`,
    `problems: ${report.problems.length}`,
    ...report.problems.slice(0, 20),
  ].join("\n");
}
