/** How what fails in the worker is told to a gRPC client: a status code, a sentence, and the error's own fields. */
import { Buffer } from "node:buffer";
import { Metadata, status } from "@grpc/grpc-js";
import { PgError } from "../api/error.ts";
import { headers } from "../api/flight/headers.ts";
import { errorFields } from "../api/session/messages.ts";

/** A failure of a call itself, rather than of a statement. */
export class FlightError extends Error {
  override readonly name = "FlightError";
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a call ends with. */
export interface CallStatus {
  code: status;
  details: string;
  metadata: Metadata;
}

/** gRPC's code for a SQLSTATE, by the longest prefix that is here. */
const codes: Readonly<Record<string, status>> = {
  "0A": status.UNIMPLEMENTED,
  "25": status.FAILED_PRECONDITION,
  "28": status.PERMISSION_DENIED,
  "40": status.ABORTED,
  "42501": status.PERMISSION_DENIED,
  "53": status.RESOURCE_EXHAUSTED,
  "55": status.FAILED_PRECONDITION,
  "57": status.UNAVAILABLE,
  "57014": status.CANCELLED,
  "58": status.INTERNAL,
  "XX": status.INTERNAL,
};

/** HTTP/2 peers refuse headers beyond some KiB. */
const longestText = 1000;

/** @param error a `PgError`, a {@linkcode FlightError}, or a fault of ours */
export function statusOf(error: unknown): CallStatus {
  const metadata = new Metadata();
  if (error instanceof PgError) {
    metadata.set(headers.sqlstate, error.sqlstate);
    metadata.set(headers.error, Buffer.from(JSON.stringify(shortened(error))));
    const code = codes[error.sqlstate] ?? codes[error.sqlstate.slice(0, 2)] ?? status.INVALID_ARGUMENT;
    return { code, details: cut(error.message), metadata };
  }
  if (error instanceof FlightError) return { code: error.code, details: cut(error.message), metadata };
  const message = error instanceof Error ? error.message : String(error);
  return { code: status.INTERNAL, details: cut(`internal error: ${message}`), metadata };
}

function shortened(error: PgError): ReturnType<typeof errorFields> {
  const { message, detail, hint, ...others } = errorFields(error);
  return { ...others, message: cut(message), detail: detail && cut(detail), hint: hint && cut(hint) };
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
