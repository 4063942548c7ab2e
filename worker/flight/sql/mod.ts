/**
 * Arrow Flight SQL, for clients that speak to a worker directly (pyarrow, ADBC, JDBC). The SQL is DuckDB's own.
 *
 * @see https://arrow.apache.org/docs/format/FlightSql.html
 */
import { status } from "@grpc/grpc-js";
import type { FlightData } from "../../api/flight/flight_data.ts";
import { headers } from "../../api/flight/headers.ts";
import { FlightDescriptor } from "../../api/flight/messages.ts";
import {
  DoPutPreparedStatementResult,
  DoPutUpdateResult,
  type Packed,
  type SqlMessage,
  unpack,
} from "../../api/flight/sql_messages.ts";
import type { CallFacts, FlightSqlDeps, FlightSqlHandlers } from "../mount.ts";
import { FlightError } from "../status.ts";
import { decoded, sqlActions } from "./actions.ts";
import { ipcSchema } from "./arrow_table.ts";
import { cancelWith, queryContextOf, streaming, unary } from "./calls.ts";
import { ingest } from "./ingest.ts";
import { questionOf } from "./metadata/mod.ts";
import type { Operation } from "./operations.ts";
import { batchesOf, type ParameterRow, rowsOf } from "./parameters.ts";
import { noParameters, type Planned, planQuery, type Send, sendArrow, sendRows } from "./queries.ts";
import { received, send } from "./send.ts";
import { SqlSession } from "./session.ts";
import { update } from "./updates.ts";

type CallOf<Name extends "getFlightInfo" | "getSchema" | "doGet" | "doPut"> = Parameters<
  NonNullable<FlightSqlHandlers[Name]>
>[0];
type Messages = AsyncIterable<Partial<FlightData>>;

const nothing = new Uint8Array(0);

/** The handlers for {@linkcode startFlightServer}'s `flightSql`. */
export function flightSqlHandlers(deps: FlightSqlDeps): FlightSqlHandlers {
  const known = new WeakMap<object, SqlSession>();
  let lastNumber = 0;

  async function sessionOf(call: CallFacts): Promise<SqlSession> {
    const session = await deps.sessionOf(call);
    let mine = known.get(session);
    if (mine === undefined) known.set(session, mine = new SqlSession(session, () => ++lastNumber));
    return mine;
  }

  /** Does a call's work as an operation of its session, which ends when the client gives up. */
  async function operate<T>(
    call: CallOf<"getFlightInfo" | "getSchema" | "doGet" | "doPut">,
    work: (session: SqlSession, operation: Operation) => Promise<T>,
  ): Promise<T> {
    const session = await sessionOf(call);
    return await session.operate((operation) => {
      cancelWith(call, operation);
      operation.query = queryContextOf(call.metadata);
      return work(session, operation);
    });
  }

  return {
    getFlightInfo: unary(deps, async (call: CallOf<"getFlightInfo">) => {
      const command = commandOf(call.request.cmd);
      const question = questionOf(command);
      const { ticket, schema, totalRecords } = question === null
        ? await operate(call, (session, operation) => plan(session, operation, command))
        : { ticket: call.request.cmd!, schema: ipcSchema(question.schema), totalRecords: -1 };
      return {
        schema,
        descriptor: call.request,
        endpoints: [{ ticket: { ticket } }],
        totalRecords,
        totalBytes: -1,
      };
    }),

    getSchema: unary(deps, async (call: CallOf<"getSchema">) => {
      const command = commandOf(call.request.cmd);
      const question = questionOf(command);
      if (question !== null) return { schema: ipcSchema(question.schema) };
      return await operate(call, async (session, operation) => {
        const { schema, handle } = await plan(session, operation, command);
        await session.cancelQuery(handle);
        return { schema };
      });
    }),

    doGet: streaming(deps, async (call: CallOf<"doGet">) => {
      const command = commandOf(call.request.ticket);
      await operate(call, async (session, operation) => {
        const answer: Send = (data) => send(call, operation, data);
        if (command.name === "TicketStatementQuery") {
          const rows = call.metadata.get(headers.format).includes("rows");
          return await fetch(
            session,
            operation,
            command.value.statementHandle,
            rows ? sendRows : sendArrow,
            answer,
          );
        }
        const question = questionOf(command);
        if (question === null) throw notServed("DoGet", command);
        const { executor } = session.session;
        for (const message of await session.operations.run(operation, () => question.answer(executor))) {
          await answer(message);
        }
      });
    }),

    doPut: streaming(deps, async (call: CallOf<"doPut">) => {
      await operate(call, async (session, operation) => {
        const messages = received<Partial<FlightData>>(call, operation);
        const { value: first, done } = await messages.next();
        if (done) throw invalid("DoPut without a descriptor");
        const command = commandOf(decoded(() => FlightDescriptor.decode(first.descriptor ?? nothing)).cmd);
        const appMetadata = await put(session, operation, command, withFirst(first, messages));
        await send(call, operation, { appMetadata });
      });
      call.resume(); // what the client still sends is not needed
    }),

    actions: sqlActions({ sessionOf, endSession: ({ session }) => deps.sessions.end(session, null) }),
  };
}

/** @throws {FlightError} INVALID_ARGUMENT for no message, UNIMPLEMENTED for one that is not known here */
function commandOf(bytes: Uint8Array = nothing): Packed {
  const command = decoded(() => unpack(bytes));
  if (command !== null) return command;
  throw new FlightError(
    bytes.length === 0 ? status.INVALID_ARGUMENT : status.UNIMPLEMENTED,
    "the request is not a Flight SQL command that is supported",
  );
}

/** Compiles the query of a command and keeps it for its ticket. */
function plan(session: SqlSession, operation: Operation, command: Packed): Promise<Planned> {
  if (command.name === "CommandStatementQuery") {
    const { query, transactionId } = command.value;
    session.checkTransaction(transactionId);
    return planQuery(session, operation, query, noParameters);
  }
  if (command.name === "CommandPreparedStatementQuery") {
    const { sql, rows } = session.statement(command.value.preparedStatementHandle);
    return planQuery(session, operation, sql, rows);
  }
  throw notServed("GetFlightInfo", command);
}

/** Runs a ticket's query, once. */
async function fetch(
  session: SqlSession,
  operation: Operation,
  handle: Uint8Array,
  send: typeof sendArrow,
  answer: Send,
): Promise<void> {
  const { name, query } = session.takeQuery(handle);
  try {
    await session.whileRunning(name, operation, () => send(session, operation, query, answer));
  } finally {
    query.prepared?.close();
  }
}

/** Does what a DoPut asks for and answers the metadata of its result. */
async function put(
  session: SqlSession,
  operation: Operation,
  command: Packed,
  messages: Messages,
): Promise<Uint8Array> {
  switch (command.name) {
    case "CommandStatementUpdate": {
      const { query, transactionId } = command.value;
      session.checkTransaction(transactionId);
      return updated(await update(session, operation, query, null));
    }
    case "CommandPreparedStatementUpdate": {
      const { sql } = session.statement(command.value.preparedStatementHandle);
      return updated(await update(session, operation, sql, batchesOf(messages)));
    }
    case "CommandPreparedStatementQuery":
      return await bind(session, command.value, messages);
    case "CommandStatementIngest":
      // ADBC's driver does not name its transaction here: what it loads belongs to the one that is open.
      if (command.value.transactionId?.length) session.checkTransaction(command.value.transactionId);
      return updated(await ingest(session, operation, command.value, messages));
    default:
      throw notServed("DoPut", command);
  }
}

async function bind(
  session: SqlSession,
  { preparedStatementHandle }: SqlMessage<"CommandPreparedStatementQuery">,
  messages: Messages,
): Promise<Uint8Array> {
  const statement = session.statement(preparedStatementHandle);
  let rows: ParameterRow[] | null = null;
  for await (const batch of batchesOf(messages)) {
    rows ??= [];
    for (const row of rowsOf(batch)) rows.push(row);
  }
  statement.rows = rows ?? noParameters;
  return DoPutPreparedStatementResult.encode({ preparedStatementHandle });
}

function updated(recordCount: number): Uint8Array {
  return DoPutUpdateResult.encode({ recordCount });
}

async function* withFirst(first: Partial<FlightData>, rest: Messages): Messages {
  yield first;
  yield* rest;
}

function notServed(method: string, { name }: Packed): FlightError {
  return invalid(`${method} does not serve ${name}`);
}

function invalid(what: string): FlightError {
  return new FlightError(status.INVALID_ARGUMENT, what);
}
