/** Clients that connect and vanish, each at another point of a connection's life. */
import { once } from "node:events";
import net from "node:net";
import { query, sslRequest, startup, terminate } from "../support/messages.ts";
import { connectRaw, loggedIn, type RawClient } from "../support/raw_client.ts";
import { within } from "../support/wait.ts";

/** Connects, gets as far as its name says, and is gone. @throws when the server does not let it get there */
export type Vanish = (port: number) => Promise<void>;

/** The beginning of a ClientHello; the record it announces never comes. */
const halfHello = Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03);

/** Runs for hours unless it is stopped. */
const endless = "select sum(a.i * b.i) from range(10000000) a(i), range(10000000) b(i)";

const manyRows = "select i, 'a row of some length ' || i from range(5000000) t(i)";

export const vanishings: Readonly<Record<string, Vanish>> = {
  "mid-startup": async (port) => {
    const socket = await plain(port);
    const packet = startup({ user: "postgres" });
    await written(socket, packet.subarray(0, packet.length / 2));
    socket.resetAndDestroy();
  },
  "mid-TLS, reset": async (port) => {
    const socket = await handshaking(port);
    socket.resetAndDestroy();
  },
  "mid-TLS, closed": async (port) => {
    const socket = await handshaking(port);
    const gone = once(socket, "close");
    socket.end();
    await within("the server to give the handshake up", gone, 30_000);
  },
  "mid-authentication": async (port) => {
    const client = await connectRaw({ port });
    client.send(startup({ user: "postgres" }));
    await client.next();
    await client.close();
  },
  "idle": async (port) => {
    const client = await loggedIn({ port });
    reset(client);
  },
  "mid-transaction": async (port) => {
    const client = await loggedIn({ port });
    await client.query("begin; create temp table gone as select * from range(1000)");
    reset(client);
  },
  "mid-query": async (port) => {
    const client = await loggedIn({ port });
    client.send(query(endless));
    // Long enough for the server to have begun, most of the time.
    await new Promise((resolve) => setTimeout(resolve, 20));
    reset(client);
  },
  "mid-result": async (port) => {
    const client = await loggedIn({ port });
    client.send(query(manyRows));
    await client.next();
    await client.next();
    reset(client);
  },
  "orderly": async (port) => {
    const client = await loggedIn({ port });
    await client.query("select 1");
    client.send(terminate());
    await client.closed;
  },
};

async function plain(port: number): Promise<net.Socket> {
  const socket = net.connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  socket.on("error", () => {});
  socket.resume();
  return socket;
}

async function handshaking(port: number): Promise<net.Socket> {
  const socket = await plain(port);
  const answered = once(socket, "data");
  socket.write(sslRequest());
  await answered;
  await written(socket, halfHello);
  return socket;
}

function written(socket: net.Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}

/** Without TLS's farewell and TCP's: as when the client's machine is gone. */
function reset(client: RawClient): void {
  client.socket.destroy();
}
