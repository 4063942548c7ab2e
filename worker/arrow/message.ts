/**
 * Arrow's IPC messages. Encapsulated: a continuation mark, the length of the metadata, the metadata, padding to 8 bytes, the
 * body. FlightData carries metadata and body each by itself.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format
 */

/** A message's two parts. */
export interface ArrowMessage {
  /** The metadata. */
  header: Uint8Array;
  body: Uint8Array;
}

const prefixBytes = 8;
const noBody = new Uint8Array(0);

/** To the next multiple of 8. */
export function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/** Room for a message with its metadata in place; the body begins at `bodyStart` and is zeros. */
export function startMessage(
  header: Uint8Array,
  bodyLength: number,
): { bytes: Uint8Array<ArrayBuffer>; bodyStart: number } {
  const headerLength = padded(header.length);
  const bodyStart = prefixBytes + headerLength;
  const bytes = new Uint8Array(bodyStart + bodyLength);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, -1, true);
  view.setInt32(4, headerLength, true);
  bytes.set(header, prefixBytes);
  return { bytes, bodyStart };
}

/** One encapsulated message, as an IPC stream and `FlightInfo.schema` have it. */
export function encapsulated({ header, body }: ArrowMessage): Uint8Array<ArrayBuffer> {
  const { bytes, bodyStart } = startMessage(header, body.length);
  bytes.set(body, bodyStart);
  return bytes;
}

/** A schema's metadata as `FlightInfo.schema` and `SchemaResult` want it. */
export function ipcSchemaMessage(schemaHeader: Uint8Array): Uint8Array<ArrayBuffer> {
  return encapsulated({ header: schemaHeader, body: noBody });
}

/** The parts of one encapsulated message, as views of it. */
export function split(message: Uint8Array): ArrowMessage {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const bodyStart = prefixBytes + view.getInt32(4, true);
  return { header: message.subarray(prefixBytes, bodyStart), body: message.subarray(bodyStart) };
}

/** Messages as one IPC stream, from the schema's to the end mark. */
export function ipcStream(messages: readonly ArrowMessage[]): Uint8Array<ArrayBuffer> {
  const parts = messages.map(encapsulated);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, prefixBytes));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  new DataView(bytes.buffer).setInt32(at, -1, true);
  return bytes;
}
