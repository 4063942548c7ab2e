/** The control plane's side of one worker. */
import "../../worker/api/flight/http2_guard.ts";
import { Buffer } from "node:buffer";
import { Client, type ClientReadableStream, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { PgError } from "../../worker/api/error.ts";
import type { Executor } from "../../worker/api/executor.ts";
import {
  actions,
  type CreateSession,
  type DestroySession,
  type Health,
  type Owner,
  type SessionCreated,
  type SessionProgress,
  type SetLimits,
} from "../../worker/api/flight/actions.ts";
import { headers } from "../../worker/api/flight/headers.ts";
import { channelOptions, flightService } from "../../worker/api/flight/service.ts";
import { callError } from "./call_error.ts";
import { type RemoteExecutor, remoteExecutor } from "./remote_executor.ts";
import { connectSession, type SessionAddress } from "./session_connection.ts";

export { WorkerCallError } from "./call_error.ts";

/** Where a worker is, and who we are to it. */
export interface WorkerAddress extends SessionAddress {
  token: string;
  owner: Owner;
}

/** A session on a worker. */
export interface FlightSession {
  executor: Executor;
  /** 64 hex digits. */
  token: string;
}

/**
 * Every call fails with the worker's own `PgError`, or with a {@linkcode WorkerCallError} where it was not answered; with
 * the signal's reason when that was aborted.
 */
export interface WorkerClient {
  createSession(request: CreateSession, signal?: AbortSignal): Promise<FlightSession>;
  /** Ends a session that has no connection, or whose connection does not end. */
  destroySession(token: string, signal?: AbortSignal): Promise<void>;
  /** Also tells the sessions here how far their statements are. */
  health(signal?: AbortSignal): Promise<Health>;
  setLimits(limits: Omit<SetLimits, keyof Owner>, signal?: AbortSignal): Promise<void>;
  logQuery(entries: readonly unknown[], signal?: AbortSignal): Promise<void>;
  /** Any action of the worker's. */
  action(name: string, request: object, signal?: AbortSignal): Promise<Record<string, unknown>>;
  /** Ends all sessions that are left, whose clients are told `reason`, and the connection. */
  close(reason?: PgError): void;
}

/** The worker may not be there yet, or restart: it is looked for again this often, in milliseconds. */
const reconnect = { "grpc.initial_reconnect_backoff_ms": 50, "grpc.max_reconnect_backoff_ms": 500 } as const;

const clientOptions = {
  ...channelOptions,
  ...reconnect,
  /** The address may be that of a worker that is no more: its connection is not this one's. */
  "grpc.use_local_subchannel_pool": 1,
} as const;

/** Connects when it is first used. */
export function connectWorker({ address, token, tls, owner }: WorkerAddress): WorkerClient {
  const client = new Client(address, channelCredentials(tls), {
    ...clientOptions,
    ...(tls?.serverName && { "grpc.ssl_target_name_override": tls.serverName }),
  });
  const sessions = new Map<string, RemoteExecutor>();

  function callMetadata(): Metadata {
    const metadata = new Metadata();
    metadata.set(headers.authorization, `Bearer ${token}`);
    if (owner.worker_id !== undefined) metadata.set(headers.workerId, String(owner.worker_id));
    if (owner.owner_epoch !== undefined) metadata.set(headers.ownerEpoch, String(owner.owner_epoch));
    if (owner.cp_instance_id !== undefined) metadata.set(headers.controlPlane, owner.cp_instance_id);
    return metadata;
  }

  async function action<T>(type: string, request: object, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const { path, requestSerialize, responseDeserialize } = flightService.doAction;
    const body = Buffer.from(JSON.stringify(request));
    const call = client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { type, body },
      callMetadata(),
    );
    const result = await firstOf(call, signal);
    return JSON.parse(new TextDecoder().decode(result.body)) as T;
  }

  function openSession(session: string): RemoteExecutor {
    const hello = { ...owner, authorization: token, session };
    const executor = remoteExecutor(
      (events) => connectSession({ address, tls }, hello, events),
      () => sessions.delete(session),
    );
    sessions.set(session, executor);
    return executor;
  }

  function tellProgress(progress: Health["session_progress"]): void {
    for (const [session, executor] of sessions) {
      const told = progress[session.slice(0, 16)];
      executor.setProgress(told === undefined ? null : progressOf(told));
    }
  }

  return {
    async createSession(request, signal) {
      const creating = action<SessionCreated>(actions.createSession, { ...owner, ...request });
      const { session_token: session } = await abortable(creating, signal, (late) => {
        action(actions.destroySession, { ...owner, session_token: late.session_token }).catch(() => {});
      });
      return { executor: openSession(session), token: session };
    },
    async destroySession(session, signal) {
      const request: DestroySession = { ...owner, session_token: session };
      await action(actions.destroySession, request, signal);
    },
    async health(signal) {
      const health = await action<Health>(actions.healthCheck, {}, signal);
      tellProgress(health.session_progress);
      return health;
    },
    async setLimits(limits, signal) {
      await action(actions.setLimits, { ...owner, ...limits }, signal);
    },
    async logQuery(entries, signal) {
      await action(actions.logQuery, { ...owner, entries }, signal);
    },
    action: (name, request, signal) => action(name, { ...owner, ...request }, signal),
    close(reason = closedReason()) {
      for (const executor of [...sessions.values()]) executor.lose(reason);
      client.close();
    },
  };
}

function channelCredentials(tls: WorkerAddress["tls"]): ReturnType<typeof credentials.createInsecure> {
  return tls === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(tls.ca));
}

/** The first result of a call; the call is cancelled when the signal is aborted. */
function firstOf<T>(call: ClientReadableStream<T>, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      call.cancel();
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    call.once("data", resolve);
    call.once("error", (error: ServiceError) => reject(callError(error)));
    call.once("end", () => reject(new Error("the worker answered nothing")));
    call.once("status", () => signal?.removeEventListener("abort", abort));
  });
}

/** Waits no longer than the signal lets it; what comes too late is handed to `discard`. */
function abortable<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  discard: (late: T) => void,
): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      work.then(discard, () => {});
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function progressOf({ pct, rows, total, stalled }: SessionProgress): ReturnType<Executor["progress"]> {
  return { percentage: pct, rows, total, stalled };
}

function closedReason(): PgError {
  return new PgError("57P01", "terminating connection due to administrator command", { severity: "FATAL" });
}
