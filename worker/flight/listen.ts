/** Where the worker listens, for gRPC and for sessions' connections alike. */
import { once } from "node:events";
import { createServer, type Server as NetServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { enlargeSendBuffer } from "./send_buffer.ts";

/** A listening socket that was inherited, a unix socket of its own, or TCP. */
export type ListenAddress =
  | { fd: number }
  | { path: string }
  | {
    host: string;
    /** 0 for any. */
    port: number;
    /** In PEM, with the key; without them the connection is not encrypted. */
    cert?: string;
    key?: string;
  };

/** See {@linkcode listen}. */
export interface Listening {
  /** Of TCP only. */
  port: number | null;
  /** Accepts no more connections. */
  close(): void;
}

/** What happens to connections. */
export interface ListenEvents {
  /** One that does not speak HTTP/2, with its first bytes not yet read. */
  session(socket: Socket): void;
  /** One has ended; its name is as `call.getPeer()` has it. */
  peerGone(peer: string): void;
}

/**
 * Starts to accept connections.
 *
 * @throws {Error} where it cannot be listened on
 */
export async function listen(
  server: Server,
  address: ListenAddress,
  events: ListenEvents,
): Promise<Listening> {
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  let connections = 0;
  const net = serverFor(address, (socket) => {
    const peer = peerOf(socket, ++connections);
    socket.once("close", () => events.peerGone(peer));
    socket.on("error", () => {}); // its end is told
    whenReadable(socket, (first) => {
      if (first === http2Preface) return injector.injectConnection(socket);
      if (!("host" in address)) enlargeSendBuffer(socket);
      events.session(socket);
    });
  });
  if ("path" in address) await Deno.remove(address.path).catch(() => {}); // left by a process that was killed
  net.listen({ ...address, backlog: 511 });
  await once(net, "listening");
  if ("path" in address) await Deno.chmod(address.path, 0o700);
  const bound = net.address();
  return {
    port: typeof bound === "object" && bound !== null && "host" in address ? bound.port : null,
    close: () => net.close(),
  };
}

/** The first byte of HTTP/2's `PRI * HTTP/2.0`. */
const http2Preface = "P".charCodeAt(0);

/** Waits for the first byte, which stays unread. */
function whenReadable(socket: Socket, then: (first: number) => void): void {
  socket.once("readable", () => {
    const head = socket.read() as Uint8Array | null;
    if (head === null) return; // it has ended
    socket.unshift(head);
    then(head[0]);
  });
}

function serverFor(address: ListenAddress, accept: (socket: Socket) => void): NetServer {
  if (!("host" in address) || address.cert === undefined || address.key === undefined) {
    return createServer({ noDelay: true }, accept);
  }
  const { cert, key } = address;
  const server = createTlsServer({ cert, key, minVersion: "TLSv1.2", ALPNProtocols: ["h2"] }, accept);
  server.on("tlsClientError", () => {}); // the client's affair: its connection is closed
  return server;
}

/** A unix socket's peer has no address; a name tells connections apart. */
function peerOf(socket: Socket, number: number): string {
  if (!socket.remoteAddress) {
    Object.defineProperty(socket, "remoteAddress", { value: "unix" });
    Object.defineProperty(socket, "remotePort", { value: number });
  }
  return `${socket.remoteAddress}:${socket.remotePort}`;
}
