/** gRPC's calls as functions: what they answer, what they fail with, and that their client may give up. */
import type { handleUnaryCall, Metadata, ServerUnaryCall } from "@grpc/grpc-js";
import { PgError } from "../../api/error.ts";
import type { QueryContext } from "../../api/executor.ts";
import { headers } from "../../api/flight/headers.ts";
import type { FlightSqlDeps } from "../mount.ts";
import { type CallStatus, FlightError, statusOf } from "../status.ts";
import type { Operation } from "./operations.ts";
import type { Outgoing } from "./send.ts";

/** What any call tells of its client. */
export interface Cancellable {
  readonly cancelled: boolean;
  once(event: "cancelled", listener: () => void): unknown;
}

/** Cancels the operation when the call's client gives up or is gone. */
export function cancelWith(call: Cancellable, operation: Operation): void {
  call.once("cancelled", () => operation.cancel());
  if (call.cancelled) operation.cancel();
}

/** What a call's headers say of the query it is part of; a trace without an id is given one. */
export function queryContextOf(metadata: Metadata): QueryContext | undefined {
  const [id] = metadata.get(headers.queryId);
  const [traceparent] = metadata.get(headers.traceparent);
  if (id === undefined && traceparent === undefined) return undefined;
  return {
    id: id === undefined ? crypto.randomUUID() : String(id).slice(0, 64),
    traceparent: traceparent === undefined ? undefined : String(traceparent),
  };
}

/** A call with one request and one answer. */
export function unary<Q, A>(
  deps: FlightSqlDeps,
  answer: (call: ServerUnaryCall<Q, A>) => Promise<A>,
): handleUnaryCall<Q, A> {
  return (call, callback) => {
    answer(call).then((value) => callback(null, value), (error) => callback(failure(deps, error)));
  };
}

/** A call that answers a stream. */
export function streaming<C extends Outgoing<unknown> & { end(): unknown }>(
  deps: FlightSqlDeps,
  answer: (call: C) => Promise<void>,
): (call: C) => void {
  return (call) => {
    answer(call).then(() => call.end(), (error) => call.emit("error", failure(deps, error)));
  };
}

function failure({ sessions, onFault }: FlightSqlDeps, error: unknown): CallStatus {
  sessions.noteError(error);
  if (!(error instanceof PgError) && !(error instanceof FlightError)) onFault(error);
  return statusOf(error);
}
