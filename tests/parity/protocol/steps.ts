/**
 * The words a case of the table is written in. A step is a message to send, or something to wait for; consecutive messages
 * go out in one write, up to one that is answered with ReadyForQuery (Query, Sync, FunctionCall), whose answer is
 * then read.
 */
import * as bytes from "../../support/messages.ts";

/** See the module. */
export type Step =
  /** Bytes; then as many ReadyForQuery are awaited, or a message of the type `until`. */
  | { kind: "send"; bytes: Uint8Array; ready: number; until?: string }
  /** A request that is answered with a single byte. */
  | { kind: "ask"; bytes: Uint8Array }
  | { kind: "tls"; protocols: string[] }
  /** StartupMessage, and the password when asked for it; up to ReadyForQuery or the end. */
  | { kind: "start"; message: Uint8Array; password: string }
  /** A CancelRequest of its own connection; `whileRunning`: again and again until the last query is answered. */
  | { kind: "cancel"; key: "right" | "wrong secret" | "wrong pid" | "short"; whileRunning: boolean }
  /** Reads until the server closes the connection. */
  | { kind: "end" }
  /** The same, for an answer that is no message: a line of text. */
  | { kind: "line" };

/** A step, or several behind one name. */
export type Steps = Step | readonly Step[];

const send = (bytes: Uint8Array, ready = 0, until?: string): Step => ({ kind: "send", bytes, ready, until });

/** Query, and its answer. */
export const Q = (sql: string): Step => send(bytes.query(sql), 1);
/** Parse; the types are OIDs. */
export const P = (name: string, sql: string, types: number[] = []): Step =>
  send(bytes.parse(name, sql, types));
/** Bind. */
export const B = (
  portal = "",
  statement = "",
  values: (string | Uint8Array | null)[] = [],
  formats: number[] = [],
  resultFormats: number[] = [],
): Step => send(bytes.bind({ portal, statement, values, formats, resultFormats }));
/** Describe a statement or a portal. */
export const D = (target: "S" | "P", name = ""): Step => send(bytes.describe(target, name));
/** Execute. */
export const E = (portal = "", maxRows = 0): Step => send(bytes.execute(portal, maxRows));
/** Close a statement or a portal. */
export const C = (target: "S" | "P", name = ""): Step => send(bytes.close(target, name));
/** Sync, and everything up to its ReadyForQuery. */
export const S = (): Step => send(bytes.sync(), 1);
/** Flush; with a type, everything up to a message of that type. */
export const H = (until?: string): Step => send(bytes.flush(), 0, until);
/** FunctionCall of a function, without arguments. */
export const F = (oid: number): Step =>
  send(bytes.message("F", bytes.int32(oid), bytes.int16(0), bytes.int16(0), bytes.int16(0)), 1);
/** Any message: its type, and the parts of its body as `messages.ts` has them. `ready`: how often it is answered. */
export const M = (type: string, parts: (string | Uint8Array | number[])[], ready = 0): Step =>
  send(bytes.message(type, ...parts), ready);
/** Bytes as they are. */
export const raw = (data: Uint8Array | number[] | string, ready = 0): Step =>
  send(typeof data === "string" ? new TextEncoder().encode(data) : Uint8Array.from(data), ready);

/** The same messages in one write; what each is answered with is read behind the last. */
export function together(...steps: Steps[]): Step {
  const sent = steps.flat().map((step) => {
    if (step.kind !== "send") throw new Error(`${step.kind} cannot be sent together with others`);
    return step;
  });
  const ready = sent.reduce((sum, step) => sum + step.ready, 0);
  return send(Uint8Array.from(sent.flatMap((step) => [...step.bytes])), ready, sent.at(-1)?.until);
}

/** Messages the server skips: nothing answers them. */
export function skipped(step: Step): Step {
  return step.kind === "send" ? { ...step, ready: 0 } : step;
}

/** The whole extended protocol for one statement: Parse, Bind, Describe, Execute, Sync. */
export const X = (
  sql: string,
  values: (string | Uint8Array | null)[] = [],
  types: number[] = [],
  formats: number[] = [],
  resultFormats: number[] = [],
): Step[] => [P("", sql, types), B("", "", values, formats, resultFormats), D("P"), E(), S()];

/** Parse, Describe of the statement, Sync. */
export const describe = (sql: string, types: number[] = []): Step[] => [P("", sql, types), D("S"), S()];

/** The end of the connection, which the server brings about. */
export const end: Step = { kind: "end" };
/** A line of text and the end, which is what clients of old protocols are told. */
export const line: Step = { kind: "line" };

export const sslRequest: Step = { kind: "ask", bytes: bytes.sslRequest() };
export const gssRequest: Step = { kind: "ask", bytes: bytes.gssEncRequest() };
/** A TLS handshake; `protocols` are ALPN's. */
export const tls = (...protocols: string[]): Step => ({ kind: "tls", protocols });

/** StartupMessage and password. */
export const start = (
  parameters: Record<string, string> = { user: "postgres", database: "postgres" },
  options: { protocol?: number; password?: string } = {},
): Step => ({
  kind: "start",
  message: bytes.startup(parameters, options.protocol),
  password: options.password ?? "postgres",
});

/** A StartupMessage as it is, and the password. */
export const startWith = (message: Uint8Array): Step => ({ kind: "start", message, password: "postgres" });

/** A protocol version's number. */
export const version = (major: number, minor: number): number => (major << 16) | minor;

export const cancel = (key: Extract<Step, { kind: "cancel" }>["key"] = "right"): Step => ({
  kind: "cancel",
  key,
  whileRunning: false,
});

/** A query that is cancelled while it runs. */
export const cancelled = (...steps: Steps[]): Step[] => [
  ...steps.flat().map((step) => step.kind === "send" ? { ...step, ready: 0 } : step),
  { kind: "cancel", key: "right", whileRunning: true },
];
