/**
 * Small Arrow tables made of JavaScript values, for answers that are not a query's (catalogues, SqlInfo). Results of
 * queries never come this way.
 */
import {
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  type Schema,
  Struct,
  Table,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { Message } from "apache-arrow/ipc/metadata/message";
import { type ArrowMessage, ipcSchemaMessage } from "../../arrow/message.ts";
import { schemaHeader } from "../../arrow/schema.ts";

/** The schema's message and, where there are rows, those of its batches. `rows` hold a value for each field. */
export function arrowTable(schema: Schema, rows: readonly (readonly unknown[])[]): ArrowMessage[] {
  const columns = schema.fields.map((field, i) =>
    vectorFromArray(rows.map((row) => row[i]), field.type) as Vector
  );
  return messagesOf(schema, columns, rows.length);
}

/** As {@linkcode arrowTable}, of columns that exist already. */
export function messagesOf(schema: Schema, columns: readonly Vector[], rows: number): ArrowMessage[] {
  if (rows === 0) return [{ header: schemaHeader(schema), body: new Uint8Array(0) }];
  const data = makeData({
    type: new Struct(schema.fields),
    length: rows,
    nullCount: 0,
    children: columns.map((column) => column.data[0]),
  });
  const table = new Table(schema, [new RecordBatch(schema, data)]);
  return split(RecordBatchStreamWriter.writeAll(table).toUint8Array(true));
}

/** The schema as an encapsulated IPC message, as FlightInfo and Flight SQL's answers want it. */
export function ipcSchema(schema: Schema): Uint8Array {
  return ipcSchemaMessage(schemaHeader(schema));
}

/** An IPC stream cut into its messages. */
function split(stream: Uint8Array): ArrowMessage[] {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const messages: ArrowMessage[] = [];
  let at = 0;
  while (at + 8 <= stream.length) {
    const length = view.getInt32(at + 4, true);
    if (length === 0) break;
    const header = stream.subarray(at + 8, at + 8 + length);
    const bodyStart = at + 8 + length;
    at = bodyStart + Number(Message.decode(header).bodyLength);
    messages.push({ header, body: stream.subarray(bodyStart, at) });
  }
  return messages;
}
