/** Questions to DuckDB's catalogue, answered as text. */
import type { Executor, RowStream } from "../../api/executor.ts";
import { defaultRenderSettings } from "../../api/executor.ts";
import { oids } from "../../api/types.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A value in PostgreSQL's text form. */
export type Text = string | null;

/** Runs a query with text parameters and reads it whole. For few rows. */
export async function textRows(
  executor: Executor,
  sql: string,
  parameters: readonly Text[] = [],
): Promise<Text[][]> {
  const prepared = await executor.prepare(sql, parameters.map(() => oids.text));
  try {
    const { rows } = await prepared.execute({
      parameters: parameters.map((value) => ({
        format: 0,
        bytes: value === null ? null : encoder.encode(value),
      })),
      parameterTypes: parameters.map(() => oids.text),
      formats: [],
      render: defaultRenderSettings,
      small: true,
    });
    return rows === null ? [] : await readAll(rows);
  } finally {
    prepared.close();
  }
}

async function readAll(stream: RowStream): Promise<Text[][]> {
  const rows: Text[][] = [];
  try {
    for (let block = await stream.next(); block !== null; block = await stream.next()) {
      readDataRows(block.bytes, rows);
    }
  } finally {
    await stream.close();
  }
  return rows;
}

/** DataRow messages: type byte, length, count of fields, each its length (-1 for NULL) and bytes. */
function readDataRows(bytes: Uint8Array, rows: Text[][]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const row: Text[] = [];
    const count = view.getInt16(at + 5);
    at += 7;
    for (let i = 0; i < count; i++) {
      const length = view.getInt32(at);
      at += 4;
      row.push(length < 0 ? null : decoder.decode(bytes.subarray(at, at + length)));
      at += Math.max(length, 0);
    }
    rows.push(row);
  }
}
