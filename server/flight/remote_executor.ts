/** The {@linkcode Executor} whose DuckDB is in a worker, at the other end of a session's connection. */
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
import {
  encodeParameters,
  errorOf,
  type SessionAnswer,
  type SessionRequest,
} from "../../worker/api/session/messages.ts";
import { status } from "@grpc/grpc-js";
import { lostReason } from "./call_error.ts";
import { RemoteRows } from "./remote_rows.ts";
import type { ConnectionEvents, SessionConnection } from "./session_connection.ts";
import { type RemoteStatement, statementCache, statementKey } from "./statement_cache.ts";

/** See the module. */
export interface RemoteExecutor extends Executor {
  /** Ends it from this side: what was asked and all that will be fails with `reason`. */
  lose(reason: PgError): void;
  /** What the worker's health says of the running statement. */
  setProgress(progress: Progress | null): void;
}

/** Blocks a result sends before any is taken. */
const window = 4;

interface Waiter {
  resolve(answer: Answered): void;
  reject(error: Error): void;
}

/** What a request is answered with, and the rows that came with it. */
interface Answered {
  answer: SessionAnswer;
  rows: RemoteRows | null;
}

/**
 * Serves a session over the connection that `connect` makes.
 *
 * @param onOver called once when the connection has ended
 */
export function remoteExecutor(
  connect: (events: ConnectionEvents) => SessionConnection,
  onOver: () => void,
): RemoteExecutor {
  const waiters = new Map<number, Waiter>();
  const results = new Map<number, RemoteRows>();
  const statements = statementCache((id) => send({ op: "closePrepared", id }));
  /** Grows with `stale`: what was asked for before it is not kept. */
  let epoch = 0;
  let lastId = 0;
  let render: RenderSettings = defaultRenderSettings;
  let progress: Progress | null = null;
  /** Why it can serve no more. */
  let gone: PgError | null = null;
  let closing: Promise<void> | null = null;
  let ended = () => {};
  let onLost: ((reason: PgError) => void) | undefined;

  function send(request: SessionRequest, body?: Uint8Array): void {
    if (gone === null) connection.send(request, body);
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

  function receive(answer: SessionAnswer, body: Uint8Array, release?: () => void): void {
    switch (answer.op) {
      case "prepared":
        return settle(answer.id, { answer, rows: null });
      case "done":
        if (results.has(answer.id)) return endRows(answer.id, null);
        return settle(answer.id, { answer, rows: null });
      case "result":
        return settle(answer.id, { answer, rows: answer.hasRows ? firstRows(answer, body, release) : null });
      case "rows":
        results.get(answer.id)?.push({ bytes: body, rows: answer.rows, release });
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
      case "over":
        return lose(lostReason(answer.code, undefined));
    }
  }

  function firstRows(
    { id, rows: count = 0, end }: Extract<SessionAnswer, { op: "result" }>,
    body: Uint8Array,
    release?: () => void,
  ): RemoteRows {
    const rows = new RemoteRows(window, {
      taken: (blocks) => send({ op: "taken", id, blocks }),
      close: () => send({ op: "closeRows", id }),
    });
    results.set(id, rows);
    if (count > 0) rows.push({ bytes: body, rows: count, release });
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
    connection.end();
    onLost?.(reason);
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
      ended = resolve;
      connection.end();
    });
  }

  const executor: RemoteExecutor = {
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

  const connection = connect({
    message: receive,
    over() {
      lose(lostReason(status.UNAVAILABLE, undefined));
      ended();
      onOver();
    },
  });
  return executor;
}

const noColumns: readonly Column[] = [];

function sameRender(a: RenderSettings, b: RenderSettings): boolean {
  return a.dateStyle === b.dateStyle && a.dateOrder === b.dateOrder && a.intervalStyle === b.intervalStyle &&
    a.byteaOutput === b.byteaOutput && a.extraFloatDigits === b.extraFloatDigits && a.timeZone === b.timeZone;
}

function unexpected({ op }: SessionAnswer): PgError {
  return new PgError("XX000", `internal error: the worker answered "${op}"`);
}
