/** CHECKPOINT beside others that write. */
import assert from "node:assert/strict";
import { query } from "../support/messages.ts";
import { errorOf, loggedIn } from "../support/raw_client.ts";
import { startServer } from "../support/server.ts";

Deno.test("CHECKPOINT waits for who writes, and can be ended meanwhile", async () => {
  await using server = await startServer();
  await using writer = await loggedIn(server);
  await using client = await loggedIn(server);
  await writer.query("create table t (i int); insert into t select i from range(10000) r(i)");
  await writer.query("begin; update t set i = 2");
  await client.query("set statement_timeout = 300");
  assert.equal(errorOf(await client.query("checkpoint")).C, "57014");
  await client.query("set statement_timeout = 0");
  client.send(query("checkpoint"));
  assert.deepEqual(errorOf(await writer.query("commit")), {});
  assert.deepEqual(errorOf(await client.until("Z")), {});
  await server.stop();
});
