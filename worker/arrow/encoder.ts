/** Turns DuckDB's chunks into Arrow record batches. */
import duckdb from "@duckdb/node-bindings";
import type { RowBlock } from "../api/executor.ts";
import { shrink } from "../rows/output.ts";
import type { ChunkEncoder } from "../engine/rows.ts";
import { BatchBody } from "./body.ts";
import { columnOf } from "./columns.ts";
import { sizeOf } from "./nested.ts";

/** A batch is complete with so many bytes or rows. */
const batchBytes = 1 << 20;
const batchRows = 1 << 16;
/** Rows are taken by halves where all together are larger than this, so that a batch stays far below a message's limit. */
const largestStep = 4 << 20;

/**
 * An encoder for a result of these types. Chunks are gathered, since a batch of one chunk (2048 rows) costs its reader more
 * for the batch than for the rows; but the first batch is one chunk, so that a slow query's first rows come at once. Its
 * blocks are encapsulated messages, see `split`.
 */
export function arrowEncoder(types: readonly duckdb.LogicalType[]): ChunkEncoder {
  const columns = types.map(columnOf);
  let wantedRows = 1;
  let rows = 0;
  let bytes = 0;

  function take(first: number, last: number, emit: Emit): void {
    const size = sizeOf(columns, first, last);
    if (size > largestStep && last - first > 1) {
      const middle = (first + last) >> 1;
      take(first, middle, emit);
      take(middle, last, emit);
      return;
    }
    for (const column of columns) column.append(first, last);
    rows += last - first;
    bytes += size;
    if (rows >= wantedRows || bytes >= batchBytes) flush(emit);
  }

  function flush(emit: Emit): void {
    const body = new BatchBody();
    for (const column of columns) column.write(body);
    emit({ bytes: body.message(rows), rows });
    for (const column of columns) column.clear();
    wantedRows = Math.min(rows * 4, batchRows);
    rows = 0;
    bytes = 0;
  }

  return {
    encode(chunk, emit) {
      const count = duckdb.data_chunk_get_size(chunk);
      for (const [i, column] of columns.entries()) {
        column.load(duckdb.data_chunk_get_vector(chunk, i), count, null);
      }
      if (count > 0) take(0, count, emit);
      shrink();
      duckdb.data_chunk_get_column_count(chunk); // keeps it from being collected while its vectors are read
    },
    end(emit) {
      if (rows > 0) flush(emit);
    },
  };
}

type Emit = (block: RowBlock) => void;
