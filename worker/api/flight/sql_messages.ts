/**
 * The messages of Arrow Flight SQL. Commands and the bodies of its actions travel packed in `google.protobuf.Any`; the
 * session's actions (`SetSessionOptions`, …) and `CancelFlightInfo` are Flight's own and travel bare.
 *
 * @see https://arrow.apache.org/docs/format/FlightSql.html
 */
import { FlightInfo } from "./messages.ts";
import {
  bytes,
  flag,
  int32,
  int64,
  type Message,
  message,
  nested,
  optional,
  repeated,
  text,
} from "./protobuf.ts";

export const Any = message({ typeUrl: text(1), value: bytes(2) });

const typePrefix = "type.googleapis.com/arrow.flight.protocol.sql.";

const keysOf = { catalog: optional(text(1)), dbSchema: optional(text(2)), table: text(3) };
const statement = { query: text(1), transactionId: optional(bytes(2)) };
const preparedHandle = { preparedStatementHandle: bytes(1) };
const entry = <T>(value: Message<T>) => message({ key: text(1), value: nested(2, value) });

export const ifNotExist = { unspecified: 0, create: 1, fail: 2 } as const;
export const ifExists = { unspecified: 0, fail: 1, append: 2, replace: 3 } as const;
export const endTransaction = { unspecified: 0, commit: 1, rollback: 2 } as const;
/** Of both `CancelQuery` and `CancelFlightInfo`. */
export const cancelResult = { unspecified: 0, cancelled: 1, cancelling: 2, notCancellable: 3 } as const;
export const closeSessionStatus = { unspecified: 0, closed: 1, closing: 2, notCloseable: 3 } as const;
export const sessionOptionError = { unspecified: 0, invalidName: 1, invalidValue: 2, error: 3 } as const;

/** All that is packed in an `Any`, by name. */
export const sqlMessages = {
  CommandGetSqlInfo: message({ info: repeated(int32(1)) }),
  CommandGetXdbcTypeInfo: message({ dataType: optional(int32(1)) }),
  CommandGetCatalogs: message({}),
  CommandGetDbSchemas: message({ catalog: optional(text(1)), dbSchemaFilterPattern: optional(text(2)) }),
  CommandGetTables: message({
    catalog: optional(text(1)),
    dbSchemaFilterPattern: optional(text(2)),
    tableNameFilterPattern: optional(text(3)),
    tableTypes: repeated(text(4)),
    includeSchema: flag(5),
  }),
  CommandGetTableTypes: message({}),
  CommandGetPrimaryKeys: message(keysOf),
  CommandGetExportedKeys: message(keysOf),
  CommandGetImportedKeys: message(keysOf),
  CommandGetCrossReference: message({
    pkCatalog: optional(text(1)),
    pkDbSchema: optional(text(2)),
    pkTable: text(3),
    fkCatalog: optional(text(4)),
    fkDbSchema: optional(text(5)),
    fkTable: text(6),
  }),
  CommandStatementQuery: message(statement),
  CommandStatementUpdate: message(statement),
  CommandStatementIngest: message({
    tableDefinitionOptions: nested(1, message({ ifNotExist: int32(1), ifExists: int32(2) })),
    table: text(2),
    schema: optional(text(3)),
    catalog: optional(text(4)),
    temporary: flag(5),
    transactionId: optional(bytes(6)),
  }),
  CommandPreparedStatementQuery: message(preparedHandle),
  CommandPreparedStatementUpdate: message(preparedHandle),
  TicketStatementQuery: message({ statementHandle: bytes(1) }),
  ActionCreatePreparedStatementRequest: message(statement),
  ActionCreatePreparedStatementResult: message({
    ...preparedHandle,
    /** IPC-encapsulated Arrow schemas; empty where unknown. */
    datasetSchema: bytes(2),
    parameterSchema: bytes(3),
    isUpdate: optional(flag(4)),
  }),
  ActionClosePreparedStatementRequest: message(preparedHandle),
  ActionBeginTransactionRequest: message({}),
  ActionBeginTransactionResult: message({ transactionId: bytes(1) }),
  ActionEndTransactionRequest: message({ transactionId: bytes(1), action: int32(2) }),
  ActionCancelQueryRequest: message({ info: bytes(1) }),
  ActionCancelQueryResult: message({ result: int32(1) }),
} as const;

/** A name in {@linkcode sqlMessages}. */
export type SqlMessageName = keyof typeof sqlMessages;

/** What the message of that name holds. */
export type SqlMessage<N extends SqlMessageName> = typeof sqlMessages[N] extends Message<infer T> ? T : never;

/** One message with its name; narrow it with `name`. */
export type Packed = { [N in SqlMessageName]: { name: N; value: SqlMessage<N> } }[SqlMessageName];

/** Answers to a DoPut: bare in `PutResult.appMetadata`. */
export const DoPutUpdateResult = message({ recordCount: int64(1) });
export const DoPutPreparedStatementResult = message({ preparedStatementHandle: optional(bytes(1)) });

export const CancelFlightInfoRequest = message({ info: nested(1, FlightInfo) });
export const CancelFlightInfoResult = message({ status: int32(1) });
/** Of its kinds of value only the text is read. */
export const SessionOptionValue = message({ stringValue: optional(text(1)) });
export const SetSessionOptionsRequest = message({
  sessionOptions: repeated(nested(1, entry(SessionOptionValue))),
});
export const SetSessionOptionsResult = message({
  errors: repeated(nested(1, entry(message({ value: int32(1) })))),
});
export const GetSessionOptionsResult = message({
  sessionOptions: repeated(nested(1, entry(SessionOptionValue))),
});
export const CloseSessionResult = message({ status: int32(1) });

/** The message as an encoded `Any`. */
export function pack<N extends SqlMessageName>(name: N, value: Partial<SqlMessage<N>>): Uint8Array {
  const type = sqlMessages[name] as unknown as Message<SqlMessage<N>>;
  return Any.encode({ typeUrl: typePrefix + name, value: type.encode(value) });
}

/**
 * What an encoded `Any` holds; `null` where that is not a message of {@linkcode sqlMessages}.
 *
 * @throws {Error} for bytes that are no protobuf message
 */
export function unpack(any: Uint8Array): Packed | null {
  const { typeUrl, value } = Any.decode(any);
  const name = typeUrl.slice(typePrefix.length);
  if (!typeUrl.startsWith(typePrefix) || !Object.hasOwn(sqlMessages, name)) return null;
  return { name, value: sqlMessages[name as SqlMessageName].decode(value) } as Packed;
}
