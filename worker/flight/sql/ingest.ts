/** Bulk loading of Arrow into a table (`CommandStatementIngest`). */
import duckdb from "@duckdb/node-bindings";
import { type Field, type RecordBatch, RecordBatchReader, type Schema } from "apache-arrow";
import { Message } from "apache-arrow/ipc/metadata/message";
import { PgError } from "../../api/error.ts";
import { ifExists, ifNotExist, type SqlMessage } from "../../api/flight/sql_messages.ts";
import { type Appending, appending } from "../../arrow/append.ts";
import { ipcStream } from "../../arrow/message.ts";
import { typeNameKey } from "../../arrow/schema.ts";
import { typeName } from "../../arrow/type_names.ts";
import { readerOf } from "../../arrow/values.ts";
import type { LocalExecutor } from "../../local_executor.ts";
import type { Operation } from "./operations.ts";
import { type Batch, batchesOf } from "./parameters.ts";
import { during } from "./queries.ts";
import type { SqlSession } from "./session.ts";
import { textRows } from "./text_rows.ts";
import { inTransaction } from "./updates.ts";
import { quoteName } from "../../api/quote.ts";

type Ingest = SqlMessage<"CommandStatementIngest">;

/** Rows appended without a pause: other sessions wait that long. */
const rowsAtOnce = 4 * 2048;

/** Rows after which the stage is emptied. */
const stageRows = 1 << 20;

/**
 * Creates the table where the command says so and inserts the batches, all in one transaction: the session's, or its own.
 * The session's other calls wait meanwhile.
 *
 * @returns the rows inserted
 * @throws PgError 42P07 and 42P01 where the table is there, or is not, and must not be; otherwise as INSERT does
 */
export function ingest(
  session: SqlSession,
  operation: Operation,
  command: Ingest,
  messages: Parameters<typeof batchesOf>[0],
): Promise<number> {
  const { executor } = session.session;
  return session.operations.run(operation, async () => {
    const work = () => load(executor, operation, command, messages);
    try {
      return await (session.inTransaction ? work() : inTransaction(executor, work));
    } catch (error) {
      throw during("failed to ingest", error);
    }
  });
}

async function load(
  executor: LocalExecutor,
  operation: Operation,
  command: Ingest,
  messages: Parameters<typeof batchesOf>[0],
): Promise<number> {
  let stage = null as Stage | null; // set by a callback, which the compiler does not see
  const onSchema = async (header: Uint8Array) => {
    const { fields } = schemaOf(header);
    await makeTable(executor, command, fields);
    stage = new Stage(executor, tableName(command), fields);
  };
  let rows = 0;
  for await (const batch of batchesOf(messages, onSchema)) {
    const read = batchOf(batch);
    for (let start = 0; start < read.numRows; start += rowsAtOnce) {
      operation.check();
      await stage!.append(read, start, Math.min(start + rowsAtOnce, read.numRows));
    }
    rows += read.numRows;
  }
  await stage?.empty();
  return rows;
}

/**
 * A temporary table of the batches' own types, which DuckDB's appender fills; from there INSERT takes the rows over, with
 * its casts, defaults and constraints.
 */
class Stage {
  readonly #executor: LocalExecutor;
  readonly #appending: Appending;
  readonly #definition: string;
  readonly #insert: string;
  /** In the table now; 0: there is no table. */
  #rows = 0;

  constructor(executor: LocalExecutor, target: string, fields: readonly Field[]) {
    this.#executor = executor;
    this.#appending = appending(fields);
    const types = this.#appending.types.map(columnType);
    this.#definition = types.map((type, i) => `c${i} ${type}`).join(", ");
    const names = fields.map(({ name }) => quoteName(name)).join(", ");
    this.#insert = `INSERT INTO ${target} (${names}) SELECT * FROM temp.main.${stageName}`;
  }

  async append(batch: RecordBatch, start: number, end: number): Promise<void> {
    if (this.#rows === 0) await this.#executor.run(`CREATE TEMP TABLE ${stageName} (${this.#definition})`);
    this.#rows += end - start;
    const fill = (appender: duckdb.Appender) => this.#appending.append(appender, batch, start, end);
    await this.#executor.append("temp", "main", stageName, fill);
    if (this.#rows >= stageRows) await this.empty();
  }

  /** Inserts what is there. */
  async empty(): Promise<void> {
    if (this.#rows === 0) return;
    await this.#executor.run(this.#insert);
    await this.#executor.run(`DROP TABLE temp.main.${stageName}`);
    this.#rows = 0;
  }
}

const stageName = "__duckgres_ingest";

/** A column of nothing but NULLs is what DuckDB makes of `CREATE TABLE t AS SELECT NULL`. */
function columnType(type: duckdb.LogicalType): string {
  return duckdb.get_type_id(type) === duckdb.Type.SQLNULL ? "INTEGER" : typeName(type);
}

function schemaOf(header: Uint8Array): Schema {
  return Message.decode(header).header() as Schema;
}

/** A field that came out of DuckDB says what it was there. */
async function makeTable(
  executor: LocalExecutor,
  command: Ingest,
  fields: readonly Field[],
): Promise<void> {
  const { table, temporary } = command;
  const options = command.tableDefinitionOptions;
  const exists = await tableExists(executor, command);
  const replace = exists && options?.ifExists === ifExists.replace;
  if (exists && options?.ifExists === ifExists.append) return;
  if (exists && !replace) throw new PgError("42P07", `relation "${table}" already exists`);
  if (!exists && options?.ifNotExist === ifNotExist.fail) {
    throw new PgError("42P01", `relation "${table}" does not exist`);
  }
  const definitions = fields.map((field) => {
    const type = field.metadata.get(typeNameKey) ?? columnType(readerOf(field).type);
    return `${quoteName(field.name)} ${type}`;
  }).join(", ");
  const create = `CREATE ${replace ? "OR REPLACE " : ""}${temporary ? "TEMP " : ""}TABLE`;
  await executor.run(`${create} ${tableName(command)} (${definitions})`);
}

async function tableExists(
  executor: LocalExecutor,
  { catalog, schema, table, temporary }: Ingest,
): Promise<boolean> {
  const sql = `SELECT 1 FROM duckdb_tables() WHERE lower(table_name) = lower($1)
    AND lower(database_name) = lower(coalesce($2, system.main.current_database()))
    AND lower(schema_name) = lower(coalesce($3, system.main.current_schema()))`;
  const where = temporary ? [table, "temp", "main"] : [table, catalog, schema];
  return (await textRows(executor, sql, where)).length > 0;
}

function tableName({ catalog, schema, table, temporary }: Ingest): string {
  const path = temporary
    ? ["temp", "main", table]
    : [catalog, schema ?? (catalog === null ? null : "main"), table];
  return path.filter((name) => name !== null).map(quoteName).join(".");
}

/** @throws PgError 22P03 */
function batchOf({ schema, header, body, dictionaries }: Batch): RecordBatch {
  try {
    const empty = new Uint8Array(0);
    const stream = ipcStream([{ header: schema, body: empty }, ...dictionaries, { header, body }]);
    const [batch] = RecordBatchReader.from(stream);
    return batch;
  } catch (cause) {
    throw new PgError("22P03", "invalid Arrow record batch", {
      detail: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}
