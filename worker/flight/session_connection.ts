/**
 * Serves one session over its connection; see `worker/api/session/messages.ts` for what passes over it.
 *
 * The connection is the session: when it ends, so does the session. Statements run one after the other in the order they
 * were asked; rows of open results go out as their credit allows, beside whatever runs.
 */
import type { Socket } from "node:net";
import { status } from "@grpc/grpc-js";
import { encodeFrame, frameLimits, FrameReader, helloLimits, preamble } from "../api/session/frames.ts";
import {
  decodeParameters,
  errorFields,
  type SessionAnswer,
  type SessionHello,
  type SessionRequest,
} from "../api/session/messages.ts";
import { PgError } from "../api/error.ts";
import { unjoined } from "../api/unjoined.ts";
import { type Column, defaultRenderSettings, type RenderSettings, type RowBlock } from "../api/executor.ts";
import { canceled, pgErrorOf } from "../engine/errors.ts";
import type { LocalPrepared } from "../local_executor.ts";
import { type Batch, RowPump } from "./row_pump.ts";
import { sendAnswer } from "./send_answer.ts";
import { FlightError } from "./status.ts";
import type { WorkerSession } from "./worker_session.ts";

/** What a connection needs of its worker. */
export interface ConnectionDeps {
  /**
   * The session a client may have, which no other connection serves.
   *
   * @throws {FlightError} for who is not allowed, or asks for a session that is none or taken
   */
  admit(hello: SessionHello): WorkerSession;
  /** A statement failed. */
  error(error: unknown): void;
  /** The connection of this session is over; the session is to be ended. */
  over(session: WorkerSession): void;
}

/** How long a connection may take to say whose it is, in milliseconds. */
const helloLimit = 10_000;

/** Serves a connection that does not speak HTTP/2. What is no session's is closed, after a message that says why. */
export function serveConnection(socket: Socket, deps: ConnectionDeps): void {
  let session: WorkerSession | null = null;
  let receive: (message: SessionRequest | SessionHello, body: Uint8Array) => void = greet;
  let greeting = preamble;
  let over = false;
  const reader = new FrameReader<SessionRequest | SessionHello>((message, body) => {
    if (!over) receive(message, body);
  }, helloLimits);
  const timer = setTimeout(() => refuse(status.UNAUTHENTICATED, "nobody said hello"), helloLimit);

  function greet(message: SessionRequest | SessionHello): void {
    if (message.op !== "hello") throw new TypeError("a session begins with hello");
    const admitted = deps.admit(message);
    clearTimeout(timer);
    session = admitted;
    unjoined(socket);
    reader.limits = frameLimits;
    receive = serveSession(admitted, {
      send: (answer, blocks) => sendAnswer(socket, answer, blocks),
      end: () => socket.end(),
      error: deps.error,
      over: end,
    });
  }

  function refuse(code: status, details: string): void {
    socket.write(encodeFrame({ op: "over", code, details } satisfies SessionAnswer));
    socket.end();
    end();
  }

  function end(): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    if (session !== null) deps.over(session);
  }

  function read(bytes: Uint8Array): void {
    const part = bytes.subarray(0, greeting.length);
    if (!greeting.startsWith(new TextDecoder().decode(part))) throw new TypeError("unknown protocol");
    greeting = greeting.slice(part.length);
    reader.push(bytes.subarray(part.length));
  }

  socket.on("data", (bytes: Uint8Array) => {
    if (over) return;
    try {
      read(bytes);
    } catch (error) {
      // Without its envelope nothing after it can be answered in order.
      if (error instanceof FlightError) refuse(error.code, error.message);
      else refuse(status.INVALID_ARGUMENT, "malformed session message");
    }
  });
  socket.on("error", end);
  socket.on("end", end);
  socket.on("close", end);
}

/** The connection as its session sees it. */
interface Link {
  /** The blocks are the answer's body. */
  send(answer: SessionAnswer, blocks?: readonly RowBlock[]): void;
  /** Nothing more is sent. */
  end(): void;
  error(error: unknown): void;
  over(): void;
}

type Statement = Extract<SessionRequest, { op: "prepare" | "run" | "execute" | "closePrepared" }>;

/** Begins to serve the session; answers what takes its requests. */
function serveSession(
  session: WorkerSession,
  link: Link,
): (request: SessionRequest | SessionHello, body: Uint8Array) => void {
  const { executor } = session;
  const prepared = new Map<number, LocalPrepared>();
  const results = new Map<number, RowPump>();
  /** Asked for and not begun, as one statement runs at a time. */
  const waiting: { request: Statement; body: Uint8Array }[] = [];
  let busy = false;
  let over = false;
  let render: RenderSettings = defaultRenderSettings;

  function send(answer: SessionAnswer, blocks?: readonly RowBlock[]): void {
    if (!over) link.send(answer, blocks);
  }

  function fail(id: number, thrown: unknown): void {
    link.error(thrown);
    send({ op: "error", id, error: errorFields(pgErrorOf(thrown)) });
  }

  function receive(request: SessionRequest | SessionHello, body: Uint8Array): void {
    switch (request.op) {
      case "taken":
        return results.get(request.id)?.take(request.blocks);
      case "closeRows":
        return closeRows(request.id);
      case "interrupt":
        return interrupt();
      case "close":
        return link.over();
      case "prepare":
      case "run":
      case "execute":
      case "closePrepared":
        waiting.push({ request, body });
        if (!busy) next();
        return;
      default:
        throw new TypeError("unknown request");
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
    else send({ op: "over", code: status.OK, details: "" });
    over = true;
    waiting.length = 0;
    return () => link.end();
  }

  executor.onNotice = (notice) => send({ op: "notice", notice });
  executor.onStale = () => send({ op: "stale" });
  session.onEnd = end;
  return receive;
}

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
