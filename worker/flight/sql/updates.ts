/** Statements run for what they do, by DoPut. */
import type { LocalExecutor, LocalPrepared } from "../../local_executor.ts";
import type { Operation } from "./operations.ts";
import { type Batch, type ParameterRow, rowsOf } from "./parameters.ts";
import { during, prepare } from "./queries.ts";
import type { SqlSession } from "./session.ts";

/** Statements of which several executions are committed together. */
const atomicKinds: ReadonlySet<string> = new Set(["insert", "update", "delete", "merge_into"]);

/**
 * Runs a statement once for each row of parameters, or once where there are none. Changes of data are committed together, or not
 * at all when one execution fails: the session's other calls wait meanwhile.
 *
 * @returns rows inserted, updated or deleted, or returned; 0 where the statement counts none
 * @throws PgError with "failed to execute update: " before its message
 */
export function update(
  session: SqlSession,
  operation: Operation,
  sql: string,
  batches: AsyncIterable<Batch> | null,
): Promise<number> {
  const { executor } = session.session;
  return session.operations.run(operation, async () => {
    const prepared = await prepare(executor, sql);
    if (prepared === null) return 0;
    try {
      // A client need not have ended its stream when nothing is to come that way.
      if (batches === null || prepared.parameters.length === 0) return await execute(prepared, operation, []);
      const work = () => executeAll(prepared, operation, batches);
      const atomic = atomicKinds.has(prepared.kind) && !session.inTransaction;
      return await (atomic ? inTransaction(executor, work) : work());
    } catch (error) {
      throw during("failed to execute update", error);
    } finally {
      prepared.close();
    }
  });
}

async function executeAll(
  prepared: LocalPrepared,
  operation: Operation,
  batches: AsyncIterable<Batch>,
): Promise<number> {
  let changed = 0;
  let any = false;
  for await (const batch of batches) {
    any = true;
    for (const parameters of rowsOf(batch)) changed += await execute(prepared, operation, parameters);
  }
  return any ? changed : await execute(prepared, operation, []);
}

async function execute(
  prepared: LocalPrepared,
  operation: Operation,
  parameters: ParameterRow,
): Promise<number> {
  operation.check();
  const result = await prepared.executeArrow({ parameters, query: operation.query });
  let returned = 0;
  try {
    for (let batch = await result.next(); batch !== null; batch = await result.next()) returned += batch.rows;
  } finally {
    await result.close();
  }
  return result.changed ?? returned;
}

/** Runs `work` in a transaction of its own, or in the one that the client's SQL has begun. */
export async function inTransaction<T>(executor: LocalExecutor, work: () => Promise<T>): Promise<T> {
  const own = await executor.run("BEGIN TRANSACTION").then(() => true, () => false);
  if (!own) return await work();
  try {
    const result = await work();
    await executor.run("COMMIT");
    return result;
  } catch (error) {
    await executor.run("ROLLBACK").catch(() => {}); // a failed commit has rolled back already
    throw error;
  }
}
