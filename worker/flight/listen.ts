/** Where the worker's gRPC server listens. */
import { once } from "node:events";
import { createServer, type Server as NetServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { type Server, ServerCredentials } from "@grpc/grpc-js";

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

/**
 * Starts to accept connections.
 *
 * @param onPeerGone called with the peer's name (as `call.getPeer()` has it) when a connection ends
 * @throws {Error} where it cannot be listened on
 */
export async function listen(
  server: Server,
  address: ListenAddress,
  onPeerGone: (peer: string) => void,
): Promise<Listening> {
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  let connections = 0;
  const net = serverFor(address, (socket) => {
    const peer = peerOf(socket, ++connections);
    socket.once("close", () => onPeerGone(peer));
    injector.injectConnection(socket);
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
