/**
 * `deno task bench [--quick] [--only KIND]… [--program FILE] [NAME…]`: duckgres, duckgres with workers and a real PostgreSQL
 * in one run, as a Markdown table. Names choose lines that contain one of them; `--only duckgres`, `--only "control plane"`
 * and `--only postgres` choose servers; `--program` is an executable to take instead of the sources.
 */
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { machine } from "../setup/machine.ts";
import { setUp } from "../setup/setup.ts";
import { query } from "../support/messages.ts";
import { startPostgres } from "../support/postgres.ts";
import { startControlPlane } from "../support/control_plane.ts";
import { startServer } from "../support/server.ts";
import { connect } from "./client.ts";
import { dropTpch, removeTpch, tables } from "./data.ts";
import { type Kind, type Line, lines, type Subject } from "./lines.ts";
import { type Effort, median, quick, thorough } from "./measure.ts";

interface Row {
  line: Line;
  /** By server, what each round has measured. */
  values: Record<Kind, number[]>;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    options: {
      quick: { type: "boolean" },
      only: { type: "string", multiple: true, default: ["duckgres", "control plane", "postgres"] },
      program: { type: "string" },
    },
    allowPositionals: true,
  });
  const effort = values.quick ? quick : thorough;
  const chosen = lines.filter(({ name, long }) =>
    positionals.length === 0 ? !(long && values.quick) : positionals.some((part) => name.includes(part))
  );
  await setUp();
  const rows: Row[] = chosen.map((line) => ({
    line,
    values: { "duckgres": [], "control plane": [], "postgres": [] },
  }));

  // They take turns at each line, so that what else the machine does hits all alike.
  await using servers = new AsyncDisposableStack();
  servers.defer(removeTpch);
  const subjects: Subject[] = [];
  const program = values.program === undefined
    ? undefined
    : { command: path.resolve(values.program), args: [] };
  if (values.only.includes("duckgres")) {
    subjects.push(await subject(servers.use(await startServer({ program })), "duckgres"));
  }
  if (values.only.includes("control plane")) {
    const { port } = servers.use(await startControlPlane({ program }));
    subjects.push(await subject({ port, pid: null }, "control plane"));
  }
  if (values.only.includes("postgres") && machine().postgres !== null) {
    const settings = { shared_buffers: "1GB", max_wal_size: "4GB" };
    const server = servers.use(await startPostgres({ settings }));
    subjects.push(await subject({ port: server.port, pid: null }, "postgres"));
  }
  for (const row of rows) {
    const rounds = row.line.once ? 1 : effort.rounds;
    for (let round = 0; round < rounds; round++) {
      for (const subject of subjects) await measure(row, subject, effort);
    }
  }
  for (const { client } of subjects) client.close();
  console.log(table(rows));
}

async function subject(
  { port, pid }: Pick<Subject, "port" | "pid">,
  kind: Subject["kind"],
): Promise<Subject> {
  const client = await connect({ port });
  return {
    kind,
    tables: new Set(),
    port,
    pid,
    client,
    async loadTpch(data) {
      await dropTpch(client);
      if (kind === "postgres") return await data.load(client);
      await client.ask(query(`load tpch; call dbgen(sf = ${data.scale})`));
    },
  };
}

async function measure({ line, values }: Row, on: Subject, effort: Effort): Promise<void> {
  for (const name of line.needs) {
    if (!on.tables.has(name)) await on.client.ask(query(tables[name]));
    on.tables.add(name);
  }
  if (on.kind === "postgres" && line.needs.length > 0) await on.client.ask(query("vacuum analyze"));
  try {
    const value = await line.measure(on, effort);
    if (value === null) return;
    values[on.kind].push(value);
    console.error(`${on.kind}: ${line.name}: ${format(value)} ${line.unit}`);
  } catch (error) {
    console.error(`${on.kind}: ${line.name}: ${(error as Error).message}`);
  }
}

function table(rows: readonly Row[]): string {
  const version = machine().postgres?.version ?? "";
  const head = [
    `| work | duckgres | PostgreSQL ${version} | ratio | with workers | of standalone |`,
    "| --- | ---: | ---: | ---: | ---: | ---: |",
  ];
  const body = rows.map(({ line, values }) => {
    const value = (kind: Kind) => values[kind].length === 0 ? null : median(values[kind]);
    const [duckgres, workers, postgres] = [value("duckgres"), value("control plane"), value("postgres")];
    const ratio = (a: number | null, b: number | null) =>
      a === null || b === null ? "" : (line.higher ? a / b : b / a).toFixed(2);
    const cells = [
      `${line.name} (${line.unit})`,
      format(duckgres),
      format(postgres),
      ratio(duckgres, postgres),
      format(workers),
      ratio(workers, duckgres),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const cpu = os.cpus();
  const note = `${cpu.length} × ${
    cpu[0]?.model ?? "cpu"
  }; ratio above 1: duckgres is faster than PostgreSQL.`;
  return [...head, ...body, "", note].join("\n");
}

function format(value: number | null): string {
  if (value === null) return "—";
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(0)} k`;
  if (value >= 1e3) return `${(value / 1e3).toFixed(1)} k`;
  return value.toPrecision(3);
}

await main();
