/** Queries: planned by GetFlightInfo, run by the DoGet of their ticket. */
import { Buffer } from "node:buffer";
import { status } from "@grpc/grpc-js";
import { Schema } from "apache-arrow";
import { PgError } from "../../api/error.ts";
import { defaultRenderSettings, type RowBlock } from "../../api/executor.ts";
import type { FlightData } from "../../api/flight/flight_data.ts";
import { pack } from "../../api/flight/sql_messages.ts";
import { ipcSchemaMessage } from "../../arrow/message.ts";
import { schemaHeader } from "../../arrow/schema.ts";
import type { LocalExecutor, LocalPrepared } from "../../local_executor.ts";
import { FlightError } from "../status.ts";
import { isEmptySql } from "./empty_sql.ts";
import type { Operation } from "./operations.ts";
import type { ParameterRow } from "./parameters.ts";
import type { Query, SqlSession } from "./session.ts";

const utf8 = new TextEncoder();

/** Of a statement that answers no rows. */
export const emptySchema: Uint8Array = schemaHeader(new Schema([]));

/** What FlightInfo says of a query. */
export interface Planned {
  /** The query's name, which the ticket carries. */
  handle: Uint8Array;
  ticket: Uint8Array;
  /** An encapsulated message; empty where only running the statement tells. */
  schema: Uint8Array;
  /** -1: unknown. */
  totalRecords: number;
}

/** A statement run once, without parameters. */
export const noParameters: readonly ParameterRow[] = [[]];

/**
 * Compiles a query and keeps it for the ticket. Nothing runs.
 *
 * @throws PgError with "failed to prepare query: " before its message
 */
export async function planQuery(
  session: SqlSession,
  operation: Operation,
  sql: string,
  rows: readonly ParameterRow[],
): Promise<Planned> {
  const { executor } = session.session;
  const prepared = await session.operations.run(operation, () => prepare(executor, sql));
  const handle = utf8.encode(session.addQuery({ prepared, rows }));
  return {
    handle,
    ticket: pack("TicketStatementQuery", { statementHandle: handle }),
    schema: await knownSchema(prepared),
    totalRecords: prepared === null ? 0 : -1,
  };
}

/**
 * Compiles a statement; `null` for SQL without one.
 *
 * @throws PgError with "failed to prepare query: " before its message
 */
export async function prepare(executor: LocalExecutor, sql: string): Promise<LocalPrepared | null> {
  if (isEmptySql(sql)) return null;
  try {
    return await executor.prepare(sql);
  } catch (error) {
    throw during("failed to prepare query", error);
  }
}

/**
 * The schema to promise before the statement runs. None for a statement without rows: clients (ADBC's Go driver) that are
 * promised a schema fetch the result behind their user's back, and what an INSERT does or fails with would come too late.
 */
export async function knownSchema(prepared: LocalPrepared | null): Promise<Uint8Array> {
  if (prepared === null) return ipcSchemaMessage(emptySchema);
  const header = prepared.columns?.length === 0 ? null : await prepared.arrowSchema();
  return header === null ? new Uint8Array(0) : ipcSchemaMessage(header);
}

/** Sends one message of the answer, when the client has room for it. */
export type Send = (data: Partial<FlightData>) => Promise<void>;

/** Runs a query and sends its schema and its record batches. */
export async function sendArrow(
  session: SqlSession,
  operation: Operation,
  { prepared, rows }: Query,
  send: Send,
): Promise<void> {
  if (prepared === null) return await send({ header: emptySchema });
  let schemaSent = false;
  for (const parameters of rows) {
    const result = await session.operations.run(
      operation,
      () => prepared.executeArrow({ parameters, query: operation.query }),
    );
    try {
      if (!schemaSent) await send({ header: result.schema });
      schemaSent = true;
      for (let batch = await result.next(); batch !== null; batch = await result.next()) {
        await send({ header: batch.header, body: batch.body });
      }
      session.checkNotEnded();
    } finally {
      await result.close();
    }
  }
  if (!schemaSent) await send({ header: await prepared.arrowSchema() ?? emptySchema });
}

/** Runs a query and sends its rows as blocks of DataRow messages, in PostgreSQL's text form. */
export async function sendRows(
  session: SqlSession,
  operation: Operation,
  { prepared, rows }: Query,
  send: Send,
): Promise<void> {
  if (rows.length !== 1 || rows[0].length > 0) {
    throw new FlightError(status.INVALID_ARGUMENT, "ready rows are only for queries without parameters");
  }
  if (prepared === null) return await send({ appMetadata: json({ columns: [] }) });
  const result = await session.operations.run(
    operation,
    () => prepared.execute({ ...textRequest, query: operation.query }),
  );
  const stream = result.rows;
  try {
    await send({ appMetadata: json({ columns: result.columns, changed: result.changed }) });
    for (let block = await stream?.next(); block; block = await stream?.next()) {
      await send(rowsMessage(block));
    }
    session.checkNotEnded();
  } finally {
    await stream?.close();
  }
}

const textRequest = { parameters: [], parameterTypes: [], formats: [], render: defaultRenderSettings };

function rowsMessage({ bytes, rows }: RowBlock): Partial<FlightData> {
  return { appMetadata: json({ rows }), body: bytes };
}

function json(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** The error, with words of what was being done before its message. */
export function during(what: string, thrown: unknown): unknown {
  if (!(thrown instanceof PgError) || thrown.sqlstate === "57014") return thrown;
  return new PgError(thrown.sqlstate, `${what}: ${thrown.message}`, thrown);
}
