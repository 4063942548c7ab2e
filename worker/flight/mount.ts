/** What Flight SQL adds to the worker's gRPC service, and what it gets for it. */
import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
} from "@grpc/grpc-js";
import type { FlightData } from "../api/flight/flight_data.ts";
import type {
  Criteria,
  FlightDescriptor,
  FlightInfo,
  HandshakeRequest,
  HandshakeResponse,
  PutResult,
  SchemaResult,
  Ticket,
} from "../api/flight/messages.ts";
import type { Message } from "../api/flight/protobuf.ts";
import type { WorkerSessions } from "./sessions.ts";
import type { WorkerSession } from "./worker_session.ts";

type Of<M> = M extends Message<infer T> ? Partial<T> : never;

/** The calls' handlers. Who calls has been authenticated and is no stale owner when they are called. */
export interface FlightSqlHandlers {
  handshake?: handleBidiStreamingCall<Of<typeof HandshakeRequest>, Of<typeof HandshakeResponse>>;
  listFlights?: handleServerStreamingCall<Of<typeof Criteria>, Of<typeof FlightInfo>>;
  getFlightInfo?: handleUnaryCall<Of<typeof FlightDescriptor>, Of<typeof FlightInfo>>;
  getSchema?: handleUnaryCall<Of<typeof FlightDescriptor>, Of<typeof SchemaResult>>;
  doGet?: handleServerStreamingCall<Of<typeof Ticket>, Partial<FlightData>>;
  doPut?: handleBidiStreamingCall<Partial<FlightData>, Of<typeof PutResult>>;
  /** Actions besides the worker's own, by name; each answers the bodies of its results. */
  actions?: Readonly<Record<string, FlightSqlAction>>;
}

export type FlightSqlAction = (body: Uint8Array, call: CallFacts) => Promise<readonly Uint8Array[]>;

/** What a handler may know of a call. */
export interface CallFacts {
  readonly metadata: Metadata;
  getPeer(): string;
}

/** What the handlers work on. */
export interface FlightSqlDeps {
  sessions: WorkerSessions;
  /**
   * The session a call is for: the one its header names, else its connection's own.
   *
   * @throws {FlightError} NOT_FOUND for a token that is none, and what {@linkcode WorkerSessions.create} throws
   */
  sessionOf(call: CallFacts): Promise<WorkerSession>;
  /** A fault of ours, which a call was answered with INTERNAL for. */
  onFault(error: unknown): void;
}
