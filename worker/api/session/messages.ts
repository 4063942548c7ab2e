/**
 * What passes over a session's connection: an envelope in JSON and bytes, in a frame each (see `frames.ts`).
 *
 * One connection serves a session from its `hello` to its end. Requests are answered in their order, but for the rows of
 * open results, which come as credit allows: a result sends `window` blocks unasked and one more for each that the other
 * side has taken, so a slow reader stops the fetch and no result stands in another's way.
 */
import { Buffer } from "node:buffer";
import type { Notice, PgErrorExtra } from "../error.ts";
import { PgError } from "../error.ts";
import type { Column, Format, Parameter, QueryContext, RenderSettings } from "../executor.ts";
import type { Owner } from "../flight/actions.ts";

/** The first message: who speaks, and which session of the worker's is meant. Other messages follow without an answer. */
export interface SessionHello extends Owner {
  op: "hello";
  /** The worker's bearer token. */
  authorization: string;
  /** The token CreateSession answered. */
  session: string;
}

/** From the session to its executor. `id` is chosen by the sender and grows. */
export type SessionRequest =
  | { op: "prepare"; id: number; sql: string; types: readonly number[] }
  | { op: "run"; id: number; sql: string; query?: QueryContext }
  | {
    op: "execute";
    id: number;
    /** The id of the `prepare`. */
    prepared: number;
    types: readonly number[];
    formats: readonly Format[];
    /** Only where it differs from what the last `execute` of this session had. */
    render?: RenderSettings;
    small?: boolean;
    /** Blocks that may be sent before any is taken. */
    window: number;
    query?: QueryContext;
  }
  /** So many blocks of the result `id` were taken. */
  | { op: "taken"; id: number; blocks: number }
  /** The result `id` is not read further. */
  | { op: "closeRows"; id: number }
  /** The statement of the `prepare` `id` is not needed any more. */
  | { op: "closePrepared"; id: number }
  | { op: "interrupt" }
  /** The session is to be ended. */
  | { op: "close" };

/** From the executor to its session. */
export type SessionAnswer =
  | {
    op: "prepared";
    id: number;
    parameters: readonly number[];
    columns: readonly Column[] | null;
    kind: string;
    /** Whether this holds for every statement of the same text until `stale`. */
    lasting: boolean;
  }
  /**
   * What was prepared before may mean something else now (DDL in some session of the database, `SET` in this one). Sent
   * before any answer that follows the change.
   */
  | { op: "stale" }
  | { op: "done"; id: number }
  /** An execution has begun; `columns` is left out where they are those of the `prepare`. */
  | {
    op: "result";
    id: number;
    columns?: readonly Column[];
    changed: number | null;
    /** Whether rows follow at all (a statement that returns none has none, not zero). */
    hasRows: boolean;
    /** Rows of the first block, in `body`; absent where it is not there yet. */
    rows?: number;
    /** No more rows follow. */
    end?: boolean;
  }
  /** A block of the result `id`. */
  | { op: "rows"; id: number; rows: number; end?: boolean }
  | { op: "end"; id: number }
  | { op: "error"; id: number; error: ErrorFields }
  | { op: "notice"; notice: Notice }
  /** The session is over for a reason of the worker's (it drains, its database died). */
  | { op: "lost"; error: ErrorFields }
  /** The session has ended, or never began: `code` is gRPC's. The last message. */
  | { op: "over"; code: number; details: string };

/** A {@linkcode PgError} on its way. */
export interface ErrorFields extends Omit<PgErrorExtra, "cause"> {
  sqlstate: string;
  message: string;
}

export function errorFields(error: PgError): ErrorFields {
  const { sqlstate, message, severity, detail, hint, position, fields } = error;
  return { sqlstate, message, severity, detail, hint, position, fields };
}

export function errorOf({ sqlstate, message, ...extra }: ErrorFields): PgError {
  return new PgError(sqlstate, message, extra);
}

/** Parameters one behind the other: format (1 byte), length (4, -1 for NULL), bytes. */
export function encodeParameters(parameters: readonly Parameter[]): Uint8Array {
  const size = parameters.reduce((sum, { bytes }) => sum + 5 + (bytes?.length ?? 0), 0);
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { format, bytes } of parameters) {
    at = out.writeUInt8(format, at);
    at = out.writeInt32BE(bytes?.length ?? -1, at);
    if (bytes === null) continue;
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}

/** The values are views of `body`. @throws {RangeError} where it is cut short */
export function decodeParameters(body: Uint8Array): Parameter[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const parameters: Parameter[] = [];
  let at = 0;
  while (at < body.length) {
    const format = view.getUint8(at) as Format;
    const length = view.getInt32(at + 1);
    at += 5;
    if (at + length > body.length) throw new RangeError("parameters are cut short");
    parameters.push({ format, bytes: length < 0 ? null : body.subarray(at, at + length) });
    at += Math.max(length, 0);
  }
  return parameters;
}
