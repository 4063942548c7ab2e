/** The worker's gRPC server: Arrow Flight, the sessions' streams, and the worker's own actions. */
import "../api/flight/http2_guard.ts";
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  Server,
  type ServerDuplexStream,
  type ServerWritableStream,
  status,
} from "@grpc/grpc-js";
import type { Socket } from "node:net";
import { PgError } from "../api/error.ts";
import type { DatabaseTarget, Health } from "../api/flight/actions.ts";
import { headers } from "../api/flight/headers.ts";
import { channelOptions, flightService } from "../api/flight/service.ts";
import type { SessionHello } from "../api/session/messages.ts";
import type { LocalDatabase } from "../database.ts";
import { workerActions } from "./actions.ts";
import { authorizationOf, bearerCheck } from "./auth.ts";
import { createFence, ownerOf } from "./fence.ts";
import { healthWatch } from "./health.ts";
import { listen, type ListenAddress } from "./listen.ts";
import type { CallFacts, FlightSqlDeps, FlightSqlHandlers } from "./mount.ts";
import { serveConnection } from "./session_connection.ts";
import { type SessionTimes, WorkerSessions } from "./sessions.ts";
import type { WorkerSession } from "./worker_session.ts";
import { FlightError, statusOf } from "./status.ts";

export type { ListenAddress } from "./listen.ts";

/** What a worker's server is put together from. */
export interface FlightServerOptions {
  listen: ListenAddress;
  /** Every call must bring it. */
  token: string;
  /** 0: no bound. */
  maxSessions: number;
  /** `null`: the worker's own database. */
  openDatabase(target: DatabaseTarget | null, username: string): Promise<LocalDatabase>;
  /** The id the control plane knows the worker by, where it was told: calls meant for another are refused. */
  workerId?: number | null;
  times?: Partial<SessionTimes>;
  /** Flight SQL, for clients that speak to the worker directly. */
  flightSql?: (deps: FlightSqlDeps) => FlightSqlHandlers;
  onLogQuery?: (entries: readonly unknown[]) => void;
  /** A fault of ours, which a call was answered with INTERNAL for. */
  onFault(error: unknown): void;
}

/** See {@linkcode startFlightServer}. */
export interface FlightServer {
  /** Of TCP only. */
  readonly port: number | null;
  readonly sessions: WorkerSessions;
  health(): Health;
  /** See {@linkcode WorkerSessions.drain}. */
  drain(limitMs: number): Promise<void>;
  /** Ends all sessions and connections. The databases stay open: they are whoever's opened them. */
  stop(): Promise<void>;
}

/** How often it is looked for what was left alone, in milliseconds. */
const reapEvery = 5_000;

/** How long connections may take to end by themselves, in milliseconds. */
const closeLimit = 1_000;

/**
 * Starts a worker's server.
 *
 * @throws {Error} where it cannot listen
 */
export async function startFlightServer(options: FlightServerOptions): Promise<FlightServer> {
  const sessions = new WorkerSessions(options);
  const fence = createFence(options.workerId ?? null, () => {
    sessions.endAll(
      new PgError("57P01", "terminating connection because its worker has a new owner", {
        severity: "FATAL",
      }),
    ).catch(options.onFault);
  });
  const watch = healthWatch(sessions);
  const authenticate = bearerCheck(options.token);
  const deps: FlightSqlDeps = {
    sessions,
    onFault: options.onFault,
    // deno-lint-ignore require-await -- errors must reject
    async sessionOf(call) {
      const token = tokenOf(call.metadata);
      return token === "" ? sessions.implicit(call.getPeer()) : sessions.byToken(token);
    },
  };
  const flightSql = options.flightSql?.(deps) ?? {};
  const sqlActions = new Map(Object.entries(flightSql.actions ?? {}));
  const own = workerActions({
    sessions,
    fence,
    watch,
    onLogQuery: options.onLogQuery ?? (() => {}),
  });

  function failure(error: unknown): ReturnType<typeof statusOf> {
    sessions.noteError(error);
    if (!(error instanceof PgError) && !(error instanceof FlightError)) options.onFault(error);
    return statusOf(error);
  }

  /** @throws {FlightError} for a caller that is not allowed, or no longer */
  function admit({ metadata }: CallFacts): void {
    authenticate(authorizationOf(metadata));
    fence.check(ownerOf(metadata));
  }

  function refuse(call: Emitter, error: unknown): void {
    call.emit("error", failure(error));
  }

  function stream<C extends CallFacts & Emitter>(handler: (call: C) => void): (call: C) => void {
    return (call) => {
      try {
        admit(call);
        handler(call);
      } catch (error) {
        refuse(call, error);
      }
    };
  }

  function unary<Q, A>(handler: handleUnaryCall<Q, A>): handleUnaryCall<Q, A> {
    return (call, callback) => {
      try {
        admit(call);
        handler(call, callback);
      } catch (error) {
        callback(failure(error));
      }
    };
  }

  const doAction: handleServerStreamingCall<Partial<ActionMessage>, { body: Uint8Array }> = (call) => {
    const { type = "", body = new Uint8Array(0) } = call.request;
    const token = tokenOf(call.metadata);
    const results = Object.hasOwn(own, type)
      ? own[type](body, token).then((result) => [result])
      : sqlActions.get(type)?.(body, call) ?? Promise.reject(unknownAction(type));
    answerAll(call, results).catch((error) => refuse(call, error));
  };

  /** @throws {FlightError} as {@linkcode admit}, NOT_FOUND, ALREADY_EXISTS */
  function sessionFor({ authorization, session: name, ...owner }: SessionHello): WorkerSession {
    authenticate(`Bearer ${authorization}`);
    fence.check(owner);
    const session = sessions.byToken(String(name));
    if (session.onEnd === null) return session;
    throw new FlightError(status.ALREADY_EXISTS, "session already has a connection");
  }

  function listActions(call: ServerWritableStream<unknown, { type: string }>): void {
    for (const type of [...Object.keys(own), ...sqlActions.keys()]) call.write({ type });
    call.end();
  }

  const { handshake, listFlights, doGet, doPut, getFlightInfo, getSchema } = flightSql;
  const server = new Server({ ...channelOptions, ...serverOptions });
  server.addService(flightService, {
    doAction: stream(doAction),
    doExchange: stream((_call: ServerDuplexStream<unknown, unknown>) => {
      throw new FlightError(status.UNIMPLEMENTED, "DoExchange is not served");
    }),
    listActions: stream(listActions),
    ...(handshake && { handshake: stream(handshake) }),
    ...(listFlights && { listFlights: stream(listFlights) }),
    ...(doGet && { doGet: stream(doGet) }),
    ...(doPut && { doPut: stream(doPut) }),
    ...(getFlightInfo && { getFlightInfo: unary(getFlightInfo) }),
    ...(getSchema && { getSchema: unary(getSchema) }),
  });
  const connections = new Set<Socket>();
  const listening = await listen(server, options.listen, {
    peerGone: (peer) => void sessions.peerGone(peer).catch(options.onFault),
    session(socket) {
      connections.add(socket);
      socket.once("close", () => connections.delete(socket));
      serveConnection(socket, {
        admit: sessionFor,
        error: (error) => sessions.noteError(error),
        over: (session) => void sessions.end(session, null).catch(options.onFault),
      });
    },
  });
  const reaper = setInterval(() => void sessions.reap().catch(options.onFault), reapEvery);

  return {
    port: listening.port,
    sessions,
    health: () => watch.health(),
    drain: (limitMs) => sessions.drain(limitMs),
    async stop() {
      clearInterval(reaper);
      listening.close();
      await sessions.endAll(null);
      await closed(server);
      for (const socket of connections) socket.destroy();
      if ("path" in options.listen) await Deno.remove(options.listen.path).catch(() => {});
    },
  };
}

interface Emitter {
  emit(event: string, value: unknown): boolean;
}

interface ActionMessage {
  type: string;
  body: Uint8Array;
}

/** A stream can receive much at once (COPY), and must not be held up by others on its connection. */
const serverOptions = { "grpc-node.flow_control_window": 1 << 20 } as const;

async function answerAll(
  call: ServerWritableStream<unknown, { body: Uint8Array }>,
  results: Promise<readonly Uint8Array[]>,
): Promise<void> {
  for (const body of await results) call.write({ body });
  call.end();
}

function tokenOf(metadata: Metadata): string {
  const [token = ""] = metadata.get(headers.session);
  return String(token);
}

function unknownAction(type: string): FlightError {
  return new FlightError(status.UNIMPLEMENTED, `unknown action "${type}"`);
}

/** Lets calls end, then ends them. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(); // first, as the next may throw for a connection that has just gone
      server.forceShutdown();
    }, closeLimit);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
