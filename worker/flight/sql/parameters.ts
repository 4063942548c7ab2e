/** The values that a client puts for a statement's parameters: record batches, a row for each execution. */
import { status } from "@grpc/grpc-js";
import { MessageHeader } from "apache-arrow/fb/message-header";
import { Message } from "apache-arrow/ipc/metadata/message";
import type { FlightData } from "../../api/flight/flight_data.ts";
import type { ArrowMessage } from "../../arrow/message.ts";
import { type ArrowParameters, parametersFromArrow } from "../../arrow/parameters.ts";
import { FlightError } from "../status.ts";

/** A value for each parameter. */
export type ParameterRow = ArrowParameters;

/** A record batch with what is needed to read it. */
export interface Batch extends ArrowMessage {
  /** The schema's metadata. */
  schema: Uint8Array;
  /** The dictionary batches that came before. */
  dictionaries: readonly ArrowMessage[];
}

/**
 * The record batches among a DoPut's messages.
 *
 * @throws {FlightError} INVALID_ARGUMENT for what is no Arrow, or a batch before its schema
 */
export async function* batchesOf(
  messages: AsyncIterable<Partial<FlightData>>,
  onSchema: (header: Uint8Array) => Promise<void> = () => Promise.resolve(),
): AsyncGenerator<Batch> {
  let schema: Uint8Array | null = null;
  const dictionaries: ArrowMessage[] = [];
  for await (const { header = nothing, body = nothing } of messages) {
    if (header.length === 0) continue;
    const type = typeOf(header);
    if (type === MessageHeader.Schema) await onSchema(schema = header);
    else if (schema === null) {
      throw new FlightError(status.INVALID_ARGUMENT, "a record batch came before its schema");
    } else if (type === MessageHeader.DictionaryBatch) dictionaries.push({ header, body });
    else yield { header, body, schema, dictionaries };
  }
}

/** The rows of a record batch. @throws PgError as {@linkcode parametersFromArrow} */
export function rowsOf({ schema, header, body, dictionaries }: Batch): ParameterRow[] {
  return parametersFromArrow(schema, header, body, dictionaries);
}

const nothing = new Uint8Array(0);

function typeOf(header: Uint8Array): MessageHeader {
  try {
    return Message.decode(header).headerType;
  } catch {
    throw new FlightError(status.INVALID_ARGUMENT, "a message is not an Arrow IPC message");
  }
}
