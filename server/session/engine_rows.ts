import {
  defaultRenderSettings,
  type ExecuteRequest,
  type Executor,
  type Prepared,
} from "../../worker/api/executor.ts";

/**
 * Runs a query of the session's own and reads its rows as text. For a handful of rows: everything is held in memory.
 *
 * @throws PgError as the statement fails
 */
export async function engineRows(executor: Executor, sql: string): Promise<(string | null)[][]> {
  const prepared = await executor.prepare(sql);
  try {
    return await readRows(prepared, {
      parameters: [],
      parameterTypes: [],
      formats: [],
      render: defaultRenderSettings,
      small: true,
    });
  } finally {
    prepared.close();
  }
}

/** The rows of a compiled query, all of them. */
export async function readRows(prepared: Prepared, request: ExecuteRequest): Promise<(string | null)[][]> {
  const { rows } = await prepared.execute(request);
  const found: (string | null)[][] = [];
  for (let block = await rows?.next(); block; block = await rows?.next()) {
    found.push(...decodeRows(block.bytes));
  }
  return found;
}

const utf8 = new TextDecoder();

/** The fields of DataRow messages in text. */
export function* decodeRows(bytes: Uint8Array): Generator<(string | null)[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += 1 + view.getInt32(at + 1)) {
    const row: (string | null)[] = [];
    let field = at + 7;
    for (let left = view.getInt16(at + 5); left > 0; left--) {
      const length = view.getInt32(field);
      field += 4;
      row.push(length < 0 ? null : utf8.decode(bytes.subarray(field, field + length)));
      field += Math.max(length, 0);
    }
    yield row;
  }
}
