/**
 * What encoding costs, without the fetch: `deno run -A worker/rows/rows_bench.ts [name]`. Nanoseconds a row, the best of a few
 * runs over the same chunks.
 */
import duckdb from "@duckdb/node-bindings";
import { defaultRenderSettings, type Format } from "../api/executor.ts";
import { rowEncoder } from "./encoder.ts";
import { chunksOf } from "./testing.ts";

const four = `i::bigint as a, i * 1.25::double as b, 'customer ' || (i % 1000000) as c,
  timestamp '2024-01-01' + i * interval 1 second as d`;

const cases: { name: string; columns: string; rows: number; format: Format }[] = [
  { name: "bigint, double, varchar, timestamp; text", columns: four, rows: 1_000_000, format: 0 },
  { name: "bigint, double, varchar, timestamp; binary", columns: four, rows: 1_000_000, format: 1 },
  { name: "integer; text", columns: "i::int", rows: 1_000_000, format: 0 },
  { name: "bigint beyond 2^53; text", columns: "(hash(i) >> 1)::bigint", rows: 500_000, format: 0 },
  { name: "random double; text", columns: "random()", rows: 500_000, format: 0 },
  { name: "decimal(18,2); text", columns: "(i / 100)::decimal(18, 2)", rows: 500_000, format: 0 },
  { name: "decimal(18,2); binary", columns: "(i / 100)::decimal(18, 2)", rows: 500_000, format: 1 },
  { name: "date; text", columns: "date '1992-01-01' + (i % 3000)::int", rows: 500_000, format: 0 },
  { name: "timestamptz; text", columns: "to_timestamp(i * 1000)", rows: 500_000, format: 0 },
  { name: "1 KB strings; text", columns: "repeat('x', 1000) || i", rows: 50_000, format: 0 },
  { name: "int[] of 3; text", columns: "[i, i + 1, i + 2]::int[]", rows: 200_000, format: 0 },
  { name: "struct; text", columns: "{'a': i, 'b': 'text ' || i}", rows: 200_000, format: 0 },
];

const settings = { ...defaultRenderSettings, timeZone: "Europe/Berlin" };
const database = await duckdb.open(":memory:");
const connection = await duckdb.connect(database);

for (const { name, columns, rows, format } of cases) {
  if (Deno.args[0] && !name.includes(Deno.args[0])) continue;
  const result = await duckdb.query(connection, `select ${columns} from range(${rows}) t(i)`);
  const types = Array.from(
    { length: duckdb.column_count(result) },
    (_, i) => duckdb.column_logical_type(result, i),
  );
  const chunks = chunksOf(result);
  let best = Infinity;
  let bytes = 0;
  for (let run = 0; run < 5; run++) {
    bytes = 0;
    const encoder = rowEncoder(types, [format], settings);
    const start = performance.now();
    for (const chunk of chunks) encoder.encode(chunk, (block) => void (bytes += block.bytes.length));
    best = Math.min(best, performance.now() - start);
  }
  const perRow = (best * 1e6 / rows).toFixed(0).padStart(5);
  console.log(`${perRow} ns a row  ${(bytes / best / 1e3).toFixed(0).padStart(5)} MB/s  ${name}`);
}

Deno.exit(0); // as Deno crashes when it ends by itself with native objects to finalize
