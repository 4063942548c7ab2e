/**
 * Keeps Deno's HTTP/2 from crashing the process.
 *
 * nghttp2 forbids its callbacks to send or to free the session they are called from. Deno 2.9 does both: a GOAWAY that
 * arrives while no stream is open makes grpc-js close the session from within `receive`, and the process ends with a
 * segmentation fault or an assertion (denoland/deno#36788). Here what must not happen inside is done right after it. A
 * session that does not look as expected is left as it is.
 *
 * To be imported for its effect before gRPC is used.
 *
 * @see https://nghttp2.org/documentation/nghttp2_session_mem_recv2.html
 */
import http2 from "node:http2";

/** The object behind a session that is nghttp2's. */
interface NativeSession {
  receive(data: Uint8Array): unknown;
  getOutgoingChunk(): unknown;
  sendPending(): void;
  destroy(...args: unknown[]): unknown;
}

function guard(session: object): void {
  const native = nativeOf(session);
  if (native === null) return;
  const receive = native.receive.bind(native);
  const getOutgoingChunk = native.getOutgoingChunk.bind(native);
  const sendPending = native.sendPending.bind(native);
  const destroy = native.destroy.bind(native);
  let inside = 0;
  let sending = false;
  let sendAgain = false;
  let destroyDue: unknown[] | null = null;

  function within<T>(call: () => T): T {
    inside++;
    try {
      return call();
    } finally {
      inside--;
      if (inside === 0 && destroyDue !== null) destroy(...destroyDue);
      if (inside === 0) destroyDue = null;
    }
  }

  native.receive = (data) => within(() => receive(data));
  native.getOutgoingChunk = () => within(getOutgoingChunk);
  native.sendPending = () => {
    sendAgain = true;
    // Whoever is inside `receive` sends when it is back.
    if (inside > 0 || sending) return;
    sending = true;
    try {
      while (sendAgain) {
        sendAgain = false;
        sendPending();
      }
    } finally {
      sending = false;
    }
  };
  native.destroy = (...args) => {
    if (inside === 0) return destroy(...args);
    destroyDue ??= args;
  };
}

function forgetSocketAtEnd(session: http2.Http2Session): void {
  const shared = Object.getPrototypeOf(session);
  Object.defineProperty(session, "socket", {
    configurable: true,
    get: () => session.destroyed ? undefined : Reflect.get(shared, "socket", session),
  });
}

function nativeOf(session: object): NativeSession | null {
  for (const symbol of Object.getOwnPropertySymbols(session)) {
    const value = Reflect.get(session, symbol);
    if (typeof value !== "object" || value === null) continue;
    const methods = ["receive", "getOutgoingChunk", "sendPending", "destroy"];
    if (methods.every((name) => typeof Reflect.get(value, name) === "function")) return value;
  }
  return null;
}

const { connect, createServer } = http2;

http2.connect = ((...args: Parameters<typeof connect>) => {
  const session = connect(...args);
  forgetSocketAtEnd(session);
  session.once("connect", () => guard(session));
  return session;
}) as typeof connect;

http2.createServer = ((...args: Parameters<typeof createServer>) => {
  const server = createServer(...args);
  server.on("session", (session) => {
    forgetSocketAtEnd(session);
    guard(session);
  });
  return server;
}) as typeof createServer;
