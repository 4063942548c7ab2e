/** The data that benchmarks run on, the same in both servers. */
import { Buffer } from "node:buffer";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { extensionDirectory } from "../setup/machine.ts";
import { message, query } from "../support/messages.ts";
import { tempDir } from "../support/temp.ts";
import type { BenchClient } from "./client.ts";

const wide = Array.from({ length: 100 }, (_, n) => `(i * ${n + 1}) % 100003 as c${n}`).join(", ");

/** Statements both servers understand. */
export const tables: Readonly<Record<string, string>> = {
  four:
    `create table four as select i::bigint as id, ((i::bigint * 7919) % 1000003)::double precision / 100 as price,
    'customer ' || (i % 10007) as name, timestamp '2024-01-01' + i * interval '1 second' as at
    from generate_series(1, 1000000) g(i); alter table four add primary key (id)`,
  doubles:
    `create table doubles as select sqrt(i::double precision) as d from generate_series(1, 1000000) g(i)`,
  integers: `create table integers as select i::int as i from generate_series(1, 5000000) g(i)`,
  wide: `create table wide as select ${wide} from generate_series(1, 100000) g(i)`,
  strings: `create table strings as select repeat(chr(97 + (i % 26)::int), 1016) || (10000000 + i) as s
    from generate_series(1, 100000) g(i)`,
};

/** TPC-H's primary keys. */
const keys: Readonly<Record<string, string>> = {
  region: "r_regionkey",
  nation: "n_nationkey",
  supplier: "s_suppkey",
  customer: "c_custkey",
  part: "p_partkey",
  partsupp: "ps_partkey, ps_suppkey",
  orders: "o_orderkey",
  lineitem: "l_orderkey, l_linenumber",
};

/** What a row store needs besides, or a few of the queries take minutes. */
const indexes = [
  "create index on lineitem (l_partkey, l_suppkey)",
  "create index on orders (o_custkey)",
  "create index on partsupp (ps_suppkey)",
];

/** TPC-H at a scale, made by DuckDB in this process. */
export interface Tpch extends AsyncDisposable {
  scale: number;
  queries: string[];
  /** Creates and fills the tables through COPY, with keys, indexes and statistics. */
  load(client: BenchClient): Promise<void>;
}

const made = new Map<number, Promise<Tpch>>();

/** The data as CSV files, made once and kept until {@linkcode removeTpch}. */
export function tpch(scale: number): Promise<Tpch> {
  let data = made.get(scale);
  if (data === undefined) made.set(scale, data = makeTpch(scale));
  return data;
}

/** Removes what {@linkcode tpch} made. */
export async function removeTpch(): Promise<void> {
  for (const data of made.values()) await (await data)[Symbol.asyncDispose]();
}

/** Makes room for the tables of another scale. */
export async function dropTpch(client: BenchClient): Promise<void> {
  for (const name of Object.keys(keys)) await client.ask(query(`drop table if exists ${name}`));
}

async function makeTpch(scale: number): Promise<Tpch> {
  const dir = await tempDir();
  const instance = await DuckDBInstance.create(":memory:", { extension_directory: extensionDirectory });
  const connection = await instance.connect();
  const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
  await connection.run(`load tpch; call dbgen(sf = ${scale})`);
  const queries = (await ask("select query from tpch_queries() order by query_nr")).map(([sql]) =>
    String(sql)
  );
  const creates = new Map<string, string>();
  for (const [name, sql] of await ask("select table_name, sql from duckdb_tables()")) {
    creates.set(String(name), String(sql));
    await connection.run(`copy ${name} to '${path.join(dir.path, `${name}.csv`)}' (header false)`);
  }
  connection.closeSync();
  instance.closeSync();

  async function load(client: BenchClient): Promise<void> {
    for (const [name, key] of Object.entries(keys)) {
      await client.ask(query(creates.get(name)!));
      await client.ask(query(`copy ${name} from stdin (format csv)`));
      const csv = await Deno.readFile(path.join(dir.path, `${name}.csv`));
      await client.ask(Buffer.concat([...copyData(csv), message("c")]));
      await client.ask(query(`alter table ${name} add primary key (${key})`));
    }
    for (const sql of indexes) await client.ask(query(sql));
    await client.ask(query("analyze"));
  }
  return { scale, queries, load, [Symbol.asyncDispose]: () => Promise.resolve(dir[Symbol.asyncDispose]()) };
}

function* copyData(bytes: Uint8Array): Generator<Uint8Array> {
  const size = 1 << 20;
  for (let at = 0; at < bytes.length; at += size) yield message("d", bytes.subarray(at, at + size));
}
