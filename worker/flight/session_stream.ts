/**
 * Serves one session over its DoExchange stream; see `worker/api/flight/session_stream.ts` for what passes over it.
 *
 * The stream is the session: when it ends or is cancelled, so does the session. Statements run one after the other in the
 * order they were asked; rows of open results go out as their credit allows, beside whatever runs.
 */
import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import type { FlightData } from "../api/flight/flight_data.ts";
import {
  decodeEnvelope,
  decodeParameters,
  encodeEnvelope,
  errorFields,
  type SessionAnswer,
  type SessionRequest,
} from "../api/flight/session_stream.ts";
import { PgError } from "../api/error.ts";
import { type Column, defaultRenderSettings, type RenderSettings } from "../api/executor.ts";
import { canceled, pgErrorOf } from "../engine/errors.ts";
import type { LocalPrepared } from "../local_executor.ts";
import { type Batch, RowPump } from "./row_pump.ts";
import { FlightError, statusOf } from "./status.ts";
import type { WorkerSession } from "./worker_session.ts";

/** A DoExchange call. */
export type ExchangeCall = ServerDuplexStream<Partial<FlightData>, Partial<FlightData>>;

/** What the stream tells the worker. */
export interface StreamEvents {
  /** A statement failed. */
  error(error: unknown): void;
  /** The stream is over; the session is to be ended. */
  over(): void;
}

type Statement = Extract<SessionRequest, { op: "prepare" | "run" | "execute" | "closePrepared" }>;

/** Serves the session from the stream's second message on (the first has named the stream). */
export function serveSessionStream(call: ExchangeCall, session: WorkerSession, events: StreamEvents): void {
  const { executor } = session;
  const prepared = new Map<number, LocalPrepared>();
  const results = new Map<number, RowPump>();
  /** Asked for and not begun, as one statement runs at a time. */
  const waiting: { request: Statement; body: Uint8Array }[] = [];
  let busy = false;
  let over = false;
  let render: RenderSettings = defaultRenderSettings;

  function send(answer: SessionAnswer, bodyParts?: readonly Uint8Array[]): void {
    if (!over) call.write({ appMetadata: encodeEnvelope(answer), bodyParts });
  }

  function fail(id: number, thrown: unknown): void {
    events.error(thrown);
    send({ op: "error", id, error: errorFields(pgErrorOf(thrown)) });
  }

  function receive({ appMetadata = empty, body = empty }: Partial<FlightData>): void {
    const request = decodeEnvelope<SessionRequest>(appMetadata);
    switch (request.op) {
      case "taken":
        return results.get(request.id)?.take(request.blocks);
      case "closeRows":
        return closeRows(request.id);
      case "interrupt":
        return interrupt();
      case "prepare":
      case "run":
      case "execute":
      case "closePrepared":
        waiting.push({ request, body });
        if (!busy) next();
        return;
      default:
        throw new Error("unknown request");
    }
  }

  function next(): void {
    const asked = waiting.shift();
    busy = asked !== undefined;
    if (asked === undefined) return;
    const done = session.begin();
    perform(asked.request, asked.body)
      .catch((error) => fail(asked.request.id, error))
      .finally(() => {
        done();
        next();
      });
  }

  async function perform(request: Statement, body: Uint8Array): Promise<void> {
    const { op, id } = request;
    if (session.instance.held !== null) await session.instance.held;
    if (op === "run") {
      await executor.run(request.sql);
      return send({ op: "done", id });
    }
    if (op === "prepare") {
      const statement = await executor.prepare(request.sql, request.types);
      prepared.set(id, statement);
      const { parameters, columns, kind, lasting } = statement;
      return send({ op: "prepared", id, parameters, columns, kind, lasting });
    }
    if (op === "execute") return await execute(request, body);
    prepared.get(id)?.close();
    prepared.delete(id);
  }

  async function execute(
    request: Extract<SessionRequest, { op: "execute" }>,
    body: Uint8Array,
  ): Promise<void> {
    const { id, types, formats, small, query } = request;
    render = request.render ?? render;
    const statement = prepared.get(request.prepared);
    if (statement === undefined) throw new PgError("26000", "prepared statement does not exist");
    const parameters = decodeParameters(body);
    const result = await statement.execute({
      parameters,
      parameterTypes: types,
      formats,
      render,
      small,
      query,
    });
    const columns = sameColumns(result.columns, statement.columns) ? undefined : result.columns;
    const { rows, changed } = result;
    if (rows === null) return send({ op: "result", id, columns, changed, hasRows: false, end: true });
    const done = session.begin();
    let first = true;
    const pump = new RowPump(rows, request.window, {
      send(batch) {
        if (first) {
          send({ op: "result", id, columns, changed, hasRows: true, ...countsOf(batch) }, batch.blocks);
        } else if (batch.rows > 0) send({ op: "rows", id, ...countsOf(batch) }, batch.blocks);
        else send({ op: "end", id });
        first = false;
      },
      fail(error) {
        if (first) send({ op: "result", id, columns, changed, hasRows: true });
        fail(id, error);
      },
      over() {
        results.delete(id);
        done();
      },
    });
    results.set(id, pump);
    await pump.start();
  }

  /** Answered when DuckDB has let go, as the client may commit next; a result that has ended told so itself. */
  function closeRows(id: number): void {
    results.get(id)?.close().then(() => send({ op: "done", id }), (error) => fail(id, error));
  }

  function interrupt(): void {
    for (const { request } of waiting.splice(0)) {
      if (request.op === "closePrepared") prepared.get(request.id)?.close();
      else fail(request.id, canceled());
    }
    executor.interrupt();
  }

  function end(reason: PgError | null): () => void {
    if (reason !== null) send({ op: "lost", error: errorFields(reason) });
    over = true;
    waiting.length = 0;
    return () => call.end();
  }

  executor.onNotice = (notice) => send({ op: "notice", notice });
  executor.onStale = () => send({ op: "stale" });
  session.onEnd = end;
  call.on("data", (data: Partial<FlightData>) => {
    try {
      receive(data);
    } catch {
      // Without its envelope nothing after it can be answered in order.
      const { code, details } = statusOf(
        new FlightError(status.INVALID_ARGUMENT, "malformed session message"),
      );
      over = true;
      call.emit("error", { code, details });
      events.over();
    }
  });
  for (const name of ["end", "cancelled", "error"]) call.on(name, () => events.over());
}

const empty = new Uint8Array(0);

function countsOf({ rows, end }: Batch): { rows: number; end?: true } {
  return end ? { rows, end } : { rows };
}

function sameColumns(now: readonly Column[], before: readonly Column[] | null): boolean {
  if (before === null || now.length !== before.length) return false;
  return now.every(({ name, type }, i) => {
    const { name: oldName, type: oldType } = before[i];
    return name === oldName && type.oid === oldType.oid && type.modifier === oldType.modifier &&
      type.length === oldType.length;
  });
}
