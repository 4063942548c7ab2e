/** What the tests beside share. */
import { defaultRenderSettings } from "../api/executor.ts";
import type { Database, DatabaseSpec } from "../api/database.ts";
import type { ExecuteRequest, Executor, Parameter, RowBlock, RowStream } from "../api/executor.ts";
import { openDatabase } from "../database.ts";

/** A spec for tests: in memory, open, with a temporary folder of its own. */
export async function specFor(changes: Partial<DatabaseSpec> = {}): Promise<DatabaseSpec> {
  return {
    path: ":memory:",
    sandbox: false,
    allowedDirectories: [],
    memoryLimit: "",
    threads: 2,
    tempDirectory: changes.tempDirectory ?? await Deno.makeTempDir({ prefix: "duckgres-test-" }),
    extensionDirectory: "",
    extensions: [],
    bootstrap: [],
    ...changes,
  };
}

/** Who the sessions of tests are. */
export const ann = { user: "ann", database: "sales", pid: 42 };

/** Runs `work` on a fresh database and closes it, whatever happens. */
export async function withDatabase(
  work: (database: Database, spec: DatabaseSpec) => Promise<void>,
  changes: Partial<DatabaseSpec> = {},
): Promise<void> {
  const spec = await specFor(changes);
  const database = await openDatabase(spec);
  try {
    await work(database, spec);
  } finally {
    await database.close();
  }
}

/** Runs `work` on one session of a fresh database. */
export function withExecutor(
  work: (executor: Executor) => Promise<void>,
  changes: Partial<DatabaseSpec> = {},
): Promise<void> {
  return withDatabase(async (database) => await work(await database.connect(ann)), changes);
}

/** An {@linkcode ExecuteRequest} with text parameters. */
export function request(
  values: (string | null)[] = [],
  changes: Partial<ExecuteRequest> = {},
): ExecuteRequest {
  const parameters: Parameter[] = values.map((value) => ({
    format: 0,
    bytes: value === null ? null : new TextEncoder().encode(value),
  }));
  return {
    parameters,
    parameterTypes: values.map(() => 0),
    formats: [],
    render: defaultRenderSettings,
    ...changes,
  };
}

/** Prepares and executes; the rows as text. */
export async function query(
  executor: Executor,
  sql: string,
  ...values: (string | null)[]
): Promise<(string | null)[][]> {
  const prepared = await executor.prepare(sql);
  try {
    const { rows } = await prepared.execute(request(values));
    return rows === null ? [] : await readAll(rows);
  } finally {
    prepared.close();
  }
}

/** All rows that are left, then the stream closed. */
export async function readAll(rows: RowStream): Promise<(string | null)[][]> {
  const found: (string | null)[][] = [];
  try {
    for (let block = await rows.next(); block !== null; block = await rows.next()) {
      found.push(...decode(block));
    }
  } finally {
    await rows.close();
  }
  return found;
}

/** How many rows are left. */
export async function countRows(rows: RowStream): Promise<number> {
  let count = 0;
  for (let block = await rows.next(); block !== null; block = await rows.next()) count += block.rows;
  return count;
}

/** The fields of a block of DataRow messages. */
export function decode({ bytes }: RowBlock): (string | null)[][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: (string | null)[][] = [];
  for (let at = 0; at < bytes.length; at += 1 + view.getInt32(at + 1)) {
    const fields: (string | null)[] = [];
    let field = at + 7;
    for (let i = 0; i < view.getInt16(at + 5); i++) {
      const length = view.getInt32(field);
      field += 4;
      fields.push(length < 0 ? null : new TextDecoder().decode(bytes.subarray(field, field + length)));
      field += Math.max(length, 0);
    }
    found.push(fields);
  }
  return found;
}

/** What this process has open whose path begins so (on Linux; nothing elsewhere). */
export function openFiles(path: string): string[] {
  if (Deno.build.os !== "linux") return [];
  return [...Deno.readDirSync("/proc/self/fd")]
    .map(({ name }) => {
      try {
        return Deno.readLinkSync(`/proc/self/fd/${name}`);
      } catch {
        return "";
      }
    })
    .filter((target) => target.startsWith(path));
}
