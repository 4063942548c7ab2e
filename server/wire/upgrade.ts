import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { TlsInfo } from "./connection.ts";
import { endPointOf, type ServerIdentity } from "./tls.ts";

/** The application protocol PostgreSQL clients name (ALPN). */
const applicationProtocol = "postgresql";

/** An encrypted socket, and what is known of it. */
export interface Upgraded {
  socket: Socket;
  info: TlsInfo;
}

/**
 * Does the server's side of a TLS handshake on a paused socket, within `timeout` ms; `null` when it fails, with the socket
 * destroyed. Bytes pushed back to the socket (`unshift`) are part of the handshake.
 */
export function upgrade(socket: Socket, identity: ServerIdentity, timeout: number): Promise<Upgraded | null> {
  // An SNICallback would keep every socket alive whose handshake does not end; the name is there without one.
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext: identity.context,
    ALPNProtocols: [applicationProtocol],
  });
  secure.pause();
  return new Promise((resolve) => {
    const timer = setTimeout(failed, timeout);

    function failed(): void {
      settle(null);
      secure.destroy();
      socket.destroy();
    }

    function succeeded(): void {
      passOnReadStops(secure, socket);
      settle({ socket: secure, info: describe(secure, identity) });
    }

    function settle(result: Upgraded | null): void {
      clearTimeout(timer);
      secure.off("secure", succeeded);
      secure.off("end", failed);
      secure.off("close", failed);
      resolve(result);
    }

    secure.on("secure", succeeded);
    // The client gave up: of a half-open socket that alone is no `close`.
    secure.on("end", failed);
    secure.on("close", failed);
    // Stays for the socket's life: an error always ends in `close` as well.
    secure.on("error", failed);
  });
}

function describe(socket: TLSSocket, identity: ServerIdentity): TlsInfo {
  return {
    version: socket.getProtocol() ?? "",
    serverName: serverNameOf(socket),
    protocol: socket.alpnProtocol || null,
    endPoint: endPointOf(identity, socket.isSessionReused()),
  };
}

/** On the server's side of a connection this is what the client asked for (SNI); the types know only the client's. */
function serverNameOf(socket: TLSSocket): string | null {
  const { servername } = socket as { servername?: string | false };
  return servername ? servername.toLowerCase() : null;
}

/** What of a socket's handle is used here. It is not a public interface, though Node and Deno both have it. */
interface Handle {
  readStop(): number;
  readStart(): number;
}

/**
 * When a TLS socket's stream is full or paused, Deno stops handing out decrypted data but goes on reading and decrypting,
 * without bound. Stopping the socket under it as well holds the client back.
 */
function passOnReadStops(secure: Socket, transport: Socket): void {
  const [outer, inner] = [secure, transport].map((socket) =>
    (socket as unknown as { _handle: Handle })._handle
  );
  for (const method of ["readStop", "readStart"] as const) {
    const own = outer[method];
    outer[method] = () => {
      inner[method]();
      return own.call(outer);
    };
  }
}
