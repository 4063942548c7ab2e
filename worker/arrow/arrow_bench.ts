/**
 * What record batches cost: `deno run -A worker/arrow/arrow_bench.ts [name]`. The best of a few runs; once without the fetch, over
 * the same chunks, once through an executor.
 */
import duckdb from "@duckdb/node-bindings";
import { openDatabase } from "../database.ts";
import { ann, specFor } from "../engine/testing.ts";
import { chunksOf } from "../rows/testing.ts";
import { arrowEncoder } from "./encoder.ts";

const four = `i::bigint as a, i * 1.25::double as b, 'customer ' || (i % 1000000) as c,
  timestamp '2024-01-01' + i * interval 1 second as d`;

const cases: { name: string; columns: string; rows: number }[] = [
  { name: "bigint, double, varchar, timestamp", columns: four, rows: 1_000_000 },
  { name: "bigint", columns: "i::bigint", rows: 1_000_000 },
  { name: "bigint, a third NULL", columns: "case when i % 3 > 0 then i end::bigint", rows: 1_000_000 },
  { name: "boolean", columns: "i % 2 = 0", rows: 1_000_000 },
  { name: "decimal(18,2)", columns: "(i / 100)::decimal(18, 2)", rows: 1_000_000 },
  { name: "short strings", columns: "'c' || i", rows: 1_000_000 },
  { name: "1 KB strings", columns: "repeat('x', 1000) || i", rows: 50_000 },
  { name: "uuid", columns: "uuid()", rows: 500_000 },
  { name: "int[] of 3", columns: "[i, i + 1, i + 2]::int[]", rows: 500_000 },
  { name: "struct", columns: "{'a': i, 'b': 'text ' || i}", rows: 500_000 },
];

const spec = await specFor();
const database = await openDatabase(spec);
const executor = await database.connect(ann);
const connection = await duckdb.connect(await duckdb.open(":memory:"));

async function encoding(sql: string): Promise<{ seconds: number; bytes: number }> {
  const result = await duckdb.query(connection, sql);
  const count = duckdb.column_count(result);
  const types = Array.from({ length: count }, (_, i) => duckdb.column_logical_type(result, i));
  const chunks = chunksOf(result);
  return best(() => {
    let bytes = 0;
    const encoder = arrowEncoder(types);
    const emit = (block: { bytes: Uint8Array }) => void (bytes += block.bytes.length);
    for (const chunk of chunks) encoder.encode(chunk, emit);
    encoder.end?.(emit);
    return Promise.resolve(bytes);
  });
}

async function executing(sql: string): Promise<{ seconds: number; bytes: number }> {
  const prepared = await executor.prepare(sql);
  const run = await best(async () => {
    const result = await prepared.executeArrow({});
    let bytes = 0;
    for (let batch = await result.next(); batch !== null; batch = await result.next()) {
      bytes += batch.header.length + batch.body.length;
    }
    return bytes;
  });
  prepared.close();
  return run;
}

async function best(work: () => Promise<number>): Promise<{ seconds: number; bytes: number }> {
  let seconds = Infinity;
  let bytes = 0;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    bytes = await work();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  return { seconds, bytes };
}

for (const { name, columns, rows } of cases) {
  if (Deno.args[0] && !name.includes(Deno.args[0])) continue;
  const sql = `select ${columns} from range(${rows}) t(i)`;
  const encoded = await encoding(sql);
  const executed = await executing(sql);
  const perRow = (encoded.seconds * 1e9 / rows).toFixed(0).padStart(4);
  const rate = ({ seconds, bytes }: typeof encoded) => (bytes / seconds / 1e6).toFixed(0).padStart(5);
  const perSecond = (rows / executed.seconds / 1e6).toFixed(2);
  console.log(
    `${perRow} ns a row, ${rate(encoded)} MB/s; executed ${perSecond} M rows/s, ${
      rate(executed)
    } MB/s  ${name}`,
  );
}

await Deno.remove(spec.tempDirectory, { recursive: true }).catch(() => {});
Deno.exit(0); // as Deno crashes when it ends by itself with native objects to finalize
