/** Where the worker's gRPC server listens. */
import { once } from "node:events";
import { createServer, type Server as NetServer, type Socket } from "node:net";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { createServer as createTlsServer } from "node:tls";

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
 * Starts to accept connections. All of them are handed to gRPC as they come in: its own TLS server speaks plain text on
 * Deno 2.9.4.
 *
 * @param onPeerGone called with the peer's name (as `call.getPeer()` has it) when its connection ends
 * @throws {Error} where it cannot be listened on
 */
export async function listen(
  server: Server,
  address: ListenAddress,
  onPeerGone: (peer: string) => void,
): Promise<Listening> {
  if ("path" in address) await Deno.remove(address.path).catch(() => {}); // left by a process that was killed
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  let connections = 0;
  const accept = (socket: Socket) => {
    const peer = nameOf(socket, ++connections);
    socket.once("close", () => onPeerGone(peer));
    injector.injectConnection(socket);
  };
  const net = serverOf(address, accept);
  await start(net, address);
  if ("path" in address) await Deno.chmod(address.path, 0o700);
  const bound = net.address();
  const port = "host" in address && typeof bound === "object" ? bound?.port ?? null : null;
  return { port, close: () => net.close() };
}

function serverOf(address: ListenAddress, accept: (socket: Socket) => void): NetServer {
  if (!("host" in address) || address.cert === undefined || address.key === undefined) {
    return createServer({ noDelay: true }, accept);
  }
  const { cert, key } = address;
  return createTlsServer({ cert, key, ALPNProtocols: ["h2"], minVersion: "TLSv1.2" }, accept);
}

async function start(net: NetServer, address: ListenAddress): Promise<void> {
  if ("fd" in address) net.listen({ fd: address.fd, backlog });
  else if ("path" in address) net.listen({ path: address.path, backlog });
  else net.listen({ host: address.host, port: address.port, backlog });
  await once(net, "listening");
}

const backlog = 511;

/** A unix socket's peer has no address: it is given a name, which tells connections apart. */
function nameOf(socket: Socket, number: number): string {
  if (socket.remoteAddress) return `${socket.remoteAddress}:${socket.remotePort}`;
  Object.defineProperty(socket, "remoteAddress", { value: "unix" });
  Object.defineProperty(socket, "remotePort", { value: number });
  return `unix:${number}`;
}
