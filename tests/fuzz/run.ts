/** A run of the fuzzer against a server of its own. */
import { collectGarbage } from "../support/garbage.ts";
import { megabytes, type Resources, resourcesOf } from "../support/process.ts";
import { loggedIn } from "../support/raw_client.ts";
import { type Server, startServer } from "../support/server.ts";
import { waitFor } from "../support/wait.ts";
import {
  authenticationCase,
  type Case,
  type Corpus,
  corpusOf,
  type Phase,
  replayCase,
  sessionCase,
  startupCase,
} from "./cases.ts";
import { connectFuzz, Finding, type FuzzClient } from "./client.ts";
import { type Random, randomOf } from "./random.ts";
import { formatSeedFile, readSeedFiles } from "./seed_files.ts";
import { user } from "./seeds.ts";
import { startWitness, type Testimony } from "./witness.ts";

export interface FuzzOptions {
  /** Malformed messages to send at least. */
  messages: number;
  /** The run is the same for the same seed. */
  seed: number;
  /** Only this case, e.g. to see a finding again. */
  only?: number;
  /** Told of each finding as it comes, and now and then of the progress. */
  log: (line: string) => void;
}

export interface FuzzReport {
  malformed: number;
  connections: number;
  seconds: number;
  findings: string[];
  /** Errors the server answered with, by SQLSTATE. */
  errors: Map<string, number>;
  /** After each tenth of the run, with nobody connected but the witnesses. */
  resources: Resources[];
  witnesses: Testimony[];
}

/** Bytes the server may have grown by between a tenth of the run and its end, garbage not counted. */
const allowedGrowth = 64 << 20;

/** Descriptors that may be more at the end, e.g. a file DuckDB has opened meanwhile. */
const allowedDescriptors = 8;

/** Connections at a time. */
const concurrency = 8;

/** Findings after which a run is given up. */
const enough = 20;

const config = `
tls: optional
users:
  postgres: {password: postgres, superuser: true}
  ${user.name}: {password: ${user.password}}
log_level: error
rate_limit: {max_failed_attempts: 1000000, failed_attempt_window: 1s}
`;

/** Starts a server, fuzzes it, and stops it. @throws when the server, or a well-behaved session on it, fails */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  await using server = await startServer({ config, inspected: true });
  await prepare(server);
  const witnesses = await Promise.all([startWitness(server.port), startWitness(server.port)]);
  const quiet = resourcesOf(server.pid).descriptors;
  const run = new Run(server, options);
  await run.replaySeeds();
  const resources: Resources[] = [];
  if (options.only !== undefined) await run.number(options.only);
  for (let tenth = 1; tenth <= 10 && options.only === undefined; tenth++) {
    await run.until(options.messages * tenth / 10);
    resources.push(await settled(server, quiet));
  }
  const testimonies = await Promise.all(witnesses.map((witness) => witness.stop()));
  if (await server.stop() !== 0) run.findings.push("the server ended badly");
  if (server.output().includes("internal error")) run.findings.push(`the server logged: ${server.output()}`);
  const growth = (resources.at(-1)?.rss ?? 0) - (resources[0]?.rss ?? 0);
  if (growth > allowedGrowth) run.findings.push(`the server grew by ${megabytes(growth)}`);
  return { ...run.report(), resources, witnesses: testimonies };
}

async function prepare(server: Server): Promise<void> {
  await using client = await loggedIn(server, { user: user.name, password: user.password });
  await client.query("create table items (id int, name text)");
}

/** The server's resources once the fuzzer's connections are gone. @throws when descriptors stay open */
async function settled(server: Server, quiet: number): Promise<Resources> {
  await waitFor(
    `the server's descriptors to come down to ${quiet}`,
    () => resourcesOf(server.pid).descriptors <= quiet + allowedDescriptors,
    30_000,
  );
  await collectGarbage(server);
  return resourcesOf(server.pid);
}

/** Takes cases one after another, several at a time. */
class Run {
  readonly findings: string[] = [];
  readonly #errors = new Map<string, number>();
  readonly #started = performance.now();
  #malformed = 0;
  #connections = 0;
  #next = 0;
  #corpus: Corpus | null = null;
  #dead = false;

  constructor(readonly server: Server, readonly options: FuzzOptions) {
    server.status.then(() => this.#dead = true);
  }

  /** What did harm once must not again. */
  async replaySeeds(): Promise<void> {
    const files = await readSeedFiles();
    this.#corpus = corpusOf(files);
    for (const file of files) {
      for (const secure of [false, true]) {
        await this.#runCase(file.name, file.phase, replayCase(file), randomOf(0, 0), secure);
      }
    }
  }

  /** Goes on until so many malformed messages have been sent. */
  async until(messages: number): Promise<void> {
    await Promise.all(Array.from({ length: concurrency }, async () => {
      while (this.#malformed < messages && this.findings.length < enough && !this.#dead) {
        await this.number(this.#next++);
      }
    }));
  }

  report(): Omit<FuzzReport, "resources" | "witnesses"> {
    return {
      malformed: this.#malformed,
      connections: this.#connections,
      seconds: (performance.now() - this.#started) / 1000,
      findings: this.findings,
      errors: this.#errors,
    };
  }

  /** Runs one case. */
  async number(number: number): Promise<void> {
    const random = randomOf(this.options.seed, number);
    const secure = random.chance(0.05);
    const [phase, body] = this.#caseOf(number, random);
    await this.#runCase(
      `--seed ${this.options.seed} --case ${number}${secure ? ", TLS" : ""}`,
      phase,
      body,
      random,
      secure,
    );
  }

  #caseOf(number: number, random: Random): [Phase, Case] {
    const dice = random.below(100);
    if (dice < 60) return ["startup", startupCase(this.#corpus!)];
    if (dice < 85) return ["authentication", authenticationCase];
    return ["session", sessionCase(this.#corpus!, `case ${number}`)];
  }

  async #runCase(name: string, phase: Phase, body: Case, random: Random, secure: boolean): Promise<void> {
    let client: FuzzClient | null = null;
    try {
      client = await connectFuzz(this.server.port, secure);
      this.#connections++;
      const malformed = await body(client, random);
      this.#malformed += malformed;
    } catch (error) {
      if (!(error instanceof Finding) && !this.#dead) throw error;
      const found = this.#dead
        ? `the server is dead: ${this.server.output().slice(-4000)}`
        : (error as Error).message;
      const finding = formatSeedFile(phase, client?.sent ?? [], `${found} (${name})`);
      this.findings.push(finding);
      this.options.log(finding);
    } finally {
      for (const code of client?.errors ?? []) this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
    }
  }
}

/** For a reader. */
export function describeReport(report: FuzzReport): string {
  const { malformed, connections, seconds, resources, witnesses } = report;
  const states = [...report.errors].sort((a, b) => b[1] - a[1]).map(([code, count]) => `${code} ${count}`);
  return [
    `${malformed} malformed messages on ${connections} connections in ${seconds.toFixed(1)} s`,
    `errors: ${states.join(", ")}`,
    `memory after each tenth: ${resources.map(({ rss }) => megabytes(rss)).join(", ")}`,
    `descriptors: ${resources.map(({ descriptors }) => descriptors).join(", ")}`,
    ...witnesses.map(({ answers, slowest }) =>
      `well-behaved session: ${answers} right answers, the slowest in ${slowest.toFixed(0)} ms`
    ),
    `findings: ${report.findings.length}`,
  ].join("\n");
}
