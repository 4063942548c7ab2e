import type { Socket } from "node:net";

/**
 * Lets what waits in a socket be written piece by piece. All of it in one `writev`, as a stream does when it can, is copied
 * together first, and small pieces have been joined already.
 */
export function unjoined(socket: Socket): Socket {
  (socket as { _writev?: unknown })._writev = undefined;
  return socket;
}
