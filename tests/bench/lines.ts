/** The benchmarks: one line of the table each. */
import { Buffer } from "node:buffer";
import { bind, execute, parse, query, sync } from "../support/messages.ts";
import type { Target } from "../support/raw_client.ts";
import { type BenchClient, connect } from "./client.ts";
import { tables, type Tpch, tpch } from "./data.ts";
import { type Effort, medianSeconds, pause, peakWhile, rate, residentBytes } from "./measure.ts";
import { translationLines } from "./translation.ts";

/** duckgres with DuckDB in it, duckgres with workers, PostgreSQL. */
export type Kind = "duckgres" | "control plane" | "postgres";

/** A server under test, and a client that has prepared its tables. */
export interface Subject {
  kind: Kind;
  /** The tables made so far. */
  tables: Set<string>;
  port: number;
  /** The one process it is, for its memory; `null` where it is several. */
  pid: number | null;
  client: BenchClient;
  /** Loads TPC-H's tables at a scale, in place of those of another, the way this server does it best. */
  loadTpch(tpch: Tpch): Promise<void>;
}

export interface Line {
  name: string;
  unit: string;
  /** Whether more is better. */
  higher: boolean;
  /** Tables it needs. */
  needs: (keyof typeof tables)[];
  /** Whether it is measured in one round only: it looks at memory, or makes tables of its own. */
  once?: boolean;
  /** Whether a quick run leaves it out. */
  long?: boolean;
  /** `null` where it cannot be told of this server. */
  measure(subject: Subject, effort: Effort): Promise<number | null>;
}

const point = "select * from four where id = $1";

export const lines: Line[] = [
  stream("1 M rows × 4 columns, text", "four", 1e6),
  stream("1 M rows × 4 columns, binary", "four", 1e6, 1),
  stream("5 M integers, text", "integers", 5e6),
  stream("5 M integers, binary", "integers", 5e6, 1),
  stream("1 M doubles of full precision, text", "doubles", 1e6),
  stream("100 k rows × 100 columns, text", "wide", 1e5),
  stream("100 k rows × 100 columns, binary", "wide", 1e5, 1),
  stream("100 k strings of 1 KB, text", "strings", 1e5),
  ...[1, 8, 64].map((clients) => small("select 1, simple", clients, [], query("select 1"))),
  ...[1, 8, 64].map((clients) => prepared("select 1, prepared", clients, [], "select 1", () => [])),
  ...[1, 8].map((clients) => prepared("point query, prepared", clients, ["four"], point, randomKey)),
  connects(1),
  connects(4),
  plainConnects(4),
  sessionStart(),
  streamsAtOnce("64 clients streaming at once", "MB/s", (shares, seconds) => sum(shares) / seconds / 1e6),
  streamsAtOnce(
    "64 clients streaming at once, the least share",
    "of the most",
    (shares) => Math.min(...shares) / Math.max(...shares),
  ),
  idleMemory(),
  streamMemory(),
  ...translationLines,
  allOfTpch(0.1),
  allOfTpch(1),
];

function randomKey(): string[] {
  return [String(1 + Math.floor(Math.random() * 1e6))];
}

/** A whole table through the extended protocol, or, as text, the simple one: rows a second. */
function stream(name: string, table: keyof typeof tables, rows: number, format: 0 | 1 = 0): Line {
  const sql = `select * from ${table}`;
  const request = format === 0
    ? query(sql)
    : Buffer.concat([parse("", sql), bind({ resultFormats: [format] }), execute(), sync()]);
  return {
    name,
    unit: "rows/s",
    higher: true,
    needs: [table],
    async measure({ client }, effort) {
      const seconds = await medianSeconds(effort, async () => {
        const answer = await client.ask(request);
        if (answer.rows !== rows) throw new Error(`${name}: ${answer.rows} rows`);
      });
      return rows / seconds;
    },
  };
}

/** The same small request by several clients side by side: requests a second. */
function small(
  name: string,
  clients: number,
  needs: Line["needs"],
  request: Uint8Array | (() => Uint8Array),
  before?: Uint8Array,
): Line {
  return {
    name: `${name}, ${clients} ${clients === 1 ? "client" : "clients"}`,
    unit: "queries/s",
    higher: true,
    needs,
    async measure(subject, effort) {
      const connected: BenchClient[] = [];
      try {
        for (let i = 0; i < clients; i++) connected.push(await connect(subject));
        if (before !== undefined) { for (const client of connected) await client.ask(before); }
        const next = typeof request === "function" ? request : () => request;
        return await rate(effort, clients, (worker) => connected[worker].ask(next()));
      } finally {
        for (const client of connected) client.close();
      }
    },
  };
}

/** As {@linkcode small}, with a statement parsed once. */
function prepared(
  name: string,
  clients: number,
  needs: Line["needs"],
  sql: string,
  values: () => string[],
): Line {
  const request = () => Buffer.concat([bind({ statement: "s", values: values() }), execute(), sync()]);
  return small(name, clients, needs, request, Buffer.concat([parse("s", sql), sync()]));
}

/** A new TLS connection, SCRAM, one query, and the end of it. */
function connects(workers: number): Line {
  return {
    name: `connect, TLS, SCRAM and select 1, ${workers} at a time`,
    unit: "sessions/s",
    higher: true,
    needs: [],
    measure: (subject, effort) => rate(effort, workers, () => oneSession(subject)),
  };
}

/** The same, PostgreSQL's without TLS: what this server is to reach with it. */
function plainConnects(workers: number): Line {
  return {
    ...connects(workers),
    name: `the same, PostgreSQL without TLS, ${workers} at a time`,
    measure: (subject, effort) =>
      rate(
        effort,
        workers,
        () => oneSession(subject.kind === "postgres" ? { port: subject.port, tls: "off" } : subject),
      ),
  };
}

async function oneSession(target: Target): Promise<void> {
  const client = await connect(target);
  await client.ask(query("select 1"));
  client.close();
}

/** From the first byte to ReadyForQuery, where the database is open already. */
function sessionStart(): Line {
  return {
    name: "start of a session, with TLS and SCRAM",
    unit: "ms",
    higher: false,
    needs: [],
    measure: async (subject, effort) => {
      const many = { ...effort, runs: 10 * effort.runs };
      return 1000 * await medianSeconds(many, async () => (await connect(subject)).close());
    },
  };
}

/** Many clients, each with one large result after the other; what each gets in a slice of time. */
function streamsAtOnce(
  name: string,
  unit: string,
  value: (shares: readonly number[], seconds: number) => number,
): Line {
  const request = query("select * from integers");
  const askOn = async (client: BenchClient) => {
    for (;;) await client.ask(request);
  };
  return {
    name,
    unit,
    higher: true,
    needs: ["integers"],
    async measure(subject, effort) {
      const clients: BenchClient[] = [];
      try {
        for (let i = 0; i < 64; i++) clients.push(await connect(subject));
        for (const client of clients) askOn(client).catch(() => {}); // ended below
        await pause(effort.duration);
        const before = clients.map((client) => client.received());
        const start = performance.now();
        await pause(2 * effort.duration);
        const shares = clients.map((client, i) => client.received() - before[i]);
        return value(shares, (performance.now() - start) / 1000);
      } finally {
        for (const client of clients) client.close();
      }
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The sum of all queries' times. */
function allOfTpch(scale: number): Line {
  return {
    name: `TPC-H ${scale}, all 22 queries`,
    unit: "s",
    higher: false,
    needs: [],
    once: true,
    long: scale >= 1,
    async measure(subject, effort) {
      const data = await tpch(scale);
      await subject.loadTpch(data);
      let total = 0;
      for (const sql of data.queries) {
        total += await medianSeconds({ ...effort, runs: 3 }, () => subject.client.ask(query(sql)));
      }
      return total;
    },
  };
}

/** What a session that has run a query and waits adds to the process. */
function idleMemory(): Line {
  return {
    name: "memory of an idle session",
    unit: "KB",
    higher: false,
    once: true,
    needs: [],
    async measure(subject, effort) {
      if (subject.pid === null) return null;
      const sessions: BenchClient[] = [];
      const open = async (count: number) => {
        for (let i = 0; i < count; i++) {
          const client = await connect(subject);
          await client.ask(query("select 1"));
          sessions.push(client);
        }
        return residentBytes(subject.pid!);
      };
      try {
        // The first ones fill what is shared by all.
        const before = await open(effort.sessions / 4);
        return (await open(effort.sessions) - before) / effort.sessions / 1024;
      } finally {
        for (const client of sessions) client.close();
      }
    },
  };
}

/** The most that the process holds, above what it held before, while a result far larger than its memory passes through. */
function streamMemory(): Line {
  return {
    name: "memory while 50 M rows stream",
    unit: "MB",
    higher: false,
    once: true,
    needs: [],
    async measure({ client, pid }) {
      if (pid === null) return null;
      const before = residentBytes(pid);
      const request = query("select i, i * 2, 'row ' || i from range(50000000) t(i)");
      return (await peakWhile(pid, () => client.ask(request)) - before) / 2 ** 20;
    },
  };
}
