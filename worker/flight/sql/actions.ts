/** Flight SQL's actions, and those of Flight's that concern sessions and queries. */
import { status } from "@grpc/grpc-js";
import {
  CancelFlightInfoRequest,
  CancelFlightInfoResult,
  cancelResult,
  CloseSessionResult,
  closeSessionStatus,
  endTransaction,
  GetSessionOptionsResult,
  pack,
  type Packed,
  sessionOptionError,
  SetSessionOptionsRequest,
  SetSessionOptionsResult,
  type SqlMessage,
  type SqlMessageName,
  unpack,
} from "../../api/flight/sql_messages.ts";
import { FlightInfo } from "../../api/flight/messages.ts";
import { PgError } from "../../api/error.ts";
import type { Executor } from "../../api/executor.ts";
import { ipcSchemaMessage } from "../../arrow/message.ts";
import type { CallFacts, FlightSqlAction } from "../mount.ts";
import { FlightError } from "../status.ts";
import { knownSchema, prepare } from "./queries.ts";
import type { SqlSession } from "./session.ts";
import { type Text, textRows } from "./text_rows.ts";
import { quoteName, quoteText } from "../../api/quote.ts";

/** What the actions work on. */
export interface ActionParts {
  sessionOf(call: CallFacts): Promise<SqlSession>;
  endSession(session: SqlSession): Promise<void>;
}

const utf8 = new TextEncoder();

/** By name. */
export function sqlActions({ sessionOf, endSession }: ActionParts): Record<string, FlightSqlAction> {
  /** An action whose body is a Flight SQL message. */
  function action<N extends SqlMessageName>(
    name: N,
    act: (session: SqlSession, message: SqlMessage<N>) => Promise<Uint8Array[]>,
  ): FlightSqlAction {
    return async (body, call) => await act(await sessionOf(call), bodyOf(name, body));
  }

  return {
    CreatePreparedStatement: action("ActionCreatePreparedStatementRequest", createPreparedStatement),
    ClosePreparedStatement: action("ActionClosePreparedStatementRequest", async (session, message) => {
      if (await session.closeStatement(message.preparedStatementHandle)) return [];
      throw new FlightError(status.NOT_FOUND, "prepared statement not found");
    }),
    BeginTransaction: action("ActionBeginTransactionRequest", async (session) => {
      const transactionId = utf8.encode(await session.beginTransaction());
      return [pack("ActionBeginTransactionResult", { transactionId })];
    }),
    EndTransaction: action("ActionEndTransactionRequest", async (session, { transactionId, action }) => {
      if (action !== endTransaction.commit && action !== endTransaction.rollback) {
        throw new FlightError(status.INVALID_ARGUMENT, "a transaction ends with commit or rollback");
      }
      await session.endTransaction(transactionId, action === endTransaction.commit);
      return [];
    }),
    CancelQuery: action("ActionCancelQueryRequest", async (session, { info }) => {
      const result = await cancel(session, decoded(() => FlightInfo.decode(info)));
      return [pack("ActionCancelQueryResult", { result })];
    }),
    CancelFlightInfo: async (body, call) => {
      const { info } = decoded(() => CancelFlightInfoRequest.decode(body));
      return [CancelFlightInfoResult.encode({ status: await cancel(await sessionOf(call), info ?? {}) })];
    },
    SetSessionOptions: async (body, call) => {
      const { sessionOptions } = decoded(() => SetSessionOptionsRequest.decode(body));
      return [await setOptions(await sessionOf(call), sessionOptions)];
    },
    GetSessionOptions: async (_body, call) => [await getOptions(await sessionOf(call))],
    CloseSession: async (_body, call) => {
      await endSession(await sessionOf(call));
      return [CloseSessionResult.encode({ status: closeSessionStatus.closed })];
    },
  };
}

/** @throws {FlightError} INVALID_ARGUMENT */
function bodyOf<N extends SqlMessageName>(name: N, body: Uint8Array): SqlMessage<N> {
  const packed: Packed | null = decoded(() => unpack(body));
  if (packed?.name === name) return packed.value as SqlMessage<N>;
  throw new FlightError(status.INVALID_ARGUMENT, `the action's body is not ${name}`);
}

/** @throws {FlightError} INVALID_ARGUMENT for bytes that are no protobuf message */
export function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch {
    throw new FlightError(status.INVALID_ARGUMENT, "the request is not a protobuf message");
  }
}

/** Compiled to tell what it needs and answers; see {@linkcode Statement}. */
async function createPreparedStatement(
  session: SqlSession,
  { query, transactionId }: SqlMessage<"ActionCreatePreparedStatementRequest">,
): Promise<Uint8Array[]> {
  if (transactionId?.length) session.checkTransaction(transactionId);
  const { executor } = session.session;
  return await session.operate(async (operation) => {
    const prepared = await session.operations.run(operation, () => prepare(executor, query));
    try {
      const returnsRows = prepared === null || prepared.columns === null || prepared.columns.length > 0;
      return [pack("ActionCreatePreparedStatementResult", {
        preparedStatementHandle: utf8.encode(session.addStatement(query)),
        datasetSchema: await knownSchema(prepared),
        parameterSchema: prepared === null ? nothing : ipcSchemaMessage(await prepared.arrowParameters()),
        isUpdate: !returnsRows,
      })];
    } finally {
      prepared?.close();
    }
  });
}

const nothing = new Uint8Array(0);

async function cancel(session: SqlSession, { endpoints = [] }: Partial<FlightInfoValue>): Promise<number> {
  let found = false;
  for (const endpoint of endpoints) {
    const packed = decoded(() => unpack(endpoint?.ticket?.ticket ?? nothing));
    if (packed?.name !== "TicketStatementQuery") continue;
    if (await session.cancelQuery(packed.value.statementHandle)) found = true;
  }
  return found ? cancelResult.cancelled : cancelResult.notCancellable;
}

type FlightInfoValue = ReturnType<typeof FlightInfo.decode>;

type Options = ReturnType<typeof SetSessionOptionsRequest.decode>["sessionOptions"];

/** `catalog` and `schema`, by the names that other servers and ADBC use; each is tried by itself. */
async function setOptions(session: SqlSession, options: Options): Promise<Uint8Array> {
  const errors: { key: string; value: { value: number } }[] = [];
  const asked = new Map(options.map((option) => [option?.key ?? "", option?.value?.stringValue ?? null]));
  for (const key of asked.keys()) {
    if (key !== "catalog" && key !== "schema") {
      errors.push({ key, value: { value: sessionOptionError.invalidName } });
    }
  }
  const [catalog = null, schema = null] = [asked.get("catalog"), asked.get("schema")];
  if (catalog === null && schema === null) return SetSessionOptionsResult.encode({ errors });
  const { executor } = session.session;
  await session.operate((operation) =>
    session.operations.run(operation, async () => {
      try {
        await executor.run(await searchPathSql(executor, catalog, schema));
      } catch (error) {
        if (!(error instanceof PgError)) throw error;
        const key = schema === null ? "catalog" : "schema";
        errors.push({ key, value: { value: sessionOptionError.invalidValue } });
      }
    })
  );
  return SetSessionOptionsResult.encode({ errors });
}

/** What `USE` does, but that the server's own functions are found as before. */
async function searchPathSql(executor: Executor, catalog: Text, schema: Text): Promise<string> {
  const now = "SELECT system.main.current_database(), system.main.current_setting('search_path')";
  const [[database, path]] = await textRows(executor, now);
  const first = [catalog ?? database!, schema ?? "main"].map(quoteName);
  const own = path?.endsWith(ownFunctions) ? ownFunctions : "";
  return `SET search_path = ${quoteText(first.join(".") + own)}`;
}

const ownFunctions = ",__duckgres.main";

async function getOptions(session: SqlSession): Promise<Uint8Array> {
  const [[catalog, schema]] = await session.operate((operation) =>
    session.operations.run(
      operation,
      () =>
        textRows(
          session.session.executor,
          "SELECT system.main.current_database(), system.main.current_schema()",
        ),
    )
  );
  const option = (key: string, stringValue: string | null) => ({ key, value: { stringValue } });
  return GetSessionOptionsResult.encode({
    sessionOptions: [option("catalog", catalog), option("schema", schema)],
  });
}
