/** The messages of Arrow Flight's gRPC service, but for FlightData (`flight_data.ts`). Field numbers are the protocol's. */
import { bytes, flag, int32, int64, message, nested, repeated, text } from "./protobuf.ts";

export const descriptorType = { unknown: 0, path: 1, command: 2 } as const;

export const FlightDescriptor = message({ type: int32(1), cmd: bytes(2), path: repeated(text(3)) });
export const Ticket = message({ ticket: bytes(1) });
export const Location = message({ uri: text(1) });
export const Timestamp = message({ seconds: int64(1), nanos: int32(2) });
export const FlightEndpoint = message({
  ticket: nested(1, Ticket),
  locations: repeated(nested(2, Location)),
  expirationTime: nested(3, Timestamp),
  appMetadata: bytes(4),
});
export const FlightInfo = message({
  /** An IPC-encapsulated Arrow schema. */
  schema: bytes(1),
  descriptor: nested(2, FlightDescriptor),
  endpoints: repeated(nested(3, FlightEndpoint)),
  /** -1 while unknown. */
  totalRecords: int64(4),
  totalBytes: int64(5),
  ordered: flag(6),
  appMetadata: bytes(7),
});
export const SchemaResult = message({ schema: bytes(1) });
export const PutResult = message({ appMetadata: bytes(1) });
export const Criteria = message({ expression: bytes(1) });
export const HandshakeRequest = message({ protocolVersion: int64(1), payload: bytes(2) });
export const HandshakeResponse = message({ protocolVersion: int64(1), payload: bytes(2) });
export const Action = message({ type: text(1), body: bytes(2) });
export const ActionResult = message({ body: bytes(1) });
export const ActionType = message({ type: text(1), description: text(2) });
export const Empty = message({});
