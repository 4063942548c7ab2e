/** Queries of plain Flight SQL clients that are given up, forgotten or interrupted. */
import assert from "node:assert/strict";
import { createConnection, createServer, type Socket } from "node:net";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { type ServiceError, status } from "@grpc/grpc-js";
import { headers } from "../../worker/api/flight/headers.ts";
import { flightSqlHandlers } from "../../worker/flight/sql/mod.ts";
import { tempDir } from "../support/temp.ts";
import { waitFor, within } from "../support/wait.ts";
import { type InProcess, token, withWorker } from "./in_process.ts";
import { RawFlight } from "./raw_flight.ts";

const endless = "select count(*) from range(100000000000) t(i) where i % 7 = 3";
const long = "select i, repeat('x', 1000) as s from range(100000000) t(i)";

interface Place extends InProcess {
  path: string;
  /** A client of a connection of its own. */
  raw(more?: Record<string, string>): RawFlight;
}

async function withFlightSql(work: (place: Place) => Promise<void>): Promise<void> {
  await using folder = await tempDir();
  const path = `${folder.path}/worker.sock`;
  const clients: RawFlight[] = [];
  await withWorker(async (place) => {
    const raw = (more?: Record<string, string>) => {
      const client = new RawFlight(`unix:${path}`, token, more);
      clients.push(client);
      return client;
    };
    try {
      await work({ ...place, path, raw });
      assert.deepEqual(place.faults, []);
    } finally {
      for (const client of clients) client.close();
    }
  }, { listen: { path }, flightSql: flightSqlHandlers });
}

function failsWith(
  work: Promise<unknown>,
  code: status,
  sqlstate: string | null,
  message: RegExp,
): Promise<void> {
  return assert.rejects(work, (thrown) => {
    const error = thrown as ServiceError;
    assert.equal(error.code, code, error.message);
    assert.equal(error.metadata.get(headers.sqlstate)[0] ?? null, sqlstate);
    assert.match(error.details, message);
    return true;
  });
}

/** The statements under way in all sessions. */
function running({ server }: Place): number {
  return [...server.sessions].reduce((sum, session) => sum + session.running, 0);
}

/** Until DuckDB itself works on a statement. */
async function untilRunning({ server }: Place): Promise<void> {
  await waitFor(
    "the query to run",
    () => [...server.sessions].some(({ executor }) => executor.progress() !== null),
  );
}

Deno.test("ready rows are answered to who asks for them", async () => {
  await withFlightSql(async ({ raw }) => {
    const client = raw();
    const [first, ...blocks] = await client.query("select 1 as a, null as b union all select 22, 'x'", {
      [headers.format]: "rows",
    });
    const { columns } = JSON.parse(new TextDecoder().decode(first.appMetadata));
    assert.deepEqual(columns.map(({ name }: { name: string }) => name), ["a", "b"]);
    const rows = blocks.map(({ appMetadata }) => JSON.parse(new TextDecoder().decode(appMetadata)).rows);
    assert.equal(rows.reduce((sum, count) => sum + count, 0), 2);
    const bytes = Buffer.concat(blocks.map(({ body }) => body!)).toString("latin1");
    assert.equal(
      bytes,
      "D\0\0\0\x0f\0\x02\0\0\0\x011\xff\xff\xff\xff" + "D\0\0\0\x11\0\x02\0\0\0\x0222\0\0\0\x01x",
    );
  });
});

Deno.test("cancelling the call ends the query, and only that", async () => {
  await withFlightSql(async (place) => {
    const client = place.raw();
    await client.query("create temp table kept as select 7 as i");
    const { ticket } = await client.ticket(endless);
    const call = client.get(ticket);
    const over = assert.rejects(Array.fromAsync(call));
    await untilRunning(place);
    call.cancel();
    await over;
    await waitFor("the query's end", () => running(place) === 0);
    assert.equal((await client.query("select i from kept")).length, 2);
    assert.equal(place.server.sessions.size, 1);
  });
});

Deno.test("cancelling an open result leaves a statement that came after it alone", async () => {
  await withFlightSql(async (place) => {
    const client = place.raw();
    const { ticket } = await client.ticket("select i, repeat('x', 1000) as s from range(100000) t(i)");
    const open = client.get(ticket);
    await once(open, "readable");
    const later = client.query("select count(*) from range(100000000) t(i) where i % 7 = 3");
    await waitFor("both to be under way", () => running(place) === 2);
    open.on("error", () => {});
    open.cancel();
    assert.equal((await later).length, 2);
    await waitFor("the end of both", () => running(place) === 0);
  });
});

Deno.test("a query of a client that vanished ends, and so does its session", async () => {
  await withFlightSql(async (place) => {
    const sockets: Socket[] = [];
    const proxy = createServer((socket) => {
      const onward = createConnection(place.path);
      sockets.push(socket, onward);
      for (const one of [socket, onward]) one.on("error", () => {});
      socket.pipe(onward).pipe(socket);
    });
    await using folder = await tempDir();
    proxy.listen(`${folder.path}/proxy.sock`);
    await once(proxy, "listening");
    const client = new RawFlight(`unix:${folder.path}/proxy.sock`, token);
    try {
      const { ticket } = await client.ticket(endless);
      const over = assert.rejects(Array.fromAsync(client.get(ticket)));
      await untilRunning(place);
      for (const socket of sockets) socket.destroy();
      await over;
      await waitFor("the session's end", () => place.server.sessions.size === 0);
    } finally {
      client.close();
      proxy.close();
    }
  });
});

Deno.test("a client that does not read holds the query up, not others", async () => {
  await withFlightSql(async (place) => {
    const slow = place.raw();
    const { ticket } = await slow.ticket(long);
    const call = slow.get(ticket);
    call.on("error", () => {});
    await once(call, "readable");
    const before = Deno.memoryUsage().rss;
    assert.equal((await place.raw().query("select 1")).length, 2);
    // 100 GB would have come by now, or filled the memory, were it not for the client.
    assert.ok(Deno.memoryUsage().rss - before < 500 << 20);
    assert.equal(running(place), 1);
    call.cancel();
    await waitFor("the query's end", () => running(place) === 0);
  });
});

Deno.test("the end of a session is an error to who reads its result, not the result's end", async () => {
  await withFlightSql(async (place) => {
    const client = place.raw();
    const { ticket } = await client.ticket(long);
    const call = client.get(ticket);
    await once(call, "readable");
    const [session] = place.server.sessions;
    const ended = place.server.sessions.end(session, null);
    await failsWith(Array.fromAsync(call), status.UNAVAILABLE, "57P01", /terminating connection/);
    await within("the session's end", ended);
  });
});

Deno.test("a drain lets a query end and then refuses more", async () => {
  await withFlightSql(async (place) => {
    const client = place.raw();
    const { ticket } = await client.ticket("select count(*) from range(100000000) t(i) where i % 7 = 3");
    const result = Array.fromAsync(client.get(ticket));
    await untilRunning(place);
    const drained = place.server.drain(60_000);
    assert.equal((await result).length, 2);
    await within("the drain", drained);
    await failsWith(client.ticket("select 1"), status.UNAVAILABLE, null, /draining/);
  });
});

Deno.test("a failed call tells the SQLSTATE and the error's fields in its trailers", async () => {
  await withFlightSql(async ({ raw }) => {
    const client = raw();
    const failing = client.query("selec 1");
    await failsWith(failing, status.INVALID_ARGUMENT, "42601", /^failed to prepare query: syntax error/);
    const { metadata } = await failing.then(() => assert.fail(), (error: ServiceError) => error);
    const fields = JSON.parse(String(metadata.get(headers.error)[0]));
    assert.equal(fields.sqlstate, "42601");
  });
});

Deno.test("a ticket that was released is no more, and a session of another client does not have it", async () => {
  await withFlightSql(async ({ raw }) => {
    const encoder = new TextEncoder();
    const decoder = new TextDecoder();
    const [created] = await raw().action(
      "CreateSession",
      encoder.encode(JSON.stringify({ username: "ann" })),
    );
    const { session_token } = JSON.parse(decoder.decode(created));
    const client = raw({ [headers.session]: session_token });
    const { ticket, handle } = await client.ticket("select 1");
    await failsWith(Array.fromAsync(raw().get(ticket)), status.NOT_FOUND, null, /query handle not found/);
    await client.action("ReleaseQueryHandle", encoder.encode(JSON.stringify({ ticket: handle })));
    await failsWith(Array.fromAsync(client.get(ticket)), status.NOT_FOUND, null, /query handle not found/);
  });
});
