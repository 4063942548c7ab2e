import { type Notice, PgError } from "../../worker/api/error.ts";
import type { Executor } from "../../worker/api/executor.ts";
import type { Frame } from "../wire/frames.ts";
import type { Connection } from "../wire/connection.ts";
import { decodeFrontend, type FrontendMessage } from "../wire/frontend.ts";
import { apply } from "./commands.ts";
import type { SessionContext, SessionObserver } from "./context.ts";
import { endPortals, markPortals } from "./cursors.ts";
import { noteTransactionEnd } from "./definitions.ts";
import { bind, close, describe, execute, parse, sync } from "./extended_query.ts";
import { IdleTimer } from "./idle_timer.ts";
import { defaultLimits, type SessionLimits } from "./limits.ts";
import type { SessionSettings } from "./settings.ts";
import { requireLiveTransaction } from "./plan.ts";
import { interrupt } from "./running.ts";
import { simpleQuery } from "./simple_query.ts";
import type { Peer, Peers } from "./state/peers.ts";
import { declarationsSettled } from "./declared_columns.ts";
import { checkDeferred, forgetKeyState, newKeyState } from "./keys/deferred.ts";
import { TemporaryTables } from "./temporary.ts";
import { Transaction } from "./transaction.ts";

/** What a session is made of. */
export interface SessionOptions {
  connection: Connection;
  executor: Executor;
  settings: SessionSettings;
  user: string;
  superuser: boolean;
  pid: number;
  /** What the client calls its database. */
  database: string;
  /** `address:port` of the client. */
  remote: string;
  /** The server's sessions, of which it becomes one while it runs. */
  peers?: Peers;
  /** See {@linkcode SessionContext.locationsAllowed}. */
  locationsAllowed: boolean;
  observer: SessionObserver;
  limits?: SessionLimits;
  /** Milliseconds without a message after which the server ends the session; 0 or less: never. */
  idleTimeout: number;
}

/** Why a session ended. */
export type EndReason =
  | "terminated"
  | "client gone"
  | "shutdown"
  | "idle timeout"
  | "protocol error"
  | "error";

/**
 * One client's session, from the first ReadyForQuery to the end: reads messages in order and answers them.
 *
 * It knows the client's state (transaction, statements, portals, settings) and an {@linkcode Executor}; where the
 * executor's DuckDB runs is not its business.
 *
 * @see https://www.postgresql.org/docs/16/protocol-flow.html
 */
export class Session {
  readonly #context: SessionContext;
  readonly #idle: IdleTimer;
  /** After an error in the extended protocol everything up to Sync is ignored. */
  #skipToSync = false;
  /** Set once the session must end; the sentence is sent as FATAL when the running statement is over. */
  #ending: PgError | null = null;
  #busy = false;
  #gone = false;
  /**
   * Answers are sent at ReadyForQuery, at an error and at Flush, as PostgreSQL does, and only once no further message
   * is waiting: a pipeline is answered in few writes.
   */
  #flushDue = false;
  /** What other sessions see of it. */
  readonly #peer: Peer | null = null;

  constructor(options: SessionOptions) {
    const { connection, executor, settings, observer } = options;
    const notice = (notice: Notice) => this.#notice(notice);
    const temporary = new TemporaryTables();
    const transaction = new Transaction({
      run: (sql) => executor.run(sql),
      notice,
      committing: async () => {
        await checkDeferred(this.#context, true);
        await temporary.committing(executor);
      },
      started: () => {
        settings.begin();
        this.#context.activity.transactionStarted = new Date();
      },
      mark: () => {
        const portals = markPortals(this.#context);
        const { back } = settings.mark();
        return { endPortals: portals.end, resetSettings: () => apply(this.#context, back()) };
      },
      // PostgreSQL's default level sees with each statement what was committed before it; the others stay at one snapshot.
      mayRestart: () =>
        this.#context.declared.size === 0 &&
        settings.show("transaction_isolation").value.startsWith("read "),
      ended: (committed) => {
        this.#context.activity.transactionStarted = null;
        declarationsSettled(executor);
        if (this.#peer) options.peers?.locks.release(this.#peer, "transaction");
        noteTransactionEnd(executor);
        this.#context.freed.clear();
        this.#context.changed.clear();
        forgetKeyState(this.#context.keys);
        return apply(this.#context, committed ? settings.commit() : settings.rollback());
      },
    });
    this.#context = {
      connection,
      executor,
      settings,
      transaction,
      superuser: options.superuser,
      locationsAllowed: options.locationsAllowed,
      user: options.user,
      pid: options.pid,
      database: options.database,
      peers: options.peers,
      activity: {
        state: "idle",
        query: "",
        queryStarted: null,
        transactionStarted: null,
        stateChanged: new Date(),
      },
      statements: new Map(),
      portals: new Map(),
      declared: new Set(),
      freed: new Set(),
      changed: new Set(),
      keys: newKeyState(),
      temporary,
      limits: options.limits ?? defaultLimits,
      observer,
      interruptDue: false,
      notice,
    };
    if (options.peers) this.#peer = this.#asPeer(options);
    this.#idle = new IdleTimer(this.#context, options.idleTimeout, (error) => this.end(error));
    executor.onNotice = notice;
    // What runs fails by itself; an idle client would not hear of it before its next statement.
    executor.onLost = (reason) => this.end(reason);
    connection.onClose = () => this.#clientGone();
    if (connection.closed) this.#gone = true;
  }

  /** Whether a statement runs at this moment. */
  get busy(): boolean {
    return this.#busy;
  }

  /**
   * Serves the client until it leaves or the session is ended. Frees the executor; never throws.
   */
  async run(): Promise<EndReason> {
    let reason: EndReason = "error";
    const { peers } = this.#context;
    try {
      if (this.#peer) peers?.add(this.#peer);
      this.#readyForQuery();
      reason = await this.#serve();
    } catch (error) {
      reason = await this.#endWith(error);
    } finally {
      this.#idle.stop();
      await this.#release();
      if (this.#peer) peers?.remove(this.#peer);
    }
    return reason;
  }

  /** CancelRequest: ends the running statement, if any. */
  cancel(): void {
    if (this.#busy) interrupt(this.#context);
  }

  /**
   * Ends the session with a FATAL: at once when it is idle, otherwise after the running statement, which is
   * interrupted when `force` is set.
   */
  end(error: PgError, force = false): void {
    this.#ending ??= error;
    if (this.#busy) {
      if (force) interrupt(this.#context);
      return;
    }
    this.#context.connection.stopReading();
  }

  /** Tells the client why and closes, though a statement still runs: one that cannot be interrupted. */
  abandon(error: PgError): void {
    const { connection } = this.#context;
    this.#gone = true;
    connection.writer.errorResponse(error);
    void connection.end();
  }

  #asPeer({ pid, user, database, remote, settings }: SessionOptions): Peer {
    const { activity } = this.#context;
    return {
      pid,
      user,
      database,
      remote,
      activity,
      started: new Date(),
      get application() {
        return settings.show("application_name").value;
      },
      cancel: () => this.cancel(),
      end: (error, force) => this.end(error, force),
    };
  }

  async #serve(): Promise<EndReason> {
    const { connection } = this.#context;
    for (;;) {
      if (this.#flushDue && connection.bufferedFrames === 0) await this.#flush();
      this.#idle.start();
      const frame = await connection.read();
      this.#idle.stop();
      if (this.#ending) throw this.#ending;
      if (!frame) return "client gone";
      const message = await this.#decode(frame);
      if (message?.type === "terminate") return "terminated";
      // What a vanished client had sent ahead is not begun: nothing could stop it any more.
      if (this.#gone) return "client gone";
      if (!message || (this.#skipToSync && message.type !== "sync")) continue;
      this.#context.interruptDue = false;
      this.#busy = true;
      try {
        await this.#handle(message);
      } finally {
        this.#busy = false;
      }
      if (this.#ending) throw this.#ending;
      if (this.#gone) return "client gone";
    }
  }

  /** A message that cannot be decoded is an error like any other; one that cannot be trusted at all is FATAL. */
  async #decode(frame: Frame): Promise<FrontendMessage | null> {
    try {
      return decodeFrontend(frame);
    } catch (error) {
      const fatal = error instanceof PgError && error.severity === "FATAL";
      if (frame.type === syncType) this.#skipToSync = false;
      if (this.#skipToSync && !fatal) return null;
      const answeredWithReady = readyTypes.has(frame.type);
      await this.#fail(error, !answeredWithReady);
      if (answeredWithReady) this.#readyForQuery();
      return null;
    }
  }

  async #handle(message: FrontendMessage): Promise<void> {
    const session = this.#context;
    switch (message.type) {
      case "query":
        return await this.#query(message.text);
      case "parse":
        return await this.#step(() => parse(session, message));
      case "bind":
        return await this.#step(() => bind(session, message));
      case "describe":
        return await this.#step(() => describe(session, message));
      case "execute":
        return await this.#step(() => execute(session, message));
      case "close":
        return await this.#step(() => close(session, message));
      case "flush":
        return await this.#flush();
      case "sync":
        return await this.#sync();
      case "functionCall":
        return await this.#functionCall(message.oid);
      case "copyData":
      case "copyDone":
      case "copyFail":
        // Left over from a COPY that failed: the client had not seen the error when it sent them.
        return;
      default:
        throw new PgError("08P01", `invalid frontend message type ${passwordType}`, { severity: "FATAL" });
    }
  }

  /** No function has an OID here, so what PostgreSQL says of one that is not there is all there is to say. */
  async #functionCall(oid: number): Promise<void> {
    try {
      requireLiveTransaction(this.#context, null);
      throw new PgError("42883", `function with OID ${oid} does not exist`);
    } catch (error) {
      await this.#fail(error, false);
    }
    this.#readyForQuery();
  }

  async #query(text: string): Promise<void> {
    try {
      await simpleQuery(this.#context, text);
    } catch (error) {
      await this.#fail(error, false);
    }
    this.#readyForQuery();
  }

  /** One message of the extended protocol. */
  async #step(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      await this.#fail(error, true);
    }
  }

  async #sync(): Promise<void> {
    this.#skipToSync = false;
    try {
      await sync(this.#context);
    } catch (error) {
      await this.#fail(error, false);
    }
    this.#readyForQuery();
  }

  /** Answers an error; a FATAL one is thrown on and ends the session. */
  async #fail(error: unknown, skipToSync: boolean): Promise<void> {
    const known = this.#explain(error);
    if (known.severity === "FATAL") throw known;
    this.#context.connection.writer.errorResponse(known);
    this.#flushDue = true;
    if (skipToSync) this.#skipToSync = true;
    await this.#context.transaction.statementFailed();
    if (!this.#context.transaction.open) await endPortals(this.#context, "rollback");
  }

  /** A cancelled statement says what cancelled it; a fault of ours is an internal error, told without its stack. */
  #explain(error: unknown): PgError {
    if (!(error instanceof PgError)) {
      const message = error instanceof Error ? error.message : String(error);
      return new PgError("XX000", `internal error: ${message}`, { cause: error });
    }
    if (error.sqlstate === "57014" && this.#ending) return this.#ending;
    return error;
  }

  async #flush(): Promise<void> {
    this.#flushDue = false;
    await this.#context.connection.flush();
  }

  #readyForQuery(): void {
    const { connection, settings, transaction, observer } = this.#context;
    for (const [name, value] of settings.takeReportedChanges()) {
      connection.writer.parameterStatus(name, value);
    }
    connection.writer.readyForQuery(transaction.status);
    const state = idleStates[transaction.status];
    observer.stateChanged(state);
    const { activity } = this.#context;
    if (activity.state !== state) Object.assign(activity, { state, stateChanged: new Date() });
    this.#flushDue = true;
  }

  #notice(notice: Notice): void {
    const { connection, settings } = this.#context;
    if (!settings.shows(notice.severity)) return;
    connection.writer.noticeResponse(notice);
  }

  #clientGone(): void {
    this.#gone = true;
    // A vanished client's query stops.
    if (this.#busy) interrupt(this.#context);
  }

  async #endWith(error: unknown): Promise<EndReason> {
    const { connection } = this.#context;
    if (this.#gone) return "client gone";
    const known = this.#explain(error).with({ severity: "FATAL" });
    connection.writer.errorResponse(known);
    await connection.flush().catch(() => {});
    return endReasons[known.sqlstate] ?? (known.sqlstate.startsWith("08") ? "protocol error" : "error");
  }

  async #release(): Promise<void> {
    const { connection, executor } = this.#context;
    await endPortals(this.#context, "session").catch(() => {});
    await executor.close().catch(() => {});
    connection.end();
  }
}

const syncType = "S".charCodeAt(0);
const passwordType = "p".charCodeAt(0);
/** Messages that are answered with ReadyForQuery, whatever comes of them. */
const readyTypes = new Set(Array.from("QFS", (letter) => letter.charCodeAt(0)));

const idleStates = { I: "idle", T: "idle in transaction", E: "idle in transaction (aborted)" } as const;

const endReasons: Record<string, EndReason> = {
  "57P01": "shutdown",
  "57P05": "idle timeout",
  "25P03": "idle timeout",
};
