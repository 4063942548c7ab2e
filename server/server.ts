import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { PgError } from "../worker/api/error.ts";
import type { Executor, SessionIdentity } from "../worker/api/executor.ts";
import { CancelKeys } from "./cancel_keys.ts";
import type { ClientFacts, ServerObserver } from "./observer.ts";
import { apply } from "./session/commands.ts";
import { Session } from "./session/session.ts";
import { Peers } from "./session/state/peers.ts";
import { SessionSettings } from "./session/settings.ts";
import { authenticate } from "./wire/auth/authenticate.ts";
import type { Credentials } from "./wire/auth/credentials.ts";
import type { RateLimiter } from "./wire/auth/rate_limit.ts";
import type { Connection } from "./wire/connection.ts";
import { parseOptions } from "./wire/options.ts";
import { cancelSecret, negotiate, type Outcome, type TlsMode } from "./wire/startup.ts";
import type { TlsIdentity } from "./wire/tls.ts";

/** What the PostgreSQL side of the server is put together from. */
export interface ServerOptions {
  tls: TlsMode;
  /** Needed unless `tls` is `off`. */
  identity?: TlsIdentity;
  credentials: Credentials;
  limiter: RateLimiter;
  isSuperuser(user: string): boolean;
  /** Whether files are open to users who are not superusers; the executor's sandbox knows which. */
  locationsAllowed: boolean;
  /**
   * Opens the user's database for a session. The client already knows its cancel key: `signal` is aborted when it
   * cancels or leaves before the executor is there.
   */
  connect(identity: SessionIdentity, signal: AbortSignal): Promise<Executor>;
  observer: ServerObserver;
  /** Milliseconds; 0 or less for none. */
  idleTimeout: number;
  /** How long {@linkcode ServerOptions.connect} may take, in milliseconds. */
  sessionInitTimeout: number;
}

type Startup = Extract<Outcome, { kind: "startup" }>;

/** How long what was interrupted may take to end, in milliseconds: DuckDB does not hear it while it binds a statement. */
const interruptLimit = 5_000;

/** Accepts PostgreSQL clients, one {@linkcode Session} each. */
export class Server {
  readonly #options: ServerOptions;
  readonly #net = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  readonly #cancelKeys = new CancelKeys(Deno.pid);
  readonly #sessions = new Set<Session>();
  readonly #peers = new Peers();
  readonly #clients = new Set<Promise<void>>();
  readonly #sockets = new Set<Socket>();
  /** Aborted when the server stops: ends what has not yet said who it is. */
  readonly #stop = new AbortController();
  /** Known by name, and not yet with a session. */
  readonly #loggingIn = new Set<Connection>();
  #stopping: PgError | null = null;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /**
   * Starts to listen; answers the port.
   *
   * @throws {Error} of Node with `code`, e.g. `EADDRINUSE`
   */
  async listen(host: string, port: number): Promise<number> {
    this.#net.listen({ host, port, backlog: 511 });
    await once(this.#net, "listening");
    const address = this.#net.address();
    return typeof address === "object" && address ? address.port : port;
  }

  /** Sessions that have begun and not ended. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /**
   * Stops accepting and ends the sessions: idle ones at once, busy ones when their statement is over or when `drain`
   * milliseconds are up, all with 57P01. Resolves when every client is gone, or cut off.
   */
  async stop(drain: number): Promise<void> {
    this.#stopping = new PgError("57P01", "terminating connection due to administrator command", {
      severity: "FATAL",
    });
    this.#net.close();
    for (const session of this.#sessions) session.end(this.#stopping);
    for (const connection of this.#loggingIn) connection.stopReading();
    this.#stop.abort();
    const gone = Promise.allSettled([...this.#clients]);
    if (await finishesWithin(gone, drain)) return;
    this.abort();
    if (await finishesWithin(gone, interruptLimit)) return;
    for (const session of this.#sessions) session.abandon(this.#stopping);
    await finishesWithin(gone, 1_000);
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Interrupts what still runs; used when draining takes too long, or when asked to stop a second time. */
  abort(): void {
    const reason = this.#stopping ?? new PgError("57P01", "terminating connection", { severity: "FATAL" });
    for (const session of this.#sessions) session.end(reason, true);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    const client = this.#serve(socket).catch((error) => {
      this.#options.observer.fault(error);
      socket.destroy();
    });
    this.#clients.add(client);
    client.finally(() => this.#clients.delete(client));
  }

  async #serve(socket: Socket): Promise<void> {
    const { observer, limiter, tls, identity } = this.#options;
    const address = socket.remoteAddress ?? "";
    const admission = limiter.admit(address);
    if (admission.refusal) observer.refused(address, admission.refusal);
    try {
      const outcome = await negotiate(socket, {
        tls,
        identity,
        refusal: this.#refusal() ?? admission.refusal,
        signal: this.#stop.signal,
      });
      if (outcome.kind === "closed") return observer.notStarted(address, outcome.reason);
      if (outcome.kind === "startup") return await this.#serveClient(outcome);
      if (this.#cancelKeys.cancel(outcome)) observer.cancelRequested();
      outcome.close();
    } finally {
      admission.release();
    }
  }

  #refusal(): PgError | null {
    if (!this.#stopping) return null;
    return new PgError("57P03", "the database system is shutting down", { severity: "FATAL" });
  }

  async #serveClient(startup: Startup): Promise<void> {
    const { connection } = startup;
    this.#loggingIn.add(connection);
    try {
      if (await this.#authenticated(startup)) await this.#runSession(startup);
      else if (this.#stopping) throw this.#refusal();
    } catch (error) {
      const known = fatal(error);
      this.#options.observer.loginFailed(factsOf(startup, 0), known);
      connection.writer.errorResponse(known);
    } finally {
      this.#loggingIn.delete(connection);
      await connection.end();
    }
  }

  async #authenticated({ connection, parameters }: Startup): Promise<boolean> {
    const { limiter, credentials } = this.#options;
    const user = parameters.get("user")!;
    try {
      if (!await authenticate(connection, credentials, { user })) return false;
      limiter.succeeded(connection.remoteAddress);
      return true;
    } catch (error) {
      if (error instanceof PgError && error.sqlstate === "28P01") limiter.failed(connection.remoteAddress);
      throw error;
    }
  }

  async #runSession(startup: Startup): Promise<void> {
    const { observer, idleTimeout, locationsAllowed } = this.#options;
    const { connection, parameters, protocol } = startup;
    const user = parameters.get("user")!;
    const superuser = this.#options.isSuperuser(user);
    const settings = settingsOf(parameters, user, superuser);
    const waiting = new AbortController();
    let session: Session | null = null;
    const key = this.#cancelKeys.add(
      cancelSecret(protocol),
      () => session ? session.cancel() : waiting.abort(),
    );
    const facts = factsOf(startup, key.pid);
    const started = performance.now();
    try {
      // The key goes out first, so that a client can cancel while it waits for its database.
      greet(connection, settings, key);
      await connection.flush();
      const executor = await this.#executor(facts, connection, waiting);
      await applyOrClose(executor, settings);
      const watched = observer.sessionStarted(facts, (performance.now() - started) / 1000);
      session = new Session({
        connection,
        executor,
        settings,
        user,
        superuser,
        pid: key.pid,
        database: facts.database,
        remote: facts.remote,
        peers: this.#peers,
        locationsAllowed,
        observer: watched,
        idleTimeout,
      });
      this.#loggingIn.delete(connection);
      this.#sessions.add(session);
      if (this.#stopping) session.end(this.#stopping);
      watched.ended(await session.run());
    } finally {
      if (session) this.#sessions.delete(session);
      this.#cancelKeys.remove(key.pid);
    }
  }

  async #executor(facts: ClientFacts, connection: Connection, waiting: AbortController): Promise<Executor> {
    connection.onClose = () => waiting.abort();
    const { pid, user, database } = facts;
    const limit = this.#options.sessionInitTimeout;
    const opening = this.#options.connect({ pid, user, database }, waiting.signal);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      const refuse = (sqlstate: string, message: string) =>
        reject(new PgError(sqlstate, message, { severity: "FATAL" }));
      waiting.signal.addEventListener("abort", () => {
        refuse("57014", "canceling authentication due to user request");
      });
      if (limit > 0) {
        timer = setTimeout(
          () => refuse("57P03", `the database could not be opened within ${limit} ms`),
          limit,
        );
      }
    });
    try {
      return await Promise.race([opening, givenUp]);
    } catch (error) {
      // What opens too late is given back.
      opening.then((executor) => executor.close(), () => {});
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

async function applyOrClose(executor: Executor, settings: SessionSettings): Promise<void> {
  try {
    await apply({ executor }, settings.startupChanges());
  } catch (error) {
    await executor.close();
    throw error;
  }
}

function settingsOf(
  parameters: ReadonlyMap<string, string>,
  user: string,
  superuser: boolean,
): SessionSettings {
  const given = new Map(parameters);
  for (const name of ["user", "database", "options", "replication"]) given.delete(name);
  for (const [name, value] of parseOptions(parameters.get("options") ?? "")) {
    if (!given.has(name)) given.set(name, value);
  }
  return new SessionSettings({ user, superuser, parameters: given });
}

function greet(
  connection: Connection,
  settings: SessionSettings,
  key: { pid: number; secret: Uint8Array },
): void {
  for (const [name, value] of settings.reported()) connection.writer.parameterStatus(name, value);
  connection.writer.backendKeyData(key.pid, key.secret);
}

function factsOf({ connection, parameters }: Startup, pid: number): ClientFacts {
  const user = parameters.get("user")!;
  return {
    pid,
    user,
    database: parameters.get("database") || user,
    application: parameters.get("application_name") ?? "",
    remote: `${connection.remoteAddress}:${connection.remotePort}`,
    tls: connection.tls?.version ?? null,
  };
}

function fatal(error: unknown): PgError {
  if (error instanceof PgError) return error.with({ severity: "FATAL" });
  const message = error instanceof Error ? error.message : String(error);
  return new PgError("XX000", `internal error: ${message}`, { severity: "FATAL", cause: error });
}

async function finishesWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const inTime = await Promise.race([work.then(() => true as const), late]);
  clearTimeout(timer);
  return inTime;
}
