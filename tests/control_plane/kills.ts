/**
 * Workers that are killed at random while clients stream, insert and run transactions: what a client may see of it, and
 * that nothing else is lost.
 */
import { join } from "node:path";
import { errorOf, loggedIn, type RawClient, type RawMessage, rowsOf, tagsOf } from "../support/raw_client.ts";
import { connectRaw } from "../support/raw_client.ts";
import { type ControlPlane, startControlPlane } from "../support/control_plane.ts";
import { waitFor, within } from "../support/wait.ts";
import { filesOf, isRunning, isStopped, workersOf } from "./workers.ts";

export interface KillOptions {
  kills: number;
  /** Databases, each with a client of every kind. */
  users: number;
  log: (line: string) => void;
}

export interface KillReport {
  kills: number;
  seconds: number;
  /** Statements that were answered. */
  results: number;
  /** Sessions that were told of their worker's end. */
  lost: number;
  /** The longest from a kill to what its last client was told, in milliseconds. */
  slowest: number;
  /** Logins that were refused, by SQLSTATE. */
  refused: Record<string, number>;
  problems: string[];
}

const workers = 4;

/** What a new session may be refused with while workers fail. */
const refusals = ["57P01", "57P03", "58000", "53300"];

const streamed = 20_000;

/** Milliseconds for anything that is waited for, on a machine that is busy with other things. */
const deadline = 60_000;

interface Kill {
  at: number;
  /** Whose databases the worker had open. */
  users: Set<string>;
}

/** What was written to one database: every number is tried once. */
interface Ledger {
  next: number;
  /** Acknowledged. */
  kept: Set<number>;
}

interface Load {
  server: ControlPlane;
  kills: Kill[];
  over: boolean;
  report: KillReport;
}

/** One client's work, again and again. Answers whether its session is still there. */
type Work = (session: Session, ledger: Ledger) => Promise<boolean>;

const works: Readonly<Record<string, Work>> = {
  async stream(session) {
    const answer = await session.ask(`select i, 'row ' || i from range(${streamed}) t(i)`);
    if (answer !== null && rowsOf(answer).length !== streamed) session.problem("a stream is not whole");
    return answer !== null;
  },
  async insert(session, ledger) {
    const number = ledger.next++;
    const answer = await session.ask(`insert into single values (${number})`);
    if (answer !== null) ledger.kept.add(number);
    return answer !== null;
  },
  async transaction(session, ledger) {
    const number = ledger.next++;
    const statements = [
      "begin",
      `insert into a values (${number})`,
      `insert into b values (${number})`,
      "commit",
    ];
    for (const sql of statements) if (await session.ask(sql) === null) return false;
    ledger.kept.add(number);
    return true;
  },
  async idle(session) {
    return await session.rest();
  },
};

/** One client's session, and whether what it sees is right. */
class Session {
  readonly #load: Load;
  readonly #client: RawClient;
  readonly #user: string;
  /** Kills before it was there. */
  readonly #before: number;

  constructor(load: Load, client: RawClient, user: string, before: number) {
    this.#load = load;
    this.#client = client;
    this.#user = user;
    this.#before = before;
  }

  problem(what: string): void {
    this.#load.report.problems.push(`${this.#user}: ${what}`);
  }

  /** A statement's answer; `null` when the session was lost with its worker. */
  async ask(sql: string): Promise<RawMessage[] | null> {
    const answer = await this.#client.query(sql);
    if (answer.at(-1)?.type !== "Z") return this.#lost(sql, answer);
    this.#load.report.results++;
    const { C, M } = errorOf(answer);
    if (C !== undefined) this.problem(`${sql}: ${C} ${M}`);
    else if (tagsOf(answer).length !== 1) this.problem(`${sql}: no tag`);
    return answer;
  }

  /** Does nothing until the session or the load is over; answers whether it is still there. */
  async rest(): Promise<boolean> {
    let gone = false;
    this.#client.closed.then(() => gone = true);
    await waitFor("the end of an idle session", () => gone || this.#load.over, 3_600_000);
    if (gone) this.#lost("idle", await this.#client.until("E"));
    return !gone;
  }

  #lost(doing: string, answer: readonly RawMessage[]): null {
    const { S, C, M } = errorOf(answer);
    if (S !== "FATAL" || C !== "57P01") this.problem(`${doing}: ended with ${C ?? "no word"} ${M ?? ""}`);
    const cause = this.#load.kills.slice(this.#before).findLast(({ users }) => users.has(this.#user));
    if (cause === undefined) this.problem(`${doing}: lost, while its worker was not killed`);
    const { report } = this.#load;
    report.lost++;
    report.slowest = Math.max(report.slowest, performance.now() - (cause?.at ?? Infinity));
    return null;
  }
}

/** Starts a control plane with four workers and kills them, one after the other, as fast as others take their place. */
export async function killWorkers({ kills, users, log }: KillOptions): Promise<KillReport> {
  const names = Array.from({ length: users }, (_, i) => `user${i}`);
  await using server = await startControlPlane({
    flags: [
      `--process-min-workers=${workers}`,
      `--process-max-workers=${workers}`,
      `--session-init-timeout=${deadline}ms`,
    ],
    config: `users: {${names.map((name) => `${name}: ${name}`).join(", ")}}\n`,
  });
  const report: KillReport = {
    kills,
    seconds: 0,
    results: 0,
    lost: 0,
    slowest: 0,
    refused: {},
    problems: [],
  };
  const load: Load = { server, kills: [], over: false, report };
  const ledgers = new Map<string, Ledger>();
  const began = performance.now();
  const running: Promise<void>[] = [];
  for (const name of names) {
    await using client = await loggedIn(server, { user: name, password: name });
    await client.query("create table single (i int); create table a (i int); create table b (i int)");
    for (const [kind, work] of Object.entries(works)) {
      const ledger: Ledger = { next: 1, kept: new Set() };
      ledgers.set(`${name} ${kind}`, ledger);
      running.push(keepAt(load, name, work, ledger));
    }
  }
  const ended = server.status.then(({ code, signal }) => {
    throw new Error(`the control plane ended (${signal ?? code}): ${server.output().slice(-5000)}`);
  });
  ended.catch(() => {}); // it ends in the end
  for (let kill = 1; kill <= kills; kill++) {
    await Promise.race([killOne(load), ended]);
    if (kill % 10 === 0) log(`${kill} kills, ${report.results} results, ${report.lost} sessions lost`);
  }
  await answering(server, workers + kills);
  load.over = true;
  await within("the clients' last answers", Promise.all(running), deadline);
  for (const name of names) await audit(load, name, ledgers);
  await leaveNothing(load);
  report.seconds = (performance.now() - began) / 1000;
  return report;
}

/** A client that logs in again when its session is lost. */
async function keepAt(load: Load, user: string, work: Work, ledger: Ledger): Promise<void> {
  while (!load.over) {
    const before = load.kills.length;
    const client = await connectRaw(load.server).catch(() => null);
    if (client === null) return void load.report.problems.push("the control plane does not answer");
    try {
      if (!refused(load, await client.login({ user, password: user }))) {
        const session = new Session(load, client, user, before);
        while (await work(session, ledger) && !load.over);
      }
    } catch (error) {
      load.report.problems.push(`${user}: ${(error as Error).message}`);
    } finally {
      await client.close();
    }
  }
}

function refused({ report }: Load, answer: readonly RawMessage[]): boolean {
  if (answer.at(-1)?.type === "Z") return false;
  const { C = "no word", M } = errorOf(answer);
  report.refused[C] = (report.refused[C] ?? 0) + 1;
  if (!refusals.includes(C)) report.problems.push(`a login was refused with ${C}: ${M}`);
  return true;
}

/** Waits until all workers answer and something was done, stops one to see what it has open, and kills it. */
async function killOne({ server, kills, report }: Load): Promise<void> {
  const done = report.results;
  const started = await answering(server, workers + kills.length);
  await waitFor("work to be done", () => report.results > done, deadline);
  const alive = started.filter(isRunning);
  const worker = alive[Math.floor(Math.random() * alive.length)];
  Deno.kill(worker, "SIGSTOP");
  await waitFor("the worker to stop", () => isStopped(worker));
  const databases = filesOf(worker).map((file) => /\/(\w+)\.duckdb$/.exec(file)?.[1] ?? "");
  kills.push({ at: performance.now(), users: new Set(databases) });
  Deno.kill(worker, "SIGKILL");
  await waitFor("the worker's end", () => !isRunning(worker));
  const left = join(server.dataDir, "tmp", String(worker));
  await waitFor("its temporary files to go", () => !exists(left));
}

/** The processes of all workers that have started so far, when there are as many. */
function answering(server: ControlPlane, count: number): Promise<number[]> {
  const pids = () => server.workerPids();
  return waitFor(`${count} workers`, () => pids().length >= count ? pids() : null, deadline);
}

/** Everything acknowledged is there, and of each transaction all or nothing. */
async function audit(
  { server, report }: Load,
  user: string,
  ledgers: ReadonlyMap<string, Ledger>,
): Promise<void> {
  await using client = await loggedIn(server, { user, password: user });
  const numbers = async (table: string) =>
    rowsOf(await client.query(`select i from ${table}`)).map(([i]) => Number(i));
  for (const [table, kind] of [["single", "insert"], ["a", "transaction"], ["b", "transaction"]]) {
    const { kept, next } = ledgers.get(`${user} ${kind}`)!;
    const found = await numbers(table);
    const there = new Set(found);
    const missing = [...kept].filter((number) => !there.has(number));
    if (missing.length > 0) report.problems.push(`${user}: ${table} has lost ${missing.join(", ")}`);
    if (there.size !== found.length) report.problems.push(`${user}: ${table} has rows twice`);
    if (found.some((number) => number >= next)) report.problems.push(`${user}: ${table} has rows of nobody`);
  }
  const [halves] = rowsOf(
    await client.query("select count(*) from a full join b using (i) where a.i is null or b.i is null"),
  );
  if (halves[0] !== "0") report.problems.push(`${user}: ${halves[0]} transactions are there by half`);
}

/** Stops the server: no process, no socket, no temporary file may be left. */
async function leaveNothing({ server, report }: Load): Promise<void> {
  const { problems } = report;
  const spills = [...Deno.readDirSync(join(server.dataDir, "tmp"))].map(({ name }) => Number(name));
  if (spills.some((pid) => !isRunning(pid))) problems.push(`temporary files are left: ${spills}`);
  const sockets = [...Deno.readDirSync(server.socketDir)].length;
  if (sockets !== workersOf(server.pid).length) problems.push(`there are ${sockets} sockets`);
  if (await server.stop() !== 0) problems.push("the server ended badly");
  if (server.output().includes("internal error")) problems.push(`it logged: ${server.output()}`);
  const processes = server.workerPids().filter(isRunning);
  if (processes.length > 0) problems.push(`processes are left: ${processes}`);
  if (exists(server.socketDir)) problems.push("the sockets' folder is left");
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** For a reader. */
export function describeKills(report: KillReport): string {
  const refused = Object.entries(report.refused).map(([state, count]) => `${state} ${count}`).join(", ");
  return [
    `${report.kills} kills in ${
      report.seconds.toFixed(0)
    } s: ${report.results} results, ${report.lost} sessions lost`,
    `the last of a worker's clients was told within ${report.slowest.toFixed(0)} ms; refused logins: ${
      refused || "none"
    }`,
    `problems: ${report.problems.length}`,
    ...report.problems.slice(0, 20),
  ].join("\n");
}
