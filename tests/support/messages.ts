/**
 * Messages a PostgreSQL client sends, as bytes. Written from the documentation ("Message Formats") and kept apart from
 * the server's own code, so that a mistake in one is not hidden by the same mistake in the other.
 */
import { Buffer } from "node:buffer";

const encoder = new TextEncoder();

type Part = string | Uint8Array | number[];

/** One message: type byte, length, parts. A string part is text with its terminating zero. */
export function message(type: string, ...parts: Part[]): Uint8Array {
  const body = Buffer.concat(parts.map(bytesOf));
  return Buffer.concat([encoder.encode(type), int32(body.length + 4), body]);
}

/** A message without a type byte, as connections begin with. */
export function untyped(...parts: Part[]): Uint8Array {
  const body = Buffer.concat(parts.map(bytesOf));
  return Buffer.concat([int32(body.length + 4), body]);
}

function bytesOf(part: Part): Uint8Array {
  if (typeof part === "string") return encoder.encode(part + "\0");
  return part instanceof Uint8Array ? part : Uint8Array.from(part);
}

/** Big-endian. */
export function int32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return bytes;
}

/** Big-endian. */
export function int16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setInt16(0, value);
  return bytes;
}

export const sslRequest = (): Uint8Array => untyped(int32(80877103));
export const gssEncRequest = (): Uint8Array => untyped(int32(80877104));

/** CancelRequest with a BackendKeyData's body: process id and secret. */
export const cancelRequest = (key: Uint8Array): Uint8Array => untyped(int32(80877102), key);

/** StartupMessage; protocol 3.0 is 196608. */
export function startup(parameters: Record<string, string>, protocol = 196608): Uint8Array {
  return untyped(int32(protocol), ...Object.entries(parameters).flat(), [0]);
}

export const query = (sql: string): Uint8Array => message("Q", sql);
export const sync = (): Uint8Array => message("S");
export const flush = (): Uint8Array => message("H");
export const terminate = (): Uint8Array => message("X");
export const password = (text: string): Uint8Array => message("p", text);

/** Parse; `types` are the parameters' OIDs. */
export function parse(name: string, sql: string, types: readonly number[] = []): Uint8Array {
  return message("P", name, sql, int16(types.length), ...types.map(int32));
}

export interface BindParts {
  portal?: string;
  statement?: string;
  /** Text, bytes or NULL. */
  values?: readonly (string | Uint8Array | null)[];
  formats?: readonly number[];
  resultFormats?: readonly number[];
}

export function bind(parts: BindParts = {}): Uint8Array {
  const { portal = "", statement = "", values = [], formats = [], resultFormats = [] } = parts;
  return message(
    "B",
    portal,
    statement,
    int16(formats.length),
    ...formats.map(int16),
    int16(values.length),
    ...values.flatMap(field),
    int16(resultFormats.length),
    ...resultFormats.map(int16),
  );
}

function field(value: string | Uint8Array | null): Uint8Array[] {
  if (value === null) return [int32(-1)];
  const bytes = typeof value === "string" ? encoder.encode(value) : value;
  return [int32(bytes.length), bytes];
}

/** Describe a statement (`S`) or portal (`P`). */
export const describe = (target: "S" | "P", name = ""): Uint8Array =>
  message("D", encoder.encode(target), name);
export const close = (target: "S" | "P", name = ""): Uint8Array => message("C", encoder.encode(target), name);
export const execute = (portal = "", maxRows = 0): Uint8Array => message("E", portal, int32(maxRows));
