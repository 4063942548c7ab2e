/**
 * `deno task bench [--quick] [--only duckgres|postgres] [--program FILE] [NAME…]`: duckgres beside a real PostgreSQL in one run, as a
 * Markdown table. Names choose lines that contain one of them; `--program` is an executable to take instead of the sources.
 */
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { machine } from "../setup/machine.ts";
import { setUp } from "../setup/setup.ts";
import { query } from "../support/messages.ts";
import { startPostgres } from "../support/postgres.ts";
import { startServer } from "../support/server.ts";
import { connect } from "./client.ts";
import { dropTpch, removeTpch, tables } from "./data.ts";
import { type Line, lines, type Subject } from "./lines.ts";
import { type Effort, quick, thorough } from "./measure.ts";

interface Row {
  line: Line;
  duckgres: number | null;
  postgres: number | null;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    options: { quick: { type: "boolean" }, only: { type: "string" }, program: { type: "string" } },
    allowPositionals: true,
  });
  const effort = values.quick ? quick : thorough;
  const chosen = lines.filter(({ name, long }) =>
    positionals.length === 0 ? !(long && values.quick) : positionals.some((part) => name.includes(part))
  );
  await setUp();
  const rows: Row[] = chosen.map((line) => ({ line, duckgres: null, postgres: null }));

  // Both are measured line by line, one right after the other, so that what else the machine does hits both alike.
  await using servers = new AsyncDisposableStack();
  servers.defer(removeTpch);
  const subjects: Subject[] = [];
  if (values.only !== "postgres") {
    const program = values.program === undefined
      ? undefined
      : { command: path.resolve(values.program), args: [] };
    const server = servers.use(await startServer({ program }));
    subjects.push(await subject(server, "duckgres"));
  }
  if (values.only !== "duckgres" && machine().postgres !== null) {
    const settings = { shared_buffers: "1GB", max_wal_size: "4GB" };
    const server = servers.use(await startPostgres({ settings }));
    subjects.push(await subject({ port: server.port, pid: null }, "postgres"));
  }
  for (const row of rows) for (const subject of subjects) await measure(row, subject, effort);
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

async function measure(row: Row, on: Subject, effort: Effort): Promise<void> {
  const { line } = row;
  for (const name of line.needs) {
    if (!on.tables.has(name)) await on.client.ask(query(tables[name]));
    on.tables.add(name);
  }
  if (on.kind === "postgres" && line.needs.length > 0) await on.client.ask(query("vacuum analyze"));
  try {
    row[on.kind] = await line.measure(on, effort);
  } catch (error) {
    console.error(`${on.kind}: ${line.name}: ${(error as Error).message}`);
  }
  if (row[on.kind] !== null) console.error(`${on.kind}: ${line.name}: ${format(row[on.kind])} ${line.unit}`);
}

function table(rows: readonly Row[]): string {
  const version = machine().postgres?.version ?? "";
  const head = [
    `| work | duckgres | PostgreSQL ${version} | ratio |`,
    "| --- | ---: | ---: | ---: |",
  ];
  const body = rows.map(({ line, duckgres, postgres }) => {
    const ratio = duckgres === null || postgres === null
      ? ""
      : (line.higher ? duckgres / postgres : postgres / duckgres).toFixed(2);
    return `| ${line.name} (${line.unit}) | ${format(duckgres)} | ${format(postgres)} | ${ratio} |`;
  });
  const cpu = os.cpus();
  const note = `${cpu.length} × ${cpu[0]?.model ?? "cpu"}; ratio above 1: duckgres is faster.`;
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
