/**
 * What a client says after startup: one frame to one {@linkcode FrontendMessage}.
 *
 * @see https://www.postgresql.org/docs/16/protocol-message-formats.html
 */
import { PgError } from "../../worker/api/error.ts";
import type { Format } from "../../worker/api/executor.ts";
import { BodyReader } from "./body_reader.ts";
import { fatalProtocolViolation, protocolViolation } from "./errors.ts";
import type { Frame } from "./frames.ts";

/** A decoded message. Byte arrays are views of the frame. */
export type FrontendMessage =
  | { readonly type: "query"; readonly text: string }
  | Parse
  | Bind
  | { readonly type: "describe"; readonly target: Target; readonly name: string }
  | { readonly type: "execute"; readonly portal: string; readonly maxRows: number }
  | { readonly type: "close"; readonly target: Target; readonly name: string }
  | { readonly type: "flush" }
  | { readonly type: "sync" }
  | { readonly type: "terminate" }
  | { readonly type: "copyData"; readonly data: Uint8Array }
  | { readonly type: "copyDone" }
  | { readonly type: "copyFail"; readonly message: string }
  | { readonly type: "functionCall"; readonly oid: number }
  | { readonly type: "password"; readonly body: Uint8Array };

/** A prepared statement or a portal. */
export type Target = "S" | "P";

/** Compile `text` under `name` (empty: the unnamed statement). */
export interface Parse {
  readonly type: "parse";
  readonly name: string;
  readonly text: string;
  /** OIDs, 0 where the client leaves the type open; can be fewer than there are parameters. */
  readonly parameterTypes: readonly number[];
}

/** Make `portal` from `statement` and parameters. */
export interface Bind {
  readonly type: "bind";
  readonly portal: string;
  readonly statement: string;
  /** None (all text), one (for all), or one a parameter. */
  readonly parameterFormats: readonly Format[];
  /** `null` is SQL NULL. */
  readonly parameters: readonly (Uint8Array | null)[];
  /** None (all text), one (for all), or one a column; as sent, since PostgreSQL checks them only when rows come. */
  readonly resultFormats: readonly number[];
}

/**
 * Decodes one frame.
 *
 * @throws {PgError} 08P01 for a malformed body, 22021 for text that is not UTF-8, 22023 for an unknown format code;
 * 08P01 FATAL for a type no client may send.
 */
export function decodeFrontend(frame: Frame): FrontendMessage {
  const decode = decoders[frame.type];
  if (decode === undefined) throw fatalProtocolViolation(`invalid frontend message type ${frame.type}`);
  const reader = new BodyReader(frame.body);
  const message = decode(reader);
  reader.end();
  return message;
}

type Decoder = (reader: BodyReader) => FrontendMessage;

const decoders: readonly (Decoder | undefined)[] = byLetter({
  Q: (reader) => ({ type: "query", text: reader.string() }),
  P: parse,
  B: bind,
  D: (reader) => ({ type: "describe", target: target(reader, "DESCRIBE"), name: reader.string() }),
  E: (reader) => ({ type: "execute", portal: reader.string(), maxRows: reader.int32() }),
  C: (reader) => ({ type: "close", target: target(reader, "CLOSE"), name: reader.string() }),
  H: () => ({ type: "flush" }),
  S: () => ({ type: "sync" }),
  X: skip({ type: "terminate" }),
  d: (reader) => ({ type: "copyData", data: reader.rest() }),
  c: () => ({ type: "copyDone" }),
  f: (reader) => ({ type: "copyFail", message: reader.string() }),
  F: functionCall,
  p: (reader) => ({ type: "password", body: reader.rest() }),
});

function byLetter(table: Record<string, Decoder>): (Decoder | undefined)[] {
  const list: (Decoder | undefined)[] = new Array(256).fill(undefined);
  for (const [letter, decoder] of Object.entries(table)) list[letter.charCodeAt(0)] = decoder;
  return list;
}

/** For messages whose body does not matter. */
function skip(message: FrontendMessage): Decoder {
  return (reader) => {
    reader.rest();
    return message;
  };
}

function parse(reader: BodyReader): Parse {
  const name = reader.string();
  const text = reader.string();
  const parameterTypes: number[] = [];
  for (let left = reader.count(4); left > 0; left--) parameterTypes.push(reader.int32() >>> 0);
  return { type: "parse", name, text, parameterTypes };
}

function bind(reader: BodyReader): Bind {
  const portal = reader.string();
  const statement = reader.string();
  const parameterFormats = formats(reader);
  const parameters: (Uint8Array | null)[] = [];
  for (let left = reader.count(4); left > 0; left--) parameters.push(parameter(reader));
  if (parameterFormats.length > 1 && parameterFormats.length !== parameters.length) {
    throw protocolViolation(
      `bind message has ${parameterFormats.length} parameter formats but ${parameters.length} parameters`,
    );
  }
  const resultFormats: number[] = [];
  for (let left = reader.count(2); left > 0; left--) resultFormats.push(signed(reader.uint16()));
  return { type: "bind", portal, statement, parameterFormats, parameters, resultFormats };
}

function parameter(reader: BodyReader): Uint8Array | null {
  const length = reader.int32();
  return length === -1 ? null : reader.bytes(length);
}

function formats(reader: BodyReader): Format[] {
  const list: Format[] = [];
  for (let left = reader.count(2); left > 0; left--) list.push(format(reader.uint16()));
  return list;
}

function format(code: number): Format {
  if (code === 0 || code === 1) return code;
  throw new PgError("22023", `unsupported format code: ${signed(code)}`);
}

function signed(int16: number): number {
  return int16 << 16 >> 16;
}

/** Its arguments do not matter: no function has an OID here. */
function functionCall(reader: BodyReader): FrontendMessage {
  const oid = reader.int32() >>> 0;
  reader.rest();
  return { type: "functionCall", oid };
}

function target(reader: BodyReader, message: string): Target {
  const subtype = reader.byte();
  if (subtype === 0x53) return "S";
  if (subtype === 0x50) return "P";
  throw protocolViolation(`invalid ${message} message subtype ${subtype}`);
}
