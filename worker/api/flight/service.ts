/** Arrow Flight's gRPC service, as grpc-js wants it described; the same table for servers and clients. */
import { Buffer } from "node:buffer";
import type { MethodDefinition } from "@grpc/grpc-js";
import { decodeFlightData, encodeFlightData, type FlightData } from "./flight_data.ts";
import {
  Action,
  ActionResult,
  ActionType,
  Criteria,
  Empty,
  FlightDescriptor,
  FlightInfo,
  HandshakeRequest,
  HandshakeResponse,
  PutResult,
  SchemaResult,
  Ticket,
} from "./messages.ts";
import type { Message } from "./protobuf.ts";

/** Largest message either way, in bytes. */
export const maxMessageBytes = 1 << 30;

/** Options for both a grpc-js server and client. */
export const channelOptions = {
  "grpc.max_receive_message_length": maxMessageBytes,
  "grpc.max_send_message_length": maxMessageBytes,
} as const;

interface Codec<T> {
  serialize(value: T): Buffer;
  deserialize(bytes: Buffer): T;
}

function codec<T>(type: Message<T>): Codec<Partial<T>> {
  return {
    serialize(value) {
      const bytes = type.encode(value);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    deserialize: (bytes) => type.decode(bytes) as Partial<T>,
  };
}

const flightData: Codec<Partial<FlightData>> = {
  serialize: encodeFlightData,
  deserialize: decodeFlightData,
};

function method<Q, A>(
  name: string,
  request: Codec<Q>,
  response: Codec<A>,
  streams: { request?: true; response?: true } = {},
): MethodDefinition<Q, A> {
  return {
    path: `/arrow.flight.protocol.FlightService/${name}`,
    requestStream: streams.request ?? false,
    responseStream: streams.response ?? false,
    requestSerialize: request.serialize,
    requestDeserialize: request.deserialize,
    responseSerialize: response.serialize,
    responseDeserialize: response.deserialize,
  };
}

const both = { request: true, response: true } as const;

export const flightService = {
  handshake: method("Handshake", codec(HandshakeRequest), codec(HandshakeResponse), both),
  listFlights: method("ListFlights", codec(Criteria), codec(FlightInfo), { response: true }),
  getFlightInfo: method("GetFlightInfo", codec(FlightDescriptor), codec(FlightInfo)),
  getSchema: method("GetSchema", codec(FlightDescriptor), codec(SchemaResult)),
  doGet: method("DoGet", codec(Ticket), flightData, { response: true }),
  doPut: method("DoPut", flightData, codec(PutResult), both),
  doExchange: method("DoExchange", flightData, flightData, both),
  doAction: method("DoAction", codec(Action), codec(ActionResult), { response: true }),
  listActions: method("ListActions", codec(Empty), codec(ActionType), { response: true }),
} as const;
