/**
 * The packets before authentication, which have a length but no type byte.
 *
 * @see https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
import { PgError } from "../../worker/api/error.ts";
import { BodyReader } from "./body_reader.ts";
import { fatalProtocolViolation } from "./errors.ts";

/** A decoded packet. */
export type StartupPacket =
  | { readonly kind: "ssl" }
  | { readonly kind: "gss" }
  | { readonly kind: "cancel"; readonly pid: number; readonly secret: Uint8Array }
  | StartupMessage;

/** The client's wish to begin a session. */
export interface StartupMessage {
  readonly kind: "startup";
  readonly protocol: ProtocolVersion;
  /** Every option but the protocol's own, as sent; the last of a repeated name. */
  readonly parameters: Map<string, string>;
  /** Options of the protocol (`_pq_.…`); none is known here. */
  readonly protocolOptions: readonly string[];
}

export interface ProtocolVersion {
  readonly major: number;
  readonly minor: number;
}

/** The newest version spoken. 3.1 was never used; it is 3.0. */
export const latestProtocol: ProtocolVersion = { major: 3, minor: 2 };

const cancelCode = 80877102;
const sslCode = 80877103;
const gssCode = 80877104;

/** Longest key of a CancelRequest, in bytes. */
const maxSecret = 256;

/** A client of protocol 1 or 2: it reads no error fields, only a line of text. */
export class OldProtocol extends Error {}

/** Which negotiations are over: their codes are then no longer special, as in PostgreSQL. */
export interface Negotiated {
  ssl: boolean;
  gss: boolean;
}

/**
 * Decodes a packet's body.
 *
 * @throws {PgError} FATAL: 08P01 for a malformed packet, 0A000 for a later major version of the protocol.
 * @throws {OldProtocol} for an earlier one.
 * @throws {Error} for what PostgreSQL does not answer, as it may come from anything, e.g. a port scanner.
 */
export function decodeStartupPacket(body: Uint8Array, negotiated: Negotiated): StartupPacket {
  if (body.length < 4) throw new Error("invalid length of startup packet");
  const reader = new BodyReader(body);
  const code = reader.int32();
  if (code === cancelCode) return cancel(reader);
  if (code === sslCode && !negotiated.ssl) return { kind: "ssl" };
  if (code === gssCode && !negotiated.gss) return { kind: "gss" };
  return startup({ major: code >>> 16, minor: code & 0xffff }, reader);
}

function cancel(reader: BodyReader): StartupPacket {
  const length = reader.remaining - 4;
  if (length < 1 || length > maxSecret) throw new Error("invalid length of cancel request packet");
  return { kind: "cancel", pid: reader.int32(), secret: reader.rest().slice() };
}

function startup(protocol: ProtocolVersion, reader: BodyReader): StartupMessage {
  if (protocol.major !== latestProtocol.major) throw unsupportedProtocol(protocol);
  const parameters = new Map<string, string>();
  const protocolOptions: string[] = [];
  try {
    for (let name = reader.string(); name !== ""; name = reader.string()) {
      const value = reader.string();
      if (name.startsWith("_pq_.")) protocolOptions.push(name);
      else parameters.set(name, value);
    }
  } catch (error) {
    throw asFatal(error);
  }
  if (reader.remaining !== 0) throw badLayout();
  return { kind: "startup", protocol, parameters, protocolOptions };
}

function asFatal(error: unknown): unknown {
  if (!(error instanceof PgError)) return error;
  return error.sqlstate === "08P01" ? badLayout() : error.with({ severity: "FATAL" });
}

function badLayout(): PgError {
  return fatalProtocolViolation("invalid startup packet layout: expected terminator as last byte");
}

function unsupportedProtocol({ major, minor }: ProtocolVersion): Error {
  const { major: newest, minor: newestMinor } = latestProtocol;
  const message =
    `unsupported frontend protocol ${major}.${minor}: server supports ${newest}.0 to ${newest}.${newestMinor}`;
  if (major === 1 || major === 2) return new OldProtocol(message);
  return new PgError("0A000", message, { severity: "FATAL" });
}
