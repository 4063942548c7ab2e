/** Parameters that come as Arrow: a record batch whose columns are `$1…` and whose rows are executions. */
import duckdb from "@duckdb/node-bindings";
import { type RecordBatch, RecordBatchReader } from "apache-arrow";
import { PgError } from "../api/error.ts";
import { valueFor } from "../parameters/value.ts";
import type { OwnTypes } from "../types/own_types.ts";
import { type ArrowMessage, ipcStream } from "./message.ts";
import { type ArrowValue, readerOf } from "./values.ts";

/** The parameters of one execution; `null` is NULL. */
export type ArrowParameters = readonly (ArrowValue | null)[];

const nothing = new Uint8Array(0);

/**
 * The rows of a batch as it came in FlightData.
 *
 * @param dictionaries the dictionary batches that came before it
 * @throws PgError 22P03 for bytes that are no such batch, 0A000 for a type that DuckDB has none for
 */
export function parametersFromArrow(
  schemaHeader: Uint8Array,
  batchHeader: Uint8Array,
  body: Uint8Array,
  dictionaries: readonly ArrowMessage[] = [],
): ArrowParameters[] {
  const messages = [{ header: schemaHeader, body: nothing }, ...dictionaries, { header: batchHeader, body }];
  const batch = readBatch(messages);
  const columns = batch.schema.fields.map((field, i) => ({
    reader: readerOf(field),
    data: batch.data.children[i],
  }));
  return Array.from(
    { length: batch.numRows },
    (_, row) => columns.map(({ reader, data }) => reader.read(data, row)),
  );
}

function readBatch(messages: readonly ArrowMessage[]): RecordBatch {
  try {
    const [batch] = RecordBatchReader.from(ipcStream(messages));
    if (batch) return batch;
  } catch (cause) {
    throw new PgError("22P03", "invalid Arrow record batch in bind message", {
      detail: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
  throw new PgError("22P03", "no Arrow record batch in bind message");
}

/**
 * Binds one value: as the type the statement expects where that holds it exactly, otherwise as its own, for which DuckDB
 * then plans the statement again.
 *
 * @param index 1-based
 * @param target what DuckDB expects; `null` where it cannot tell
 */
export function bindArrowValue(
  statement: duckdb.PreparedStatement,
  index: number,
  target: duckdb.LogicalType | null,
  value: ArrowValue | null,
  ownTypes: OwnTypes,
): void {
  if (value === null) return duckdb.bind_null(statement, index);
  const fits = target !== null && value.decoded !== null;
  duckdb.bind_value(statement, index, fits ? valueFor(value.decoded!, target, ownTypes) : value.own());
}
