/** What one client cannot do to the server: hold without end, or make it hold what the client does not read. */
import assert from "node:assert/strict";
import * as bytes from "../../support/messages.ts";
import { errorOf, loggedIn, rowsOf, typesOf } from "../../support/raw_client.ts";
import { startServer } from "../../support/server.ts";
import { waitFor } from "../../support/wait.ts";

Deno.test("a client cannot hold any number of statements or portals", async () => {
  await using server = await startServer();
  await using client = await loggedIn({ port: server.port });
  const statements = Array.from({ length: 10_001 }, (_, i) => bytes.parse(`s${i}`, ""));
  client.send(...statements, bytes.sync());
  const refused = await client.until("Z");
  assert.equal(typesOf(refused), "1".repeat(10_000) + "EZ");
  assert.equal(errorOf(refused).C, "53400");

  const portals = Array.from({ length: 1_001 }, (_, i) => bytes.bind({ portal: `p${i}`, statement: "s0" }));
  client.send(...portals, bytes.sync());
  const bound = await client.until("Z");
  assert.equal(typesOf(bound), "2".repeat(1_000) + "EZ");
  assert.equal(errorOf(bound).C, "53400");

  await client.query("deallocate all");
  assert.equal(typesOf(await client.query("prepare again as select 1")), "CZ");
});

Deno.test({
  name: "a client that does not read its rows stops the query, and nothing piles up",
  ignore: Deno.build.os !== "linux", // reads /proc
  fn: async () => {
    await using server = await startServer({ flags: ["--tls=optional"] });
    await using reader = await loggedIn({ port: server.port, tls: "off" });
    await using other = await loggedIn({ port: server.port, tls: "off" });
    await other.query("select count(*) from range(1000000) t(i) where i::varchar like '%7%'"); // warm
    const before = residentMegabytes(server.pid);
    reader.socket.pause();
    reader.send(bytes.query("select i, repeat('x', 200) as x from range(10000000) t(i)"));
    await untilAtRest(server.pid);
    const grown = residentMegabytes(server.pid) - before;
    assert.ok(grown < 300, `the server grew by ${grown} MB for 2 GB of rows that nobody reads`);
    assert.deepEqual(rowsOf(await other.query("select 1")), [["1"]]);
    reader.socket.resume();
    assert.equal((await reader.next())?.type, "T");
  },
});

function residentMegabytes(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

/** Until the process has used next to no time for a while. */
async function untilAtRest(pid: number): Promise<void> {
  let last = -Infinity;
  let quiet = 0;
  await waitFor("the server to come to rest", () => {
    const [user, system] = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ").slice(11, 13);
    const ticks = Number(user) + Number(system);
    quiet = ticks - last <= 1 ? quiet + 1 : 0;
    last = ticks;
    return quiet > 25;
  }, 30_000);
}
