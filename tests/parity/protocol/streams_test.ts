/** Long results side by side: the buffers they pass through are used again, and none may get what is another's. */
import assert from "node:assert/strict";
import * as bytes from "../../support/messages.ts";
import { loggedIn, type RawClient } from "../../support/raw_client.ts";
import { startServer } from "../../support/server.ts";

const rows = 8_000;

Deno.test("every client gets its own rows, whole and in order, however slowly it reads", async () => {
  await using server = await startServer();
  await using clients = new AsyncDisposableStack();
  const streams: Promise<void>[] = [];
  for (let id = 0; id < 4; id++) {
    const client = clients.use(await loggedIn({ port: server.port }));
    streams.push(readAll(client, id));
  }
  await Promise.all(streams);
});

/** Half of the clients read long strings, half short ones; every other one stops reading now and then. */
async function readAll(client: RawClient, id: number): Promise<void> {
  const length = id % 2 === 0 ? 1000 : 20;
  const text = String.fromCharCode(97 + id).repeat(length);
  client.send(bytes.query(`select i, repeat('${text[0]}', ${length}) from range(${rows}) t(i)`));
  assert.equal((await client.next())?.type, "T");
  for (let row = 0; row < rows; row++) {
    if (id % 3 === 0 && row % 500 === 0) await stopReading(client);
    const message = await client.next();
    assert.equal(message?.type, "D");
    assert.equal(textOf(message.body), `${row} ${text}`);
  }
  assert.equal((await client.until("Z")).length, 2);
}

/** Until the server has had turns to send more than the sockets take. */
async function stopReading({ socket }: RawClient): Promise<void> {
  socket.pause();
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  socket.resume();
}

/** The two fields of a row. */
function textOf(body: Uint8Array): string {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const end = 6 + view.getInt32(2);
  const decoder = new TextDecoder();
  return `${decoder.decode(body.subarray(6, end))} ${decoder.decode(body.subarray(end + 4))}`;
}
