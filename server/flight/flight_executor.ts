/** The {@linkcode Executor} whose DuckDB is in a worker, at the other end of a session's stream. */
import { type ClientDuplexStream, type StatusObject } from "@grpc/grpc-js";
import { PgError } from "../../worker/api/error.ts";
import type {
  Column,
  ExecuteRequest,
  Executor,
  Prepared,
  Progress,
  RenderSettings,
  Result,
} from "../../worker/api/executor.ts";
import { defaultRenderSettings } from "../../worker/api/executor.ts";
import type { FlightData } from "../../worker/api/flight/flight_data.ts";
import { descriptorType, FlightDescriptor } from "../../worker/api/flight/messages.ts";
import {
  decodeEnvelope,
  encodeEnvelope,
  encodeParameters,
  errorOf,
  type SessionAnswer,
  type SessionRequest,
  sessionStreamPath,
} from "../../worker/api/flight/session_stream.ts";
import { lostReason } from "./call_error.ts";
import { FlightRows } from "./flight_rows.ts";
import { type RemoteStatement, statementCache, statementKey } from "./statement_cache.ts";

/** A DoExchange call. */
export type ExchangeCall = ClientDuplexStream<Partial<FlightData>, Partial<FlightData>>;

/** See the module. */
export interface FlightExecutor extends Executor {
  /** Ends it from this side: what was asked and all that will be fails with `reason`. */
  lose(reason: PgError): void;
  /** What the worker's health says of the running statement. */
  setProgress(progress: Progress | null): void;
}

/** Blocks a result sends before any is taken. */
const window = 4;

/** How long the worker may take to end the session, in milliseconds. */
const closeLimit = 5_000;

interface Waiter {
  resolve(answer: Answered): void;
  reject(error: Error): void;
}

/** What a request is answered with, and the rows that came with it. */
interface Answered {
  answer: SessionAnswer;
  rows: FlightRows | null;
}

/**
 * Opens the session on a call just made.
 *
 * @param onOver called once when the stream has ended
 */
export function flightExecutor(call: ExchangeCall, onOver: () => void): FlightExecutor {
  const waiters = new Map<number, Waiter>();
  const results = new Map<number, FlightRows>();
  const statements = statementCache((id) => send({ op: "closePrepared", id }));
  /** Grows with `stale`: what was asked for before it is not kept. */
  let epoch = 0;
  let lastId = 0;
  let render: RenderSettings = defaultRenderSettings;
  let progress: Progress | null = null;
  /** Why it can serve no more. */
  let gone: PgError | null = null;
  /** The stream has ended on both sides. */
  let over = false;
  let closing: Promise<void> | null = null;
  let onLost: ((reason: PgError) => void) | undefined;

  function send(request: SessionRequest, body?: Uint8Array): void {
    if (gone === null) call.write({ appMetadata: encodeEnvelope(request), body });
  }

  function ask(request: Extract<SessionRequest, { id: number }>, body?: Uint8Array): Promise<Answered> {
    if (gone !== null) return Promise.reject(gone);
    progress = null;
    return new Promise((resolve, reject) => {
      waiters.set(request.id, { resolve, reject });
      send(request, body);
    });
  }

  function settle(id: number, answered: Answered): void {
    const waiter = waiters.get(id);
    waiters.delete(id);
    waiter?.resolve(answered);
  }

  function receive({ appMetadata = nothing, body = nothing }: Partial<FlightData>): void {
    const answer = decodeEnvelope<SessionAnswer>(appMetadata);
    switch (answer.op) {
      case "prepared":
        return settle(answer.id, { answer, rows: null });
      case "done":
        if (results.has(answer.id)) return endRows(answer.id, null);
        return settle(answer.id, { answer, rows: null });
      case "result":
        return settle(answer.id, { answer, rows: answer.hasRows ? firstRows(answer, body) : null });
      case "rows":
        results.get(answer.id)?.push({ bytes: body, rows: answer.rows });
        if (answer.end) endRows(answer.id, null);
        return;
      case "end":
        return endRows(answer.id, null);
      case "error":
        return fail(answer.id, errorOf(answer.error));
      case "notice":
        return executor.onNotice?.(answer.notice);
      case "stale":
        epoch++;
        return statements.clear();
      case "lost":
        return lose(errorOf(answer.error));
    }
  }

  function firstRows(
    { id, rows: count = 0, end }: Extract<SessionAnswer, { op: "result" }>,
    body: Uint8Array,
  ): FlightRows {
    const rows = new FlightRows(window, {
      taken: (blocks) => send({ op: "taken", id, blocks }),
      close: () => send({ op: "closeRows", id }),
    });
    results.set(id, rows);
    if (count > 0) rows.push({ bytes: body, rows: count });
    if (end) endRows(id, null);
    return rows;
  }

  function endRows(id: number, error: Error | null): void {
    const rows = results.get(id);
    results.delete(id);
    rows?.end(error);
  }

  function fail(id: number, error: PgError): void {
    if (results.has(id)) return endRows(id, error);
    const waiter = waiters.get(id);
    waiters.delete(id);
    waiter?.reject(error);
  }

  function endAll(reason: PgError): void {
    gone ??= reason;
    for (const { reject } of waiters.values()) reject(reason);
    waiters.clear();
    for (const rows of results.values()) rows.end(reason);
    results.clear();
  }

  function lose(reason: PgError): void {
    if (gone !== null) return;
    endAll(reason);
    endStream();
    onLost?.(reason);
  }

  /**
   * Ends the stream, and lets the worker end its side. Cancelling at once would do, but while the other side is ending the
   * stream as well it brings Deno's HTTP/2 down (2.9.4: a stream freed twice, and the process with it).
   */
  function endStream(): void {
    if (over) return;
    const limit = setTimeout(() => call.cancel(), closeLimit);
    call.once("status", () => clearTimeout(limit));
    call.end();
  }

  function preparedOf(statement: RemoteStatement): Prepared {
    let open = true;
    return {
      parameters: statement.parameters,
      columns: statement.columns,
      kind: statement.kind,
      execute(request) {
        if (open) return execute(statement, request);
        return Promise.reject(new PgError("26000", "prepared statement does not exist"));
      },
      close() {
        if (open) statements.giveBack(statement);
        open = false;
      },
    };
  }

  async function execute(statement: RemoteStatement, request: ExecuteRequest): Promise<Result> {
    const { parameters, parameterTypes: types, formats, small, query } = request;
    const { answer, rows } = await ask({
      op: "execute",
      id: ++lastId,
      prepared: statement.id,
      types,
      formats,
      render: changedRender(request.render),
      small,
      window,
      query,
    }, parameters.length > 0 ? encodeParameters(parameters) : undefined);
    if (answer.op !== "result") throw unexpected(answer);
    return { columns: answer.columns ?? statement.columns ?? noColumns, rows, changed: answer.changed };
  }

  function changedRender(wanted: RenderSettings): RenderSettings | undefined {
    if (wanted === render || sameRender(wanted, render)) return undefined;
    render = wanted;
    return wanted;
  }

  function close(): Promise<void> {
    return closing ??= new Promise((resolve) => {
      if (gone !== null) return resolve();
      endAll(new PgError("08003", "connection does not exist"));
      call.once("status", () => resolve());
      endStream();
    });
  }

  const executor: FlightExecutor = {
    async prepare(sql, parameterTypes = []) {
      if (gone !== null) throw gone;
      const key = statementKey(sql, parameterTypes);
      const known = statements.take(key);
      if (known !== null) return preparedOf(known);
      const askedIn = epoch;
      const id = ++lastId;
      const { answer } = await ask({ op: "prepare", id, sql, types: parameterTypes });
      if (answer.op !== "prepared") throw unexpected(answer);
      const { parameters, columns, kind, lasting } = answer;
      const statement = { id, parameters, columns, kind, users: 1, cached: false };
      if (lasting && askedIn === epoch) statements.add(key, statement);
      return preparedOf(statement);
    },
    async run(sql) {
      await ask({ op: "run", id: ++lastId, sql });
    },
    interrupt() {
      if (waiters.size > 0 || results.size > 0) send({ op: "interrupt" });
    },
    progress() {
      if (waiters.size === 0 && results.size === 0) return null;
      return progress ?? { percentage: -1, rows: 0, total: 0 };
    },
    close,
    lose,
    setProgress: (told) => progress = told,
    get onLost() {
      return onLost;
    },
    /** Who comes too late is told at once. */
    set onLost(listener) {
      onLost = listener;
      const reason = gone;
      if (reason !== null && closing === null) queueMicrotask(() => listener?.(reason));
    },
  };

  call.on("data", receive);
  call.on("error", () => {}); // told by the status
  call.on("status", ({ code, metadata }: StatusObject) => {
    over = true;
    if (gone === null) lose(lostReason(code, metadata));
    onOver();
  });
  call.write({
    descriptor: FlightDescriptor.encode({ type: descriptorType.path, path: [sessionStreamPath] }),
  });
  return executor;
}

const nothing = new Uint8Array(0);
const noColumns: readonly Column[] = [];

function sameRender(a: RenderSettings, b: RenderSettings): boolean {
  return a.dateStyle === b.dateStyle && a.dateOrder === b.dateOrder && a.intervalStyle === b.intervalStyle &&
    a.byteaOutput === b.byteaOutput && a.extraFloatDigits === b.extraFloatDigits && a.timeZone === b.timeZone;
}

function unexpected({ op }: SessionAnswer): PgError {
  return new PgError("XX000", `internal error: the worker answered "${op}"`);
}
