/** The control plane's end of a session's connection to its worker. */
import {
  encodeFrame,
  frameLimits,
  FrameReader,
  type OnFrame,
  preamble,
} from "../../worker/api/session/frames.ts";
import type { SessionAnswer, SessionHello, SessionRequest } from "../../worker/api/session/messages.ts";

/** Where it is connected to. */
export interface SessionAddress {
  /** As gRPC names it: `unix:/path` or `host:port`. */
  address: string;
  /** The certificates to trust, in PEM; without it the connection is not encrypted. */
  tls?: { ca: string | Uint8Array; serverName?: string };
}

/** What a connection tells. */
export interface ConnectionEvents {
  /** An answer, with its bytes, which are the listener's; see {@linkcode OnFrame}. */
  message: OnFrame<SessionAnswer>;
  /** It has ended, for whatever reason, or was never there. Called once, the last. */
  over(): void;
}

/** See {@linkcode connectSession}. */
export interface SessionConnection {
  /** Requests go out in their order. What can be sent no more is let go of: `over` tells. */
  send(request: SessionRequest, body?: Uint8Array): void;
  /** Asks the worker to end the session, and waits for its end of the connection, but not for long. */
  end(): void;
}

/** How long the worker may take to end the session, in milliseconds. */
const closeLimit = 5_000;

/** Connects; requests may be sent at once. */
export function connectSession(
  where: SessionAddress,
  hello: Omit<SessionHello, "op">,
  events: ConnectionEvents,
): SessionConnection {
  const reader = new FrameReader<SessionAnswer>(events.message, frameLimits);
  const waiting: Uint8Array[] = [
    new TextEncoder().encode(preamble),
    encodeFrame({ op: "hello", ...hello } satisfies SessionHello),
  ];
  let conn: Deno.Conn | null = null;
  let over = false;
  let writing = false;
  let limit: ReturnType<typeof setTimeout> | undefined;

  async function serve(): Promise<void> {
    try {
      conn = await dial(where);
      write();
      for (let count = 0; !over;) {
        count = await conn.read(reader.space()) ?? 0;
        if (count === 0) break;
        reader.filled(count);
      }
    } catch {
      // Whatever it was, the connection is no more, or of no use.
    }
    finish();
  }

  function finish(): void {
    if (over) return;
    over = true;
    clearTimeout(limit);
    conn?.close();
    waiting.length = 0;
    events.over();
  }

  async function write(): Promise<void> {
    if (writing || conn === null) return;
    writing = true;
    try {
      for (let frame = waiting.shift(); frame !== undefined; frame = waiting.shift()) {
        for (let at = 0; at < frame.length;) at += await conn.write(frame.subarray(at));
      }
    } catch {
      finish();
    }
    writing = false;
  }

  function send(request: SessionRequest, body?: Uint8Array): void {
    if (over) return;
    waiting.push(encodeFrame(request, body && [body]));
    write();
  }

  serve();
  return {
    send,
    end() {
      if (over || limit !== undefined) return;
      limit = setTimeout(finish, closeLimit);
      send({ op: "close" });
    },
  };
}

async function dial({ address, tls }: SessionAddress): Promise<Deno.Conn> {
  if (address.startsWith("unix:")) {
    return await Deno.connect({ transport: "unix", path: address.slice("unix:".length) });
  }
  const { hostname, port } = new URL(`tcp://${address}`);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const conn = await Deno.connect({ hostname: host, port: Number(port) });
  conn.setNoDelay(true);
  if (tls === undefined) return conn;
  const ca = typeof tls.ca === "string" ? tls.ca : new TextDecoder().decode(tls.ca);
  return await Deno.startTls(conn, { hostname: tls.serverName ?? host, caCerts: [ca] });
}
